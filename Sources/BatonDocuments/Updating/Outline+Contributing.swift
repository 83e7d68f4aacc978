/// What a role may write in a document that somebody else makes: the sections that the template gives to it by name.
extension Outline {
    /// The roles to whom sections are given, as they are compared.
    public var contributors: Set<String> {
        guard format == .markdown else { return [] }
        var all: [OutlineSection] = []
        for section in sections { section.collect(into: &all) }
        return Set(all.flatMap(\.writers))
    }

    /// The ids of the sections that name the role as owner or editor; one in another of them is not told by itself.
    public func contributions(of role: String) -> [String] {
        guard format == .markdown else { return [] }
        let role = RoleName.normalized(role)
        func search(_ sections: [OutlineSection]) -> [String] {
            sections.flatMap { $0.writers.contains(role) ? [$0.id] : search($0.sections) }
        }
        return search(sections)
    }

    /// What the role changed although the template does not name it there: a section of others, one of nobody, or what
    /// stands around the sections.
    ///
    /// - Returns: one reason for each section.
    public func foreignChanges(contributedTo old: String, _ new: String, by role: String) -> [Reason] {
        let own = contributions(of: role)
        let author = RoleName.normalized(role)
        return changes(from: old, to: new, outside: own) { section in
            let owners = section.writers.isEmpty ? "who makes the document" : section.writers.joined(separator: ", ")
            return "the section “\(section.label)” belongs to \(owners); \(author) may not change it; "
                + "leave it as it was"
        } around: {
            Reason(
                place: name,
                text: "\(author) may write \(Reason.list(own)) in it; leave all around that as it was")
        }
    }
}
