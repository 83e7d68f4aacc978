/// The sections that every document of a template has under a heading, as far as a role writes them.
///
/// Not among them: what has a condition or repeats, what has no title or one that is filled in, and what is in those.
struct RequiredSections {
    private let outline: Outline
    private let role: String?

    init(_ outline: Outline, of role: String?) {
        self.outline = outline
        self.role = role
    }

    /// One reason for each that a document lacks; one for all of them when it has next to none.
    ///
    /// - Parameter before: the version that the document changes: what that lacks is not asked for.
    func missing(in document: DocumentSections, besides before: DocumentSections?) -> [Reason] {
        var lacked: Set<String> = []
        if let before {
            let known = present(in: before)
            lacked = Set(outline.allSections.lazy.map(\.id).filter { !known.contains($0) })
        }
        let found = present(in: document).union(lacked)
        let all = leaves(of: outline.sections, besides: lacked)
        let left = leaves(of: outline.sections, besides: found)
        guard left.count >= 3, 5 * left.count >= 4 * all.count else {
            return sections(in: outline.sections, besides: found).map { section in
                Reason(
                    place: section.id,
                    text: "the required section “\(section.label)” is missing; write it under a heading with this title"
                )
            }
        }
        let share =
            left.count == all.count ? "none of the \(all.count)" : "\(all.count - left.count) of the \(all.count)"
        return [
            Reason(
                place: "sections",
                text: "the text has \(share) required sections of its template; write each under a heading with its "
                    + "title: \(Reason.list(left.map(\.label)))")
        ]
    }

    /// The ids of the sections that have a heading. In a flat document headings of the same title can't be told apart:
    /// as many as the template has are all of them.
    private func present(in document: DocumentSections) -> Set<String> {
        var counts: [String: Int] = [:]
        for occurrence in document.occurrences { counts[occurrence.section.id, default: 0] += 1 }
        var present = Set(counts.keys)
        let namesakes = Dictionary(grouping: outline.allSections.filter { $0.title != nil && !$0.hasVariableTitle }) {
            HeadingText.words($0.title ?? "")
        }
        for same in namesakes.values where same.count > 1 {
            let ids = same.map(\.id)
            if ids.reduce(0, { $0 + counts[$1, default: 0] }) >= ids.count { present.formUnion(ids) }
        }
        return present
    }

    /// The outermost ones that are not there.
    private func sections(in sections: [OutlineSection], besides found: Set<String>) -> [OutlineSection] {
        sections.flatMap { section -> [OutlineSection] in
            guard isDue(section, found) else { return [] }
            let inner = self.sections(in: section.sections, besides: found)
            guard section.hasDueTitle, !found.contains(section.id) else { return inner }
            if section.isRequired(of: role) { return [section] }
            // A heading that only groups others may be left out, if not all of them are.
            return hasAny(of: section.sections, found) ? inner : inner.isEmpty ? [] : [section]
        }
    }

    private func hasAny(of sections: [OutlineSection], _ found: Set<String>) -> Bool {
        sections.contains { found.contains($0.id) || hasAny(of: $0.sections, found) }
    }

    /// All that are not there and hold more than others, but for those in one with a condition.
    private func leaves(of sections: [OutlineSection], besides found: Set<String>) -> [OutlineSection] {
        sections.flatMap { section -> [OutlineSection] in
            guard !section.isRepeatable, section.condition == nil else { return [] }
            let isMissing = section.hasDueTitle && section.isRequired(of: role) && !found.contains(section.id)
            return (isMissing ? [section] : []) + leaves(of: section.sections, besides: found)
        }
    }

    /// Whether it, or what is in it, is to be there. What has a condition was left out, or is there as a whole.
    private func isDue(_ section: OutlineSection, _ found: Set<String>) -> Bool {
        !section.isRepeatable && (section.condition == nil || found.contains(section.id))
    }
}

extension OutlineSection {
    /// Whether it stands under a heading that can be told beforehand.
    fileprivate var hasDueTitle: Bool { title.map { TemplateText(title: $0).isFixedOrChoice } ?? false }
}
