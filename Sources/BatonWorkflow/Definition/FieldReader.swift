import BatonEngine

/// Reads typed values of fields; what has the wrong type is an error at its place, and reads as absent.
struct FieldReader {
    let findings: Findings

    /// A scalar's text, whatever it looks like (`version: 2.0` is `2.0`); nil when nothing is written.
    func text(_ entry: YAMLEntry) -> String? {
        guard !entry.value.isNull else { return nil }
        guard let scalar = entry.value.scalar else { return wrongType(entry, "text") }
        let text = scalar.text.trimmed
        return text.isEmpty ? nil : text
    }

    func written(_ entry: YAMLEntry) -> Written<String>? { text(entry).map { Written($0, at: entry.value) } }

    /// Text as it stands; a list of texts is joined line by line.
    func prose(_ entry: YAMLEntry) -> String {
        if case .sequence = entry.value.content { return list(entry).map(\.value).joined(separator: "\n") }
        guard !entry.value.isNull else { return "" }
        guard let scalar = entry.value.scalar else { return wrongType(entry, "text") ?? "" }
        return scalar.text
    }

    /// A text, or a list of texts.
    func list(_ entry: YAMLEntry) -> [Written<String>] {
        switch entry.value.content {
        case .scalar(let scalar):
            let text = scalar.text.trimmed
            return entry.value.isNull || text.isEmpty ? [] : [Written(text, at: entry.value)]
        case .sequence(let nodes):
            return nodes.compactMap { node in
                guard let text = node.scalar?.text.trimmed, !text.isEmpty else {
                    findings.error("each of \(entry.key) must be text, not \(node.kind)", at: node)
                    return nil
                }
                return Written(text, at: node)
            }
        case .mapping: return wrongType(entry, "text or a list of texts") ?? []
        }
    }

    /// A text of parts with commas between, or a list of such texts.
    func commaList(_ entry: YAMLEntry) -> [Written<String>] {
        list(entry).flatMap { item in
            item.value.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }.map { Written($0, at: item) }
        }
    }

    func bool(_ entry: YAMLEntry) -> Bool? {
        guard !entry.value.isNull else { return nil }
        if let value = entry.value.scalar?.value.bool { return value }
        findings.error("\(entry.key) must be true or false, not \(entry.value.kind)", at: entry.value)
        return nil
    }

    func integer(_ entry: YAMLEntry, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = entry.value.scalar?.value.int, range.contains(value) else {
            return wrongType(entry, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ entry: YAMLEntry, in range: ClosedRange<Double>) -> Double? {
        guard let value = entry.value.scalar?.value.double, range.contains(value) else {
            return wrongType(entry, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// An ISO-8601 duration, in milliseconds.
    func duration(_ entry: YAMLEntry) -> Int64? {
        guard !entry.value.isNull else { return nil }
        if let text = entry.value.scalar?.text, let value = ISODuration.milliseconds(text) { return value }
        findings.error(
            "\(entry.key) must be an ISO-8601 duration of at most a year", at: entry.value,
            hint: "write PT30S for thirty seconds, PT5M for five minutes, PT2H for two hours")
        return nil
    }

    /// One of the names of an enumeration.
    func choice<Choice>(_ entry: YAMLEntry, _ type: Choice.Type = Choice.self) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard !entry.value.isNull else { return nil }
        if let choice = entry.value.scalar.flatMap({ Choice(rawValue: $0.text) }) { return choice }
        return wrongType(entry, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    /// Records the error; returns nil, so that it can be returned.
    func wrongType<Value>(_ entry: YAMLEntry, _ expected: String) -> Value? {
        let found = entry.value.scalar.map { "\"\($0.text.clipped)\"" } ?? entry.value.kind
        findings.error("\(entry.key) must be \(expected), not \(found)", at: entry.value)
        return nil
    }

    /// A note about a key that is nearly one of `known`.
    func noteNearMiss(_ entry: YAMLEntry, known: Set<String>) {
        guard findings.mayGuess, let word = NearMiss.find(entry.key, in: known.sorted()) else { return }
        findings.note(
            "the key \"\(entry.key.clipped)\" means nothing here", at: entry, hint: "did you mean \(word)?")
    }
}
