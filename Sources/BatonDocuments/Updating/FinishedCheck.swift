import OrderedCollections

/// What a finished document says of itself, read against its template.
public struct FinishedCheck: Sendable, Equatable {
    /// Whether the document evidently follows the template; one that does not is taken as it is.
    public let followsTemplate: Bool
    public let reasons: [Reason]
    /// Which sections with a condition are there.
    public let choices: [ConditionChoice]
}

extension Outline {
    /// Checks a document that an agent returns as text, and not as sections.
    ///
    /// A document follows the template when it has at least half of the headings that every such document has at the
    /// top, and two if there are two. Only then are missing headings and empty sections reasons against it.
    /// Foreign changes are, in any document.
    ///
    /// - Parameters:
    ///   - old: the version before; nil when there is none.
    ///   - role: who wrote it; nil is a writer without a role.
    public func check(finished text: String, replacing old: String? = nil, by role: String? = nil) -> FinishedCheck {
        guard format == .markdown else { return checkKeys(of: text) }
        let document = DocumentSections(of: self, in: text)
        let found = Set(document.occurrences.map(\.section.id))
        let expected = Self.titled(sections).filter { $0.condition == nil && !$0.isRepeatable && !$0.hasVariableTitle }
        let present = expected.count { found.contains($0.id) }
        let follows = present > 0 && 2 * present >= expected.count && present >= min(2, expected.count)
        var reasons = foreignChanges(from: old, to: text, by: role)
        if follows {
            reasons += missing(in: sections, found: found, role)
            reasons += empty(in: document, role)
        }
        return FinishedCheck(
            followsTemplate: follows, reasons: Array(reasons.prefix(Reason.limit)),
            choices: follows ? conditions(in: sections, found: found) : [])
    }

    /// The sections that have headings of their own; those in an untitled one stand in its place.
    private static func titled(_ sections: [OutlineSection]) -> [OutlineSection] {
        sections.flatMap { section in
            section.title == nil && section.condition == nil ? titled(section.sections) : [section]
        }
    }

    private func missing(in sections: [OutlineSection], found: Set<String>, _ role: String?) -> [Reason] {
        var reasons: [Reason] = []
        for section in sections where !section.isRepeatable {
            // What has a condition was left out, or is there as a whole.
            if section.condition != nil, !found.contains(section.id) { continue }
            let isHere = section.title == nil || section.hasVariableTitle || found.contains(section.id)
            if isHere {
                reasons += missing(in: section.sections, found: found, role)
            } else if section.isRequired(of: role) || section.sections.contains(where: { $0.isDemanded(of: role) }) {
                reasons.append(
                    Reason(
                        place: section.id,
                        text:
                            "the required section “\(section.label)” is missing; "
                            + "write it under a heading with this title"
                    ))
            }
        }
        return reasons
    }

    /// Sections that have a heading and nothing below it.
    private func empty(in document: DocumentSections, _ role: String?) -> [Reason] {
        document.occurrences.compactMap { occurrence in
            let section = occurrence.section
            guard section.isRequired(of: role), section.sections.isEmpty, !section.hasVariableTitle,
                document.body(of: occurrence).isEmpty
            else { return nil }
            return Reason(place: section.id, text: "the required section “\(section.label)” is empty; write it")
        }
    }

    private func conditions(in sections: [OutlineSection], found: Set<String>) -> [ConditionChoice] {
        sections.flatMap { section -> [ConditionChoice] in
            var all: [OutlineSection] = []
            section.collect(into: &all)
            let isPresent = all.contains { found.contains($0.id) }
            let own = section.condition.map {
                ConditionChoice(section: section.id, condition: $0, isPresent: isPresent)
            }
            let inner = section.condition == nil || isPresent ? conditions(in: section.sections, found: found) : []
            return (own.map { [$0] } ?? []) + inner
        }
    }

    /// A document in YAML has the keys of its template; what they hold is its author's.
    private func checkKeys(of text: String) -> FinishedCheck {
        let keys = Set(
            text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
                guard let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false else { return nil }
                return NameKey.of(line[..<colon].trimmed.filter { $0 != "\"" && $0 != "'" })
            })
        let missing = fields.keys.filter { !keys.contains(NameKey.of($0)) }
        let follows = missing.count < fields.count
        return FinishedCheck(
            followsTemplate: follows,
            reasons: follows ? missing.map { Reason(place: $0, text: "the key is missing; write \($0): …") } : [],
            choices: [])
    }
}

extension OutlineSection {
    /// Whether it or an unconditional section in it is required.
    fileprivate func isDemanded(of role: String?) -> Bool {
        guard condition == nil, !isRepeatable else { return false }
        return isRequired(of: role) || sections.contains { $0.isDemanded(of: role) }
    }
}
