import BatonEngine

/// Finds the library files that steps name, and the template of each document.
struct AttachmentRules {
    /// Each file once, in the order in which steps name them.
    private(set) var attachments: [Attachment] = []
    private var names: Set<String> = []
    /// The template of each document so far, for the steps that update it.
    private var templates: [String: String] = [:]
    /// Nil: there is no library, so nothing is missing from it either.
    private let files: LibraryFiles?
    private let findings: Findings

    init(files: LibraryFiles?, findings: Findings) {
        self.files = files
        self.findings = findings
    }

    /// What a step is given: the names of attachments, and its products with their templates.
    mutating func resolve(_ step: StepDefinition) -> (uses: [String], creates: [Product], updates: [Product]) {
        let used = usedFiles(step)
        let mentioned = mentionedFiles(step)
        var uses: [String] = []
        for file in used + mentioned { keep(file, in: &uses) }

        let own = step.template.flatMap { template in
            let file = files?.find(template.value)
            if file == nil { missing(template.value, at: template) }
            return file
        }
        let creates = step.creates.map { product in
            let template = own ?? choose(for: product, of: step, used: used, mentioned: mentioned)
            if let template {
                attach(template)
                // Its outline travels with the document; only what has none is handed over as it is.
                if !template.hasSections, !uses.contains(template.name) { uses.append(template.name) }
                templates[product.name.key] = template.name
            }
            return Product(
                name: product.name, isOptional: product.isOptional, isSet: product.isSet, template: template?.name)
        }
        if let own { attach(own) }
        let updates = step.updates.map { product in
            Product(
                name: product.name, isOptional: product.isOptional, isSet: product.isSet,
                template: own?.name ?? templates[product.name.key])
        }
        return (uses, creates, updates)
    }

    private mutating func keep(_ file: LibraryFile, in uses: inout [String]) {
        if !uses.contains(file.name) { uses.append(file.name) }
        attach(file)
    }

    private mutating func attach(_ file: LibraryFile) {
        guard names.insert(file.name).inserted else { return }
        let structure = file.kind == .template ? file.structure : nil
        attachments.append(
            Attachment(name: file.name, kind: file.kind, content: file.content, structure: structure))
    }

    // MARK: Looking up

    /// `create-doc X` is the task and the template; ` OR ` stands between alternatives.
    private func usedFiles(_ step: StepDefinition) -> [LibraryFile] {
        guard let files else { return [] }
        var found: [LibraryFile] = []
        var names: Set<String> = []
        for item in step.uses {
            var missing: [String] = []
            var isFound = false
            let alternatives = item.value.alternativesOfUses
            for alternative in alternatives {
                for name in alternative {
                    if let file = files.find(name) {
                        if names.insert(file.name).inserted { found.append(file) }
                        isFound = true
                    } else {
                        missing.append(name)
                    }
                }
            }
            // One alternative is enough; of `task`, the name alone says what to do.
            let isTaskName = item.value == step.task
            if !missing.isEmpty, !isTaskName, alternatives.count == 1 || !isFound {
                for name in missing { self.missing(name, at: item) }
            }
        }
        return found
    }

    private func missing(_ name: String, at place: some Located) {
        guard files != nil else { return }
        findings.warning(
            "\(name.clipped) is not in the library; agents get its name only", at: place,
            hint: "put it into templates, tasks, checklists or data beside the workflow")
    }

    /// Hyphenated words of the step's text that are called like a library file.
    private func mentionedFiles(_ step: StepDefinition) -> [LibraryFile] {
        guard let files, !files.files.isEmpty else { return [] }
        var found: [LibraryFile] = []
        for text in [step.action ?? "", step.notes] + step.creates.map(\.name.text) {
            for word in text.hyphenatedWords {
                guard let file = files.mentioned(word) else { continue }
                if !found.contains(where: { $0.name == file.name }) { found.append(file) }
            }
        }
        return found
    }

    /// The template that the step uses, else one that its text mentions, else the one for documents of that name.
    private func choose(
        for product: ProductDefinition, of step: StepDefinition, used: [LibraryFile], mentioned: [LibraryFile]
    ) -> LibraryFile? {
        let byName = files?.template(forDocument: product.name)
        for candidates in [used, mentioned] {
            let templates = candidates.filter { $0.kind == .template }
            if templates.isEmpty { continue }
            let stem = product.name.key.split(separator: "/").last.map(String.init) ?? ""
            if let own = templates.first(where: { $0.key == stem + "-tmpl" || $0.documentKey == stem }) { return own }
            if step.creates.count == 1, templates.count == 1 { return templates[0] }
        }
        return byName
    }
}

extension String {
    /// `create-doc X OR Y` is `[[create-doc, X], [Y]]`.
    fileprivate var alternativesOfUses: [[String]] {
        var alternatives: [[String]] = [[]]
        for word in split(whereSeparator: \.isWhitespace).map(String.init) {
            if word == "OR" { alternatives.append([]) } else { alternatives[alternatives.count - 1].append(word) }
        }
        return alternatives.filter { !$0.isEmpty }
    }

    /// Runs of letters, digits, `_` and `-` with at least one hyphen inside.
    fileprivate var hyphenatedWords: [String] {
        var words: [String] = []
        for run in utf8.split(whereSeparator: { !$0.isWordByte }) where run.contains(UInt8(ascii: "-")) {
            let word = Substring(run).drop { $0 == "-" }
            if word.count > 2 { words.append(String(word)) }
        }
        return words
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool {
        self | 0x20 &- UInt8(ascii: "a") < 26 || self &- UInt8(ascii: "0") < 10 || self == UInt8(ascii: "_")
            || self == UInt8(ascii: "-")
    }
}
