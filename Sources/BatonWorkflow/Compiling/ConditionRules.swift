import BatonEngine

/// Gives every symbol of a condition its source, and asks the agents that can know it.
///
/// `after_<artifact>_creation`, `<route>_path` and `<group>_complete` are the engine's; `*_issues` behind a review is
/// its verdict; `user_*` is the user's; any other is reported by the step that declares it under `reports`, else by the
/// nearest earlier agent step. One symbol has one source.
struct ConditionRules {
    /// The condition of each entry; of a routing one, what it selects by.
    private(set) var conditions: [Condition?] = []
    private let findings: Findings
    private let layout: PlanLayout
    private var created: [String: ArtifactName] = [:]
    private var sources: [String: Condition.Source] = [:]
    private var routes: [String: (step: Int, name: String)] = [:]
    private var cycles: [String: Int] = [:]
    private var latestReview: Int?

    init(_ layout: PlanLayout, reports: inout ReportBook, findings: Findings) {
        self.layout = layout
        self.findings = findings
        for product in layout.steps.flatMap(\.creates) where created[product.name.key] == nil {
            created[product.name.key] = product.name
        }
        for (index, entry) in layout.entries.enumerated() {
            if case .routes(let ways, let isPaths) = entry.element.shape {
                conditions.append(selector(of: index, ways.map(\.name), isPaths: isPaths, &reports))
                for way in ways { routes["\(ArtifactName.key(of: way.name))-path"] = (index, way.name) }
            } else {
                conditions.append(condition(of: index, &reports))
            }
            if case .forEach(let cycle, let body) = entry.element.shape { note(cycle, body, at: index) }
            if entry.isLeaf, !entry.step.validates.isEmpty { latestReview = index }
        }
    }

    /// The nouns by which `<group>_complete` means this for-each; that of the members means the whole as well.
    private mutating func note(_ cycle: Element.Cycle, _ body: Element, at index: Int) {
        var nouns = [cycle.item]
        if case .items(.groups(let keys, _, _)) = cycle.source { nouns += keys }
        if case .forEach(let inner, _) = body.shape { nouns.append(inner.item) }
        for noun in nouns {
            for key in [noun, CycleText.plural(noun)].map(ArtifactName.key) where cycles[key] == nil {
                cycles[key] = index
            }
        }
    }

    private mutating func condition(of index: Int, _ reports: inout ReportBook) -> Condition? {
        guard let symbol = layout.entries[index].step.condition else { return nil }
        let key = ArtifactName.key(of: symbol.value)
        if key.hasSuffix("-issues"), let review = latestReview {
            return Condition(symbol: symbol.value, source: .verdict(step: review))
        }
        let source: Condition.Source
        if let reporter = reports.reporter(of: key), reporter.step < index {
            source = .reporter(step: reporter.step)
            if reporter.kind != .boolean {
                findings.error(
                    "the condition \(symbol.value) needs a boolean; it is reported as \(reporter.kind.rawValue)",
                    at: symbol)
            }
        } else if let known = sources[key] {
            source = known
        } else {
            source = self.source(of: symbol, at: index)
            if case .reporter(let reporter) = source {
                reports.ask(
                    reporter,
                    Report(
                        name: symbol.value, kind: .boolean,
                        question: Self.question(symbol.value, layout.entries[index].step)))
            }
        }
        sources[key] = source
        return Condition(symbol: symbol.value, source: source)
    }

    private func source(of symbol: Written<String>, at index: Int) -> Condition.Source {
        let key = ArtifactName.key(of: symbol.value)
        if key.hasPrefix("user-") { return .user }
        if let route = routes[key] { return .route(step: route.step, name: route.name) }
        if key.hasSuffix("-complete"), let cycle = cycles[String(key.dropLast(9))] { return .finished(step: cycle) }
        if key.hasPrefix("after-"), key.hasSuffix("-creation"), key.utf8.count > 15 {
            let name = String(key.dropFirst(6).dropLast(9))
            if created[name] == nil {
                findings.warning("nothing in this workflow creates \(name), which \(symbol.value) is about", at: symbol)
            }
            return .artifact(created[name] ?? ArtifactName(name))
        }
        return layout.nearestReporter[index].map { .reporter(step: $0) } ?? .start
    }

    /// `based_on_<x>`: the nearest earlier agent reports `<x>`, one of the routes.
    private mutating func selector(
        of index: Int, _ names: [String], isPaths: Bool, _ reports: inout ReportBook
    ) -> Condition {
        let step = layout.entries[index].step
        if isPaths { return Condition(symbol: "path", source: .user) }
        var symbol = step.condition?.value ?? StepNaming.base(of: step)
        if symbol.hasPrefix("based_on_") || symbol.hasPrefix("based-on-") { symbol = String(symbol.dropFirst(9)) }
        let key = ArtifactName.key(of: symbol)
        if key.hasPrefix("user-") { return Condition(symbol: symbol, source: .user) }
        if let reporter = reports.reporter(of: key), reporter.step < index {
            return Condition(symbol: symbol, source: .reporter(step: reporter.step))
        }
        guard let reporter = layout.nearestReporter[index] else { return Condition(symbol: symbol, source: .start) }
        let question = "\(symbol.readable): which of \(names.joined(separator: ", "))?"
        reports.ask(reporter, Report(name: symbol, kind: .enum, question: question, options: names))
        return Condition(symbol: symbol, source: .reporter(step: reporter))
    }

    /// What an agent is asked about a symbol: its words, and what follows if it is so.
    static func question(_ symbol: String, _ step: StepDefinition) -> String {
        let question = symbol.readable + "?"
        guard let line = step.notes.trimmed.split(whereSeparator: \.isNewline).first else { return question }
        let start = line.prefix(240)
        return question + " If so, what follows: \(start)\(start.endIndex < line.endIndex ? "…" : "")"
    }
}
