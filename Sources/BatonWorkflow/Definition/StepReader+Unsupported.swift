/// What this version of the engine cannot run. It is never run wrongly: the step is kept, and a run that reaches it
/// waits.
extension StepReader {
    /// Keys that open a cycle over items.
    static let cycleKeys: Set<String> = ["repeats", "repeat", "repeat_for"]

    /// Keys that change what is executed, or how often.
    static let unsupportedKeys: Set<String> = cycleKeys.union([
        "validates", "routes", "parallel", "join", "when", "switch", "for_each", "loop", "max_rounds", "max_parallel",
        "workflow", "steps", "sequence", "<<",
    ])

    func noteUnsupported(_ entry: YAMLEntry, into step: inout StepDefinition) {
        step.unsupported.append(Written("\(entry.key) (\(entry.value.abridged))", at: entry))
    }
}

extension YAMLNode {
    /// The value in a few words: a scalar's text, the items of a list, the keys of a mapping.
    var abridged: String {
        switch content {
        case .scalar(let scalar): scalar.text.trimmed.clipped
        case .sequence(let nodes):
            nodes.prefix(8).map { node in
                node.scalar?.text ?? node.mapping?.first.flatMap { $0.value.scalar?.text ?? $0.key } ?? node.kind
            }.joined(separator: ", ").clipped
        case .mapping(let entries): entries.prefix(8).map(\.key).joined(separator: ", ").clipped
        }
    }
}
