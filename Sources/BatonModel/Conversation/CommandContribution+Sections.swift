import BatonMessages

extension CommandContribution {
    struct Section {
        let id: String
        /// As it stands in the outline.
        let outline: JSON
    }

    /// The sections that the role may fill, with those in them; one that repeats is filled as a whole.
    var fillable: [Section] { search(template.outline.array ?? []) }

    private func search(_ outline: [JSON]) -> [Section] {
        outline.flatMap { section in
            section["id"]?.string.map(sections.contains) == true
                ? Self.all(in: section) : search(section["sections"]?.array ?? [])
        }
    }

    private static func all(in section: JSON) -> [Section] {
        let inner = section["repeatable"]?.bool == true ? [] : section["sections"]?.array ?? []
        return (section["id"]?.string.map { [Section(id: $0, outline: section)] } ?? []) + inner.flatMap(all)
    }
}
