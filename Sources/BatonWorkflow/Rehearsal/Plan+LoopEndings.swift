import BatonEngine

extension Plan {
    /// Reported booleans that have to be true for the plan's `loop`s to end, each once, in the order of the file.
    ///
    /// For agents that only rehearse a workflow: with no for an answer, such a loop would run to its bound. What else a
    /// loop's expression reads is not guessed: numbers count as 1, anything else as unknown.
    public var answersThatEndLoops: [String] {
        var reports: [String: Report.Kind] = [:]
        for case .agent(let work) in steps.map(\.kind) {
            for report in work.reports { reports[ArtifactName.key(of: report.name)] = report.kind }
        }
        var answers: [String] = []
        for case .loop(let loop) in steps.map(\.kind) {
            for name in loop.until.trueFactsThatHold(reports) where !answers.contains(name) { answers.append(name) }
        }
        return answers
    }
}

extension Expression {
    /// More booleans than these are not tried out.
    private static let maxTried = 8

    /// The fewest reported booleans that make the expression true when the others are false; none if nothing does.
    fileprivate func trueFactsThatHold(_ reports: [String: Report.Kind]) -> [String] {
        let names = factReferences.map(\.name)
        let booleans = names.filter { reports[ArtifactName.key(of: $0)] == .boolean }
        guard booleans.count <= Self.maxTried else { return [] }
        let numbers = names.filter { reports[ArtifactName.key(of: $0)] == .number }
        let choices = (0..<(1 << booleans.count)).sorted { $0.nonzeroBitCount < $1.nonzeroBitCount }
        for choice in choices {
            let chosen = booleans.indices.filter { choice >> $0 & 1 == 1 }.map { booleans[$0] }
            var facts: [String: JSON] = [:]
            for name in booleans { facts[ArtifactName.key(of: name)] = .bool(chosen.contains(name)) }
            for name in numbers { facts[ArtifactName.key(of: name)] = 1 }
            if evaluateBool(in: Rehearsal(facts: facts)) == .value(true) { return chosen }
        }
        return []
    }
}

/// Some facts, and nothing else.
private struct Rehearsal: ExpressionScope {
    /// By the form in which names are compared.
    let facts: [String: JSON]

    func fact(_ name: String) -> JSON? { facts[ArtifactName.key(of: name)] }
    var factNames: [String] { facts.keys.sorted() }
    func artifact(_ name: String) -> JSON? { nil }
    var artifactNames: [String] { [] }
    func input(_ name: String) -> JSON? { nil }
    var inputNames: [String] { [] }
    var item: JSON? { nil }
    func variable(_ name: String) -> JSON? { nil }
}
