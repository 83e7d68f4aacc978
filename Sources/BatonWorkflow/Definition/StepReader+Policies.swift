import BatonEngine

/// Keys of our own: what an agent is asked to report, and how failures are met.
extension StepReader {
    /// `reports: [{name, type, question, options}]`.
    func reports(_ entry: YAMLEntry) -> [Written<Report>] {
        guard !entry.value.isNull else { return [] }
        guard let nodes = entry.value.sequence else { return fields.wrongType(entry, "a list") ?? [] }
        var names: Set<String> = []
        return nodes.compactMap { node in
            guard node.mapping != nil else {
                findings.error("each of reports must be a mapping with a name, not \(node.kind)", at: node)
                return nil
            }
            guard let name = node.entry("name").flatMap(fields.text) else {
                findings.error("a report needs a name", at: node)
                return nil
            }
            guard name.utf8.count <= Self.maxNameBytes else {
                findings.error("the name \(name.clipped) is longer than \(Self.maxNameBytes) bytes", at: node)
                return nil
            }
            guard names.insert(ArtifactName.key(of: name)).inserted else {
                findings.error("the report \(name.clipped) is asked for twice", at: node)
                return nil
            }
            let kind = node.entry("type").map { fields.choice($0, ReportKind.self)?.kind } ?? .boolean
            let options = node.entry("options").map(fields.list)?.map(\.value) ?? []
            if kind == .enum && options.isEmpty {
                findings.error("a report of the type enum needs options", at: node)
                return nil
            }
            let question = node.entry("question").flatMap(fields.text) ?? name.readable + "?"
            return kind.map { Written(Report(name: name, kind: $0, question: question, options: options), at: node) }
        }
    }

    /// `retry: {max_attempts, backoff: {initial, factor, max}, on: [timeout, failed, lost]}`.
    func retry(_ entry: YAMLEntry) -> RetryPolicy {
        var policy = RetryPolicy()
        guard !entry.value.isNull else { return policy }
        guard let entries = entry.value.mapping else { return fields.wrongType(entry, "a mapping") ?? policy }
        for entry in entries {
            switch entry.key {
            case "max_attempts": policy.maxAttempts = fields.integer(entry, in: 1...1000).map(Int.init) ?? 3
            case "on": policy.causes = causes(entry)
            case "backoff":
                guard let entries = entry.value.mapping else {
                    return fields.wrongType(entry, "a mapping") ?? policy
                }
                for entry in entries { read(backoff: entry, into: &policy) }
            default: fields.noteNearMiss(entry, known: ["max_attempts", "backoff", "on"])
            }
        }
        // `max` alone may be less than the default of `initial`, and the other way round.
        policy.maxMilliseconds = max(policy.maxMilliseconds, policy.initialMilliseconds)
        return policy
    }

    private func read(backoff entry: YAMLEntry, into policy: inout RetryPolicy) {
        switch entry.key {
        case "initial":
            policy.initialMilliseconds = fields.duration(entry) ?? policy.initialMilliseconds
        case "max":
            policy.maxMilliseconds = fields.duration(entry) ?? policy.maxMilliseconds
        case "factor": policy.factor = fields.number(entry, in: 1...100) ?? policy.factor
        default: fields.noteNearMiss(entry, known: ["initial", "factor", "max"])
        }
    }

    func failurePolicy(_ entry: YAMLEntry) -> FailurePolicy? {
        fields.choice(entry, FailureChoice.self)?.policy
    }

    private func causes(_ entry: YAMLEntry) -> [RetryPolicy.Cause] {
        fields.commaList(entry).compactMap { item in
            if let cause = RetryPolicy.Cause(rawValue: item.value) { return cause }
            let known = RetryPolicy.Cause.allCases.map(\.rawValue).joined(separator: ", ")
            findings.error("\"\(item.value.clipped)\" is no cause of a retry: \(known)", at: item)
            return nil
        }
    }
}

/// The types of reports, as a file writes them.
private enum ReportKind: String, CaseIterable {
    case boolean, `enum`, list, number

    var kind: Report.Kind { Report.Kind(rawValue: rawValue)! }
}

/// The values of `on_failure`, as a file writes them.
private enum FailureChoice: String, CaseIterable {
    case fail, skip, attention

    var policy: FailurePolicy { FailurePolicy(rawValue: rawValue)! }
}

extension String {
    /// A symbol as words: `left_unchecked_items` is `Left unchecked items`.
    var readable: String {
        let words = split(whereSeparator: { $0 == "_" || $0 == "-" }).joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
