import BatonEngine

/// Gives every symbol of a condition its source, and asks the agents that can know it.
///
/// One symbol has one source. `after_<artifact>_creation` is the engine's, `user_*` the user's; any other is reported
/// by the nearest earlier agent step that declares it under `reports`, else by the nearest earlier agent step.
struct ConditionRules {
    /// The condition of each step.
    private(set) var conditions: [Condition?] = []
    /// What each step is asked to report, declared or implied.
    private(set) var reports: [[Report]]
    private let findings: Findings

    init(steps: [StepDefinition], findings: Findings) {
        self.findings = findings
        reports = steps.map { $0.reports.map(\.value) }
        var created: [String: ArtifactName] = [:]
        for product in steps.flatMap(\.creates) where created[product.name.key] == nil {
            created[product.name.key] = product.name
        }
        var sources: [String: Condition.Source] = [:]
        var declared: [String: (step: Int, kind: Report.Kind)] = [:]
        var nearestAgent: Int?
        for (index, step) in steps.enumerated() {
            conditions.append(
                step.condition.map { symbol in
                    let key = ArtifactName.key(of: symbol.value)
                    let source: Condition.Source
                    if let reporter = declared[key] {
                        source = .reporter(step: reporter.step)
                        if reporter.kind != .boolean {
                            findings.error(
                                "the condition \(symbol.value) needs a boolean; it is reported as "
                                    + reporter.kind.rawValue, at: symbol)
                        }
                    } else if let known = sources[key] {
                        source = known
                    } else {
                        source = self.source(of: symbol, created: created, nearestAgent: nearestAgent)
                        if case .reporter(let reporter) = source { ask(reporter, symbol: symbol, for: step) }
                    }
                    sources[key] = source
                    return Condition(symbol: symbol.value, source: source)
                })
            for report in step.reports {
                declared[ArtifactName.key(of: report.value.name)] = (index, report.value.kind)
            }
            if !step.isGuidance { nearestAgent = index }
        }
    }

    private func source(
        of symbol: Written<String>, created: [String: ArtifactName], nearestAgent: Int?
    ) -> Condition.Source {
        let key = ArtifactName.key(of: symbol.value)
        if key.hasPrefix("user-") { return .user }
        if key.hasPrefix("after-"), key.hasSuffix("-creation"), key.utf8.count > 15 {
            let name = String(key.dropFirst(6).dropLast(9))
            if created[name] == nil {
                findings.warning("nothing in this workflow creates \(name), which \(symbol.value) is about", at: symbol)
            }
            return .artifact(created[name] ?? ArtifactName(name))
        }
        return nearestAgent.map { .reporter(step: $0) } ?? .start
    }

    private mutating func ask(_ reporter: Int, symbol: Written<String>, for step: StepDefinition) {
        var question = symbol.value.readable + "?"
        let notes = step.notes.trimmed
        if let line = notes.split(whereSeparator: \.isNewline).first {
            let start = line.prefix(240)
            question += " If so, what follows: \(start)\(start.endIndex < line.endIndex ? "…" : "")"
        }
        reports[reporter].append(Report(name: symbol.value, kind: .boolean, question: question))
    }
}
