import OrderedCollections

/// The sections that are talked over while a document is written.
extension Outline {
    /// A section that a document has, with the sections in it.
    public struct Draft: Sendable, Equatable {
        public let section: String
        public let title: String
        public let text: String
    }

    /// The sections marked with `elicit` that a document has, in its order; those of a repeatable section are one.
    public func elicitedDrafts(in text: String) -> [Draft] {
        guard format == .markdown, isElicited(sections) else { return [] }
        let document = DocumentSections(of: self, in: text)
        var drafts: OrderedDictionary<String, Draft> = [:]
        for occurrence in document.occurrences where occurrence.section.isElicited {
            let id = occurrence.section.id
            let text = document.bytes.text(occurrence.region).withoutBlankEnds
            let before = drafts[id].map { $0.text + "\n\n" } ?? ""
            drafts[id] = Draft(section: id, title: drafts[id]?.title ?? occurrence.title, text: before + text)
        }
        return Array(drafts.values)
    }

    /// What was changed in a document although only one section, with the sections in it, was to change.
    public func changes(from old: String, to new: String, outside section: String) -> [Reason] {
        changes(from: old, to: new, outside: [section]) { _ in
            "only the section \(section) may change; leave this one as it was"
        } around: {
            Reason(place: section, text: "only this section may change; leave all around it as it was")
        }
    }

    func changes(
        from old: String, to new: String, outside sections: [String], _ text: (OutlineSection) -> String,
        around: () -> Reason
    ) -> [Reason] {
        let (before, after) = (DocumentSections(of: self, in: old), DocumentSections(of: self, in: new))
        let ids = Set(sections)
        guard !DocumentFrame.isSame(before, after, without: { ids.contains($0.id) }) else { return [] }
        let (was, now) = (before.bodies(outside: sections), after.bodies(outside: sections))
        let changed = (was.keys.elements + now.keys.filter { was[$0] == nil }).filter { was[$0] != now[$0] }
        guard !changed.isEmpty else { return [around()] }
        return changed.prefix(Reason.limit).compactMap { id in
            (before.occurrences(of: id).first ?? after.occurrences(of: id).first).map {
                Reason(place: id, text: text($0.section))
            }
        }
    }

    private func isElicited(_ sections: [OutlineSection]) -> Bool {
        sections.contains { $0.isElicited || isElicited($0.sections) }
    }
}

extension DocumentSections {
    /// What the sections say that are not in those sections, by their ids.
    fileprivate func bodies(outside sections: [String]) -> OrderedDictionary<String, [String]> {
        let regions = occurrences.filter { sections.contains($0.section.id) }.map(\.region)
        var bodies: OrderedDictionary<String, [String]> = [:]
        for occurrence in occurrences where !regions.contains(where: { $0.contains(occurrence.heading.lowerBound) }) {
            bodies[occurrence.section.id, default: []].append(body(of: occurrence))
        }
        return bodies
    }
}
