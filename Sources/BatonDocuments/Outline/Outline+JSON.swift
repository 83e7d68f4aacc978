import BatonEngine
import OrderedCollections

extension Outline {
    /// The sections as they stand in a task command under `template.outline`; for a document in YAML, its fields.
    ///
    /// - Parameter role: who is asked; decides what is `required`. Nil is anybody.
    public func commandJSON(for role: String?) -> JSON {
        guard format == .markdown else { return .array(fields.map { fieldJSON(name: $0.key, value: $0.value) }) }
        return .array(sections.map { $0.commandJSON(for: role) })
    }

    /// The same for an author of any role.
    public var json: JSON { commandJSON(for: nil) }

    /// `{id, type: "yaml", template?, required}`, and the examples that the template gives.
    private func fieldJSON(name: String, value: JSON) -> JSON {
        let wants = TemplateText.variables(in: value)
        return [
            "id": .string(name), "type": "yaml", "template": value, "required": .bool(!wants.isEmpty),
        ]
    }
}

extension OutlineSection {
    /// Everything that its author needs: `{id, title?, instruction?, type?, repeatable?, condition?, owner?, editors?,
    /// readonly?, elicit?, custom_elicitation?, required, template?, item_template?, prefix?, content?, choices?,
    /// columns?, rows?, items?, language?, mermaid_type?, examples?, sections?}`; what does not apply is left out.
    public func commandJSON(for role: String?) -> JSON {
        var members: OrderedDictionary<String, JSON> = ["id": .string(id)]
        members["title"] = title.map(JSON.string)
        members["instruction"] = instruction.map(JSON.string)
        members["type"] = type.map(JSON.string)
        if isRepeatable { members["repeatable"] = true }
        members["condition"] = condition.map(JSON.string)
        members["owner"] = owner.map(JSON.string)
        members["editors"] = Self.list(editors)
        if isReadOnly { members["readonly"] = true }
        if isElicited { members["elicit"] = true }
        members["custom_elicitation"] = elicitationMenu?.json
        members["required"] = .bool(isRequired(of: role))
        members["template"] = template.map(JSON.string)
        members["item_template"] = itemTemplate.map(JSON.string)
        members["prefix"] = prefix.map(JSON.string)
        members["content"] = content.map(JSON.string)
        members["choices"] = choicesJSON
        members["columns"] = Self.list(columns)
        if !rows.isEmpty { members["rows"] = .array(rows.map(\.json)) }
        members["items"] = Self.list(items)
        members["language"] = language.map(JSON.string)
        members["mermaid_type"] = mermaidType.map(JSON.string)
        members["examples"] = Self.list(examples)
        if !sections.isEmpty { members["sections"] = .array(sections.map { $0.commandJSON(for: role) }) }
        return .object(members)
    }

    /// As the template writes them: a list, or lists by name.
    private var choicesJSON: JSON? {
        guard let first = choices.first else { return nil }
        guard first.name != nil else { return Self.list(first.options) }
        return .object(
            OrderedDictionary(
                choices.map { ($0.name ?? "", .array($0.options.map(JSON.string))) },
                uniquingKeysWith: { first, _ in first }))
    }

    private static func list(_ texts: [String]) -> JSON? { texts.isEmpty ? nil : .array(texts.map(JSON.string)) }
}

extension OutlineSection.Row {
    fileprivate var json: JSON {
        switch self {
        case .category(let name): ["category": .string(name)]
        case .cells(let cells): .array(cells.map(JSON.string))
        }
    }
}

extension Elicitation.Menu {
    fileprivate var json: JSON {
        var members: OrderedDictionary<String, JSON> = [:]
        members["title"] = title.map(JSON.string)
        members["options"] = .array(options.map(JSON.string))
        return .object(members)
    }
}
