import BatonEngine
import OrderedCollections

/// Writes what stands below the heading of one section, or of one entry of it.
struct SectionWriter {
    let section: OutlineSection
    /// The level of the section's heading.
    let level: Int
    let scope: ComposingScope
    let role: String?
    let reserved: TitleIndex
    private(set) var blocks: [String] = []
    private(set) var reasons: [Reason] = []

    init(section: OutlineSection, level: Int, scope: ComposingScope, role: String?, reserved: TitleIndex) {
        self.section = section
        self.level = level
        self.scope = scope
        self.role = role
        self.reserved = reserved
    }

    /// Whether this author can be told about the section.
    var isMine: Bool { section.isWritable(by: role) }

    mutating func write(_ content: SectionContent?) {
        if let fixed = section.content { add(filled(fixed)) }
        // What is blank is not given.
        let content = content?.isBlank == true ? nil : content
        guard content != nil || isMine else { return }
        switch section.kind {
        case .bulletList, .numberedList, .checklist: writeList(content)
        case .table: writeTable(content)
        case .code, .mermaid: writeCode(content)
        case .choice: writeChoice(content)
        case .paragraphs, .templateText, nil: writeProse(content)
        }
    }

    mutating func add(_ block: String) {
        let text = block.withoutBlankEnds
        if !text.isEmpty { blocks.append(text) }
    }

    mutating func report(_ text: String) { reasons.append(Reason(place: scope.place, text: text)) }

    /// A text that is to stand as it was written, in place of what is made from items or rows.
    mutating func addWritten(_ text: String) {
        let text = contained(text)
        if section.isRequired(of: role), let fault = SectionForm(section).fault(in: text) {
            report("the section “\(section.label)” \(fault)")
        }
        add(text)
    }

    mutating func reportMissing(_ expected: String) {
        guard section.isRequired(of: role) else { return }
        report("the required section “\(section.label)” is missing; give \(expected)")
    }

    // MARK: Text

    /// A text of the author, kept in its place.
    func contained(_ text: String) -> String {
        let reserved = reserved
        return Containment(level: min(level, 6), isReserved: { reserved.contains($0) })
            .contain(InertText.clean(text)).withoutBlankEnds
    }

    /// A text of the template with its values.
    mutating func filled(_ template: String, in inner: ComposingScope? = nil) -> String {
        var filler = Filler(scope: inner ?? scope)
        let text = filler.block(template, level: level)
        report(filler)
        return contained(text)
    }

    mutating func report(_ filler: Filler) {
        guard isMine else { return }
        if !filler.missing.isEmpty {
            report(
                "no value for \(Reason.list(filler.missing.map { "{{\($0)}}" })); give {\"values\": {…}} with "
                    + (filler.missing.count == 1 ? "it" : "them") + ", or the finished text")
        }
        for fault in filler.faults { report(fault) }
    }

    // MARK: Prose

    private mutating func writeProse(_ content: SectionContent?) {
        switch content {
        case nil: writeUngiven()
        case .text(let text): writeText(text)
        case .list(let elements): writeParagraphs(elements)
        case .group: writeGroup()
        }
    }

    /// Nothing was given: the template may say it all, or all that it asks may be known.
    private mutating func writeUngiven() {
        guard let template = section.template else {
            if section.wantsContent { reportMissing("a text") }
            return
        }
        var filler = Filler(scope: scope)
        let text = filler.block(template, level: level)
        let wanted = TemplateText(template).variables
        if section.isFixed || !wanted.isEmpty && filler.missing.isEmpty {
            add(contained(text))
        } else if !section.isRequired(of: role) {
            if section.condition != nil || !wanted.isEmpty { return }
            add(contained(text))
        } else {
            let names = Reason.list(wanted.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
            reportMissing(
                wanted.isEmpty ? "a text in the form of its template" : "a text, or {\"values\": {…}} for \(names)")
        }
    }

    private mutating func writeText(_ text: String) {
        let clean = contained(text)
        guard let template = section.template, let name = openVariable(of: template), !clean.isEmpty else {
            return add(clean)
        }
        // The one thing that the template asks for, unless the author has written the template out.
        let lead = TemplateText(template).lead
        if !lead.isEmpty, clean.hasPrefix(lead) { return add(clean) }
        add(filled(template, in: scope.adding([name: .string(InertText.clean(text))])))
    }

    /// The only variable of a template that has no value yet.
    func openVariable(of template: String) -> String? {
        let names = Set(TemplateText(template).variables.filter { scope.value(of: $0) == nil })
        return names.count == 1 ? names.first : nil
    }

    private mutating func writeParagraphs(_ elements: [SectionContent]) {
        var texts: [String] = []
        for element in elements {
            switch element {
            case .text(let text): texts.append(contained(text))
            case .group(let values, _):
                guard let template = section.template else { continue }
                texts.append(filled(template, in: scope.adding(values)))
            case .list: report("a list in a list has no place here; give texts")
            }
        }
        texts = texts.filter { !$0.isEmpty }
        let isList =
            section.kind == nil && section.template == nil && texts.count > 1
            && texts.allSatisfy { !$0.contains("\n") && !$0.hasPrefix("|") && !$0.hasPrefix("#") }
        let list = MarkdownList(items: texts.map { MarkdownList.Item(text: $0) })
        isList ? add(contained(list.text)) : texts.forEach { add($0) }
    }

    /// `{values, sections}`: the scope holds the values already.
    private mutating func writeGroup() {
        if let template = section.template { return add(filled(template)) }
        for name in ["text", "content"] {
            if let value = scope.value(of: name).flatMap(Filler.text) { return add(contained(value)) }
        }
        if section.sections.isEmpty || section.type != nil, section.content == nil {
            reportMissing("a text; its template has no variables that values could fill")
        }
    }

    // MARK: Choice

    private mutating func writeChoice(_ content: SectionContent?) {
        let options = section.choices.flatMap(\.options)
        let given: String? =
            switch content {
            case .text(let text): InertText.line(text)
            case .group: (scope.value(of: "choice") ?? scope.ownValues.first).flatMap(Filler.text).map(InertText.line)
            case .list(let elements) where elements.count == 1: elements.first?.line
            case .list, nil: nil
            }
        guard let given, !given.isEmpty else {
            return content == nil
                ? reportMissing("one of \(Reason.list(options))") : report("must be one of \(Reason.list(options))")
        }
        let option = options.first { $0.lowercased() == given.lowercased() }
        if option == nil, !options.isEmpty {
            report("must be one of \(Reason.list(options)), not \(Reason.shortened(given, to: 60))")
        }
        add(contained(option ?? given))
    }
}

extension SectionContent {
    fileprivate var isBlank: Bool { if case .text(let text) = self { text.allSatisfy(\.isWhitespace) } else { false } }

    /// A text on one line; nil for anything else.
    var line: String? { if case .text(let text) = self { InertText.line(text) } else { nil } }
}

extension TemplateText {
    /// The words before the first variable.
    var lead: String {
        guard case .text(let text) = pieces.first else { return "" }
        return text.trimmed
    }
}
