/// What is around the sections of a document: its title, what stands outside of them, their order. It belongs to the
/// role that makes the document.
struct Surroundings {
    private let role: String
    private let maker: String

    /// Nil when the maker is not known, or is who writes.
    init?(role: String, maker: String?) {
        guard let maker = maker.map(RoleName.normalized), maker != RoleName.normalized(role) else { return nil }
        (self.role, self.maker) = (RoleName.normalized(role), maker)
    }

    /// What was changed there, one reason each.
    func changes(from old: DocumentSections, to new: DocumentSections) -> [Reason] {
        var reasons: [Reason] = []
        func report(_ place: String, _ what: String, _ deed: String) {
            reasons.append(
                Reason(
                    place: place, text: "\(what) belongs to \(maker), who makes the document; \(role) may not \(deed)"))
        }
        if let title = old.title, title != new.title {
            report("title", "the title “\(Reason.shortened(title, to: 60))”", "change it; leave it as it was")
        }
        for (from, to, deed) in [
            (new, old, "add the section “%”; leave it out"), (old, new, "remove the section “%”; leave it as it was"),
        ] {
            for title in Self.titles(of: from, besides: to) {
                let name = Reason.shortened(title, to: 60)
                report("sections", "what stands outside of the template's sections", deed.replacing("%", with: name))
            }
        }
        if let moved = firstMoved(from: old, to: new) {
            report(moved.id, "the order of the sections", "change it; leave “\(moved.label)” where it was")
        }
        if reasons.isEmpty, !DocumentFrame.isSame(old, new, without: { _ in true }) {
            report("sections", "the text around the sections", "change it; leave it as it was")
        }
        return reasons
    }

    private static func titles(of document: DocumentSections, besides other: DocumentSections) -> [String] {
        var known: [String: Int] = [:]
        for title in other.strangers { known[title, default: 0] += 1 }
        return document.strangers.filter { title in
            guard let count = known[title], count > 0 else { return true }
            known[title] = count - 1
            return false
        }
    }

    /// The first section that is not in its place among those that both documents have; those in a section that the
    /// role may write are in its hands.
    private func firstMoved(from old: DocumentSections, to new: DocumentSections) -> OutlineSection? {
        func order(_ document: DocumentSections) -> [OutlineSection] {
            document.occurrences.filter { occurrence in
                occurrence.parent.map { !document.occurrences[$0].section.isWritable(by: role) } ?? true
            }.map(\.section)
        }
        let (was, now) = (order(old), order(new))
        let both = Set(was.map(\.id)).intersection(now.map(\.id))
        let (left, right) = (was.filter { both.contains($0.id) }, now.filter { both.contains($0.id) })
        // As many entries as a repeatable section has are its writers' to say.
        return zip(Self.once(left), Self.once(right)).first { $0.id != $1.id }?.1
    }

    private static func once(_ sections: [OutlineSection]) -> [OutlineSection] {
        var ids: Set<String> = []
        return sections.filter { ids.insert($0.id).inserted }
    }
}
