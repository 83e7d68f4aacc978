import BatonEngine

/// Reads what a file says about the workflow as a whole.
struct HeaderReader {
    let fields: FieldReader
    var findings: Findings { fields.findings }

    init(findings: Findings) { fields = FieldReader(findings: findings) }

    /// - Parameters:
    ///   - header: the mapping under `workflow`, or the root of a file without one.
    ///   - stem: the file's name without extension, for a workflow that has neither `id` nor `name`.
    func read(_ header: YAMLNode, root: YAMLNode, stem: String) -> WorkflowDefinition {
        let id = header.entry("id").flatMap(fields.text)
        let name = header.entry("name").flatMap(fields.text)
        let title = header.entry("title").flatMap(fields.text)
        if id == nil && name == nil {
            findings.warning(
                "the workflow has no id; it is known as \(stem)", at: header, hint: "give it an id of its own")
        }
        if let id, id.utf8.count > 128 || id.contains(where: \.isNewline) {
            findings.error("the id must be one line of at most 128 bytes", at: header.entry("id")!.value)
        }
        let either = { (key: String) in header.entry(key) ?? root.entry(key) }
        return WorkflowDefinition(
            identity: id ?? name ?? stem,
            title: title ?? name ?? id ?? stem,
            summary: (header.entry("description").map(fields.prose) ?? "").trimmed,
            triggers: either("triggers").map(triggers) ?? [],
            inputs: either("inputs").map(inputs) ?? [],
            handoffPrompts: either("handoff_prompts").map(prompts) ?? [],
            flowDiagram: either("flow_diagram").flatMap { entry in
                entry.value.scalar.map { Written($0.text, at: entry) }
            },
            steps: [], completion: either("completion_criteria").map(completion) ?? [])
    }

    /// `critic-review.md exists` is checked at the end; other text is a note.
    private func completion(_ entry: YAMLEntry) -> [CompletionCriterion] {
        fields.list(entry).map { item in
            let words = item.value.split(whereSeparator: \.isWhitespace)
            let exists = words.count == 2 && words[1].lowercased() == "exists"
            return CompletionCriterion(text: item.value, artifact: exists ? ArtifactName(String(words[0])) : nil)
        }
    }

    /// `triggers: [{command: /novel}, {intent: "write a novel"}]`; an intent is for people to match.
    private func triggers(_ entry: YAMLEntry) -> [String] {
        let nodes = entry.value.sequence ?? (entry.value.isNull ? [] : [entry.value])
        return nodes.compactMap { node in
            if let text = node.scalar?.text.trimmed { return text.isEmpty ? nil : text }
            return node.entry("command").flatMap(fields.text)
        }
    }

    private func prompts(_ entry: YAMLEntry) -> [Written<HandoffPrompt>] {
        guard !entry.value.isNull else { return [] }
        guard let entries = entry.value.mapping else { return fields.wrongType(entry, "a mapping") ?? [] }
        return entries.map { Written(HandoffPrompt(key: $0.key, text: fields.prose($0).trimmed), at: $0) }
            .filter { !$0.value.text.isEmpty }
    }

    // MARK: Inputs

    /// `inputs: {name: {type, required, default, description}}`, or a list of names that are all required.
    private func inputs(_ entry: YAMLEntry) -> [InputDeclaration] {
        guard let entries = entry.value.mapping else {
            return fields.list(entry).map {
                InputDeclaration(name: $0.value, type: nil, isRequired: true, defaultValue: nil, summary: nil)
            }
        }
        return entries.compactMap(input)
    }

    private func input(_ entry: YAMLEntry) -> InputDeclaration? {
        if entry.value.isNull {
            return InputDeclaration(name: entry.key, type: nil, isRequired: false, defaultValue: nil, summary: nil)
        }
        guard let entries = entry.value.mapping else {
            return fields.wrongType(entry, "a mapping of type, required, default and description")
        }
        var type: InputType?
        var isRequired = false
        var defaultValue: JSON?
        var summary: String?
        for entry in entries {
            switch entry.key {
            case "type": type = fields.choice(entry)
            case "required": isRequired = fields.bool(entry) ?? false
            case "default": defaultValue = entry.value.json
            case "description": summary = fields.text(entry)
            default: fields.noteNearMiss(entry, known: ["type", "required", "default", "description"])
            }
        }
        if let type, let defaultValue, !type.accepts(defaultValue) {
            findings.error(
                "the default of \(entry.key.clipped) must be \(type.phrase), not \(defaultValue.kind)", at: entry.value)
        }
        return InputDeclaration(
            name: entry.key, type: type?.rawValue, isRequired: isRequired, defaultValue: defaultValue,
            summary: summary)
    }
}

/// The types of ``InputDeclaration/type``.
private enum InputType: String, CaseIterable {
    case string, number, integer, boolean, list, object

    var phrase: String {
        switch self {
        case .integer, .object: "an \(rawValue)"
        case .string, .number, .boolean, .list: "a \(rawValue)"
        }
    }

    func accepts(_ value: JSON) -> Bool {
        switch self {
        case .string: value.string != nil
        case .number: value.double != nil
        case .integer: value.int != nil
        case .boolean: value.bool != nil
        case .list: value.array != nil
        case .object: value.object != nil
        }
    }
}
