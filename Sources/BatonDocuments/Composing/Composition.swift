import BatonEngine
import OrderedCollections

/// A document made from a template and what an agent gave for its sections.
public struct Composition: Sendable, Equatable {
    /// The document; complete only when there are no reasons against it.
    public let text: String
    /// What has to be put right, at most ``Reason/limit`` of it; empty: the document is fine.
    public let reasons: [Reason]
    /// What the author decided about the sections that have a condition.
    public let choices: [ConditionChoice]
}

/// A section with a condition in prose, and whether its author wrote it.
public struct ConditionChoice: Sendable, Equatable {
    public let section: String
    public let condition: String
    public let isPresent: Bool

    public init(section: String, condition: String, isPresent: Bool) {
        self.section = section
        self.condition = condition
        self.isPresent = isPresent
    }

    /// `{section, condition, present}`.
    public var json: JSON {
        ["section": .string(section), "condition": .string(condition), "present": .bool(isPresent)]
    }
}

extension Outline {
    /// Makes the document, and says what is wrong with the content. The same content gives the same text.
    ///
    /// - Parameters:
    ///   - facts: what is known beside the content: its own values come first.
    ///   - role: who wrote it; nil is a writer without a role, who may write every section.
    public func compose(
        _ content: DocumentContent, facts: OrderedDictionary<String, JSON> = [:], by role: String? = nil
    ) -> Composition {
        if format == .yaml { return FieldComposer.compose(self, content, facts: facts) }
        var check = ContentCheck(outline: self, role: role)
        check.check(content)
        var composer = Composer(role: role, reserved: TitleIndex(sections))
        let scope = ComposingScope(content: content, facts: facts)
        composer.composeTitle(title, scope)
        composer.compose(sections, level: 2, scope)
        var reasons = check.reasons
        for reason in composer.reasons where !reasons.contains(reason) { reasons.append(reason) }
        return Composition(
            text: composer.blocks.joined(separator: "\n\n") + "\n", reasons: Array(reasons.prefix(Reason.limit)),
            choices: composer.choices)
    }
}

/// Walks an outline beside the content for it, and writes the document block by block.
struct Composer {
    let role: String?
    var blocks: [String] = []
    var reasons: [Reason] = []
    var choices: [ConditionChoice] = []
    /// The titles of the template, so that no text can pass for a section.
    let reserved: TitleIndex

    init(role: String?, reserved: TitleIndex) {
        self.role = role
        self.reserved = reserved
    }

    mutating func composeTitle(_ title: String, _ scope: ComposingScope) {
        var filler = Filler(scope: scope)
        let words = filler.line(TemplateText(title: title))
        report(filler, at: "title", hint: "give it as values beside sections")
        blocks.append(Containment.heading(Containment.withoutTags(words), level: 1))
    }

    mutating func compose(_ sections: [OutlineSection], level: Int, _ scope: ComposingScope) {
        for section in sections { compose(section, level: level, scope) }
    }

    mutating func compose(_ section: OutlineSection, level: Int, _ scope: ComposingScope) {
        let content = scope.content(of: section)
        let isGiven = content != nil || scope.hasContent(inside: section)
        if section.isGuidance, content == nil { return }
        if let condition = section.condition {
            choices.append(
                ConditionChoice(section: scope.place(of: section), condition: condition, isPresent: isGiven))
            if !isGiven { return }
        }
        if section.repeatsAsWhole || scope.repeats(section, content) {
            if isGiven { composeEntries(of: section, content, level: level, scope) }
        } else if isGiven || !section.isRepeatable {
            composeOnce(section, content, level: level, scope)
        }
    }

    // MARK: Entries

    private mutating func composeEntries(
        of section: OutlineSection, _ content: SectionContent?, level: Int, _ scope: ComposingScope
    ) {
        var entries = [content]
        if case .list(let elements) = content { entries = elements }
        let sharesHeading = section.title != nil && !section.hasVariableTitle
        if sharesHeading { composeHeading(of: section, level: level, scope.inside(section, nil)) }
        for (index, entry) in entries.enumerated() {
            let inner = scope.inside(section, entry, number: index + 1)
            let body = sharesHeading ? .some(entry) : composeHeading(of: section, entry, level: level, inner)
            composeBody(of: section, body, level: level, inner)
        }
    }

    private mutating func composeOnce(
        _ section: OutlineSection, _ content: SectionContent?, level: Int, _ scope: ComposingScope
    ) {
        let inner = scope.inside(section, content)
        let body = composeHeading(of: section, content, level: level, inner)
        composeBody(of: section, body, level: level, inner)
    }

    private mutating func composeBody(
        of section: OutlineSection, _ content: SectionContent??, level: Int, _ scope: ComposingScope
    ) {
        var writer = SectionWriter(section: section, level: level, scope: scope, role: role, reserved: reserved)
        if let content { writer.write(content) }
        blocks += writer.blocks
        reasons += writer.reasons.prefix(max(0, Reason.limit - reasons.count))
        if !section.sections.isEmpty {
            compose(section.sections, level: section.title == nil ? level : level + 1, scope)
        }
    }

    // MARK: Headings

    private mutating func composeHeading(of section: OutlineSection, level: Int, _ scope: ComposingScope) {
        _ = composeHeading(of: section, nil, level: level, scope)
    }

    /// - Returns: the content without what the title's choice took of it; nil when that was all.
    private mutating func composeHeading(
        of section: OutlineSection, _ content: SectionContent?, level: Int, _ scope: ComposingScope
    ) -> SectionContent?? {
        guard let title = section.title else { return .some(content) }
        let text = TemplateText(title: title)
        let choice = TitleChoice(text, content, scope)
        var filler = Filler(scope: scope)
        filler.titleChoice = choice.words
        let words = filler.line(text)
        if section.isWritable(by: role) {
            report(filler, at: scope.place, hint: "the title needs it under values")
        }
        blocks.append(
            Containment.heading(
                Containment.withoutTags(words.isEmpty ? section.id : words), level: level))
        return choice.isAll ? nil : .some(choice.rest)
    }

    private mutating func report(_ filler: Filler, at place: String, hint: String) {
        guard reasons.count < Reason.limit else { return }
        if !filler.missing.isEmpty {
            let names = filler.missing.map { "{{\($0)}}" }
            reasons.append(Reason(place: place, text: "no value for \(Reason.list(names)); \(hint)"))
        }
        reasons += filler.faults.map { Reason(place: place, text: $0) }
    }
}
