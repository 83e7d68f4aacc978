import BatonEngine
import OrderedCollections

extension Outline {
    /// Puts sections into a document that is there already, and leaves all else in it as it is, byte for byte.
    ///
    /// A section that the document has is written anew below its heading; the sections in it stay, unless they are
    /// given too. One that it does not have comes where the outline has it. All entries of a repeatable section are
    /// replaced.
    ///
    /// - Parameter role: who gives the sections; nil is a writer without a role.
    public func merge(
        _ content: DocumentContent, into text: String, facts: OrderedDictionary<String, JSON> = [:],
        by role: String? = nil
    ) -> Composition {
        var merge = SectionMerge(outline: self, text: text, role: role)
        var check = ContentCheck(outline: self, role: role)
        check.check(content)
        merge.reasons = check.reasons
        let scope = ComposingScope(content: content, facts: facts)
        merge.merge(content.sections, below: nil, sections, scope)
        var reasons: [Reason] = []
        for reason in merge.reasons where !reasons.contains(reason) { reasons.append(reason) }
        return Composition(
            text: merge.text, reasons: Array(reasons.prefix(Reason.limit)), choices: merge.choices)
    }
}

/// Collects what changes in a document when sections are given for it.
private struct SectionMerge {
    private let document: DocumentSections
    private let role: String?
    private let reserved: TitleIndex
    private var edits: Edits
    var reasons: [Reason] = []
    var choices: [ConditionChoice] = []

    init(outline: Outline, text: String, role: String?) {
        document = DocumentSections(of: outline, in: text)
        edits = Edits(document.bytes)
        reserved = TitleIndex(outline.sections)
        self.role = role
    }

    var text: String {
        var ordered = edits
        ordered.sort()
        return String(decoding: ordered.applied(), as: UTF8.self)
    }

    /// Merges what is given for `sections` and for those in them.
    mutating func merge(
        _ given: OrderedDictionary<String, SectionContent>, below parent: DocumentSections.Occurrence?,
        _ sections: [OutlineSection], _ scope: ComposingScope
    ) {
        for (index, section) in sections.enumerated() {
            let content = given[NameKey.of(section.id)]
            let there = document.occurrences(of: section.id).filter {
                parent?.region.contains($0.region.lowerBound) ?? true
            }
            if content == nil {
                // What is inside may be given beside it.
                merge(given, below: there.first ?? parent, section.sections, scope)
            } else if section.title == nil {
                reasons.append(
                    Reason(
                        place: section.id,
                        text:
                            "a section without a heading can't be found again in a document; return the whole"
                    ))
            } else if there.isEmpty {
                insert(section, among: sections, at: index, below: parent, scope)
            } else if section.repeatsAsWhole {
                replace(there, by: section, scope)
            } else if let occurrence = there.first {
                rewrite(occurrence, content, given, scope)
            }
        }
    }

    private mutating func compose(_ section: OutlineSection, level: Int, _ scope: ComposingScope) -> [String] {
        var composer = Composer(role: role, reserved: reserved)
        composer.compose(section, level: level, scope)
        reasons += composer.reasons
        choices += composer.choices
        return composer.blocks
    }

    private mutating func rewrite(
        _ occurrence: DocumentSections.Occurrence, _ content: SectionContent?,
        _ given: OrderedDictionary<String, SectionContent>, _ scope: ComposingScope
    ) {
        var section = occurrence.section
        if section.isReadOnly, !Placeholder.isOne(document.body(of: occurrence)) {
            reasons.append(
                Reason(place: section.id, text: "the section “\(section.label)” is read-only once it is written"))
            return
        }
        let inner = section.sections
        section.sections = []
        // Sections alone leave what the section itself says.
        if !Self.isOnlySections(content) {
            let blocks = compose(section, level: occurrence.level, scope)
            replaceOwn(occurrence, with: blocks)
        }
        var within = given
        if case .group(_, let sections) = content { within = sections }
        merge(within, below: occurrence, inner, scope.inside(section, content))
    }

    private static func isOnlySections(_ content: SectionContent?) -> Bool {
        if case .group(let values, let sections) = content { values.isEmpty && !sections.isEmpty } else { false }
    }

    private mutating func replaceOwn(_ occurrence: DocumentSections.Occurrence, with blocks: [String]) {
        guard let first = occurrence.own.first else { return }
        let isLast = first.upperBound == document.bytes.count
        let text = blocks.joined(separator: "\n\n") + (isLast ? "\n" : "\n\n")
        edits.replace(occurrence.heading.lowerBound..<first.upperBound, with: Array(text.utf8))
        for range in occurrence.own.dropFirst() where !range.isEmpty { edits.replace(range, with: []) }
    }

    private mutating func replace(
        _ there: [DocumentSections.Occurrence], by section: OutlineSection, _ scope: ComposingScope
    ) {
        let blocks = compose(section, level: there[0].level, scope)
        for (index, occurrence) in there.enumerated() {
            let isLast = occurrence.region.upperBound == document.bytes.count
            let text = index == 0 ? blocks.joined(separator: "\n\n") + (isLast ? "\n" : "\n\n") : ""
            edits.replace(occurrence.region, with: Array(text.utf8))
        }
    }

    /// Writes a section behind the nearest one before it in the outline.
    private mutating func insert(
        _ section: OutlineSection, among siblings: [OutlineSection], at index: Int,
        below parent: DocumentSections.Occurrence?, _ scope: ComposingScope
    ) {
        let document = document
        let before = siblings[..<index].reversed().lazy.compactMap { document.occurrences(of: $0.id).last }.first
        let after = siblings[(index + 1)...].lazy.compactMap { document.occurrences(of: $0.id).first }.first
        let level = before?.level ?? after?.level ?? parent.map { $0.level + 1 } ?? 2
        let place =
            before?.region.upperBound ?? after?.region.lowerBound ?? parent?.region.upperBound ?? document.bytes.count
        let text = compose(section, level: level, scope).joined(separator: "\n\n")
        let isLast = place == document.bytes.count
        let start = isLast && document.bytes.last?.isLineEnd == false ? "\n\n" : isLast ? "\n" : ""
        edits.replace(place..<place, with: Array((start + text + (isLast ? "\n" : "\n\n")).utf8))
    }
}
