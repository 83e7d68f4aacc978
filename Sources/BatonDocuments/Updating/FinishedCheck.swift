import BatonEngine

/// What a finished document says of itself, read against its template.
public struct FinishedCheck: Sendable, Equatable {
    public let reasons: [Reason]
    /// Which sections with a condition are there.
    public let choices: [ConditionChoice]
}

extension Outline {
    /// Checks a document that an agent returns as text, and not as sections.
    ///
    /// Sections are found by their headings. Those that every such document has may not be missing or empty, and have
    /// the form of their type; what the author writes beside them is free.
    ///
    /// - Parameters:
    ///   - old: the version before; nil when there is none.
    ///   - role: who wrote it; nil is a writer without a role.
    ///   - isUpdate: whether it changes the version before, and does not write it anew: then nothing is wrong that
    ///     was so before.
    ///   - maker: the role that makes the document, of which an update is; nil when that is the writer.
    public func check(
        finished text: String, replacing old: String? = nil, by role: String? = nil, isUpdate: Bool = false,
        maker: String? = nil
    ) -> FinishedCheck {
        let base = isUpdate ? old : nil
        guard format == .markdown else {
            return FinishedCheck(reasons: missingKeys(of: text, besides: base), choices: [])
        }
        let document = DocumentSections(of: self, in: text)
        let before = base.map { DocumentSections(of: self, in: $0) }
        var reasons = foreignChanges(from: old, to: text, by: role, maker: maker)
        reasons += RequiredSections(self, of: role).missing(in: document, besides: before)
        reasons += empty(in: document, besides: before, role)
        reasons += misshapen(document, besides: before, role)
        return FinishedCheck(
            reasons: Array(reasons.prefix(Reason.limit)),
            choices: conditions(in: sections, found: Set(document.occurrences.map(\.section.id))))
    }

    /// Sections that have a heading and nothing below it.
    private func empty(
        in document: DocumentSections, besides before: DocumentSections?, _ role: String?
    ) -> [Reason] {
        let known = before.map { Set($0.emptyRequired(of: role).map(\.id)) } ?? []
        return document.emptyRequired(of: role).filter { !known.contains($0.id) }.map { section in
            Reason(place: section.id, text: "the required section “\(section.label)” is empty; write it")
        }
    }

    /// Sections that say something, and not in the form of their type.
    private func misshapen(
        _ document: DocumentSections, besides before: DocumentSections?, _ role: String?
    ) -> [Reason] {
        let known = before.map { Set($0.misshapen(by: role)) } ?? []
        var reasons: [Reason] = []
        for reason in document.misshapen(by: role) where !known.contains(reason) && !reasons.contains(reason) {
            reasons.append(reason)
        }
        return reasons
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
    private func missingKeys(of text: String, besides old: String?) -> [Reason] {
        let keys = Self.keys(of: text)
        var missing = fields.keys.filter { !keys.contains(NameKey.of($0)) }
        if let old {
            let known = Self.keys(of: old)
            missing.removeAll { !known.contains(NameKey.of($0)) }
        }
        guard missing.count < 3 || missing.count < fields.count else {
            let text = "the document has none of the \(fields.count) keys of its template: \(Reason.list(missing))"
            return [Reason(place: "values", text: text + "; write it in YAML, with each of them")]
        }
        return missing.map { Reason(place: $0, text: "the key is missing; write \($0): …") }
    }

    /// The keys at the top of a text in YAML, or in JSON, which is YAML.
    private static func keys(of text: String) -> Set<String> {
        if Substring(text).trimmed.hasPrefix("{"), let object = try? JSON.parse(Array(text.utf8)).object {
            return Set(object.keys.map { NameKey.of($0) })
        }
        return Set(
            text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
                guard let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false else { return nil }
                return NameKey.of(line[..<colon].trimmed.filter { $0 != "\"" && $0 != "'" })
            })
    }
}

extension DocumentSections {
    fileprivate func emptyRequired(of role: String?) -> [OutlineSection] {
        occurrences.compactMap { occurrence in
            let section = occurrence.section
            let isEmpty =
                section.isRequired(of: role) && section.sections.isEmpty && !section.hasVariableTitle
                && body(of: occurrence).isEmpty
            return isEmpty ? section : nil
        }
    }

    /// Of those that are required; a choice is one wherever it is made.
    fileprivate func misshapen(by role: String?) -> [Reason] {
        occurrences.compactMap { occurrence in
            let section = occurrence.section
            let isBound = section.kind == .choice ? section.isWritable(by: role) : section.isRequired(of: role)
            guard isBound, section.content == nil else { return nil }
            let text = bytes.text(occurrence.heading.upperBound..<occurrence.region.upperBound)
            guard !text.allSatisfy(\.isWhitespace), let fault = SectionForm(section).fault(in: text) else { return nil }
            return Reason(place: section.id, text: "the section “\(section.label)” \(fault)")
        }
    }
}
