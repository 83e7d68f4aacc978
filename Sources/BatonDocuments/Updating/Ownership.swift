import OrderedCollections

extension Outline {
    /// What a role changed in a document that it may not change.
    ///
    /// Sections are found by their headings. A section without an owner is anybody's. Read-only sections are written
    /// once. The title, what stands outside of the sections, and their order belong to whoever makes the document.
    ///
    /// - Parameters:
    ///   - old: the document before; nil when this is its first version, in which sections of others stay empty, or
    ///     hold a placeholder such as `_to be filled by QA_`.
    ///   - role: who changed it; nil is a writer without a role, for whom only read-only sections are closed.
    ///   - maker: the role that makes the document; nil when that is the writer, or nobody knows.
    /// - Returns: one reason for each section, and for each change around them.
    public func foreignChanges(
        from old: String?, to new: String, by role: String?, maker: String? = nil
    ) -> [Reason] {
        guard format == .markdown else { return [] }
        guard sections.contains(where: \.isGuarded) else { return [] }
        let (first, second) = (old.map { DocumentSections(of: self, in: $0) }, DocumentSections(of: self, in: new))
        let before = first.map(Self.bodies) ?? [:]
        let after = Self.bodies(second)
        let surroundings = role.flatMap { Surroundings(role: $0, maker: maker) }
        var reasons: [Reason] = []
        for key in before.keys.elements + after.keys.filter({ before[$0] == nil }) {
            guard reasons.count < Reason.limit, let section = (before[key] ?? after[key])?.section else { break }
            let was = before[key]?.texts ?? []
            let now = after[key]?.texts ?? []
            let isBlank = was.allSatisfy(Placeholder.isOne) && now.allSatisfy(Placeholder.isOne)
            let keepsHeadings = surroundings == nil || before[key]?.headings == after[key]?.headings
            guard was != now && !isBlank || !keepsHeadings && before[key] != nil else { continue }
            if !section.isWritable(by: role) {
                reasons.append(foreign(section, role, isNew: old == nil, isGone: after[key] == nil))
            } else if section.isReadOnly, !was.allSatisfy(Placeholder.isOne) {
                reasons.append(
                    Reason(
                        place: section.id,
                        text: "the section “\(section.label)” is read-only once it is written; leave it as it was"))
            }
        }
        if let first, let surroundings { reasons += surroundings.changes(from: first, to: second) }
        return Array(reasons.prefix(Reason.limit))
    }

    private func foreign(_ section: OutlineSection, _ role: String?, isNew: Bool, isGone: Bool) -> Reason {
        let owners = section.writers.joined(separator: ", ")
        let author = role.map(RoleName.normalized) ?? ""
        let deed = isNew ? "write it; leave it empty" : isGone ? "remove it" : "change it; leave it as it was"
        return Reason(
            place: section.id, text: "the section “\(section.label)” belongs to \(owners); \(author) may not \(deed)")
    }

    private struct Key: Hashable {
        let id: String
        /// Tells the entries of a repeatable section apart.
        let title: String
    }

    private struct Bodies {
        let section: OutlineSection
        var texts: [String] = []
        /// As the document has them, with their levels.
        var headings: [String] = []
    }

    private static func bodies(_ document: DocumentSections) -> OrderedDictionary<Key, Bodies> {
        var bodies: OrderedDictionary<Key, Bodies> = [:]
        for occurrence in document.occurrences {
            let section = occurrence.section
            let key = Key(id: section.id, title: section.hasVariableTitle ? HeadingText.key(occurrence.title) : "")
            bodies[key, default: Bodies(section: section)].texts.append(document.body(of: occurrence))
            bodies[key]?.headings.append("\(occurrence.level) \(occurrence.title)")
        }
        return bodies
    }
}

extension OutlineSection {
    /// Whether it or a section in it is not everybody's.
    fileprivate var isGuarded: Bool { isReadOnly || !writers.isEmpty || sections.contains(where: \.isGuarded) }
}

/// What authors write where somebody else will write.
enum Placeholder {
    private static let words: Set<String> = [
        "", "tbd", "tba", "n/a", "na", "none", "none yet", "pending", "empty", "-", "–", "—", "…", "...",
        "to be determined", "to be done", "to be filled", "to be filled in",
    ]

    static func isOne(_ text: String) -> Bool {
        guard text.utf8.count <= 2000 else { return false }
        return text.split(separator: "\n").allSatisfy { line in
            var words = line.trimmed
            // A table with no rows, an empty item, an open box.
            if words.hasPrefix("|") || words.hasPrefix("<!--") && words.hasSuffix("-->") { return isEmptyRow(words) }
            words = ListMarker.stripped(words).trimmed
            if words.hasPrefix("[ ]") { words = words.dropFirst(3).trimmed }
            for (open, close) in [("_", "_"), ("*", "*"), ("(", ")"), ("[", "]"), ("{{", "}}")]
            where words.count > open.count + close.count && words.hasPrefix(open) && words.hasSuffix(close) {
                let inner = words.dropFirst(open.count).dropLast(close.count)
                // `**bold**` and `[a](b) … [c]` are texts.
                return !inner.hasPrefix("*") && !inner.contains(close)
            }
            while let last = words.last, last == "." { words.removeLast() }
            return Self.words.contains(words.lowercased())
        }
    }

    private static func isEmptyRow(_ line: Substring) -> Bool {
        line.hasPrefix("<!--") || line.allSatisfy { "|-: ".contains($0) }
    }
}
