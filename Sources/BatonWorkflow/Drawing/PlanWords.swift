import BatonEngine

/// What every drawing says about the elements of a plan.
struct PlanWords {
    let plan: Plan

    private func id(_ step: Int) -> String { plan.steps[step].id }

    // MARK: Guards

    /// What has to hold for the step to run, a clause each.
    func guards(of step: Step) -> [String] {
        var guards: [String] = []
        if step.isOptional { guards.append("optional: when the start enables it") }
        if let condition = step.condition { guards.append("if \(condition.symbol) (\(source(of: condition)))") }
        if let when = step.when { guards.append("when \(Self.line(when.text))") }
        return guards
    }

    /// Who knows whether the condition holds.
    func source(of condition: Condition) -> String {
        switch condition.source {
        case .artifact(let name): "\(name) exists"
        case .user: "the user says it"
        case .reporter(let step): "\(id(step)) reports it"
        case .verdict(let step): "the verdict of \(id(step))"
        case .route(let step, let name): "\(id(step)) takes the route \(name)"
        case .finished(let step): "\(id(step)) is finished"
        case .start: "the start says it, or a person"
        }
    }

    // MARK: What holds others

    /// What an element does with those that it holds; nil for one that holds none.
    func holding(_ step: Step) -> String? {
        switch step.kind {
        case .agent, .guidance, .childRun: nil
        case .block(.sequence): "one after the other"
        case .block(.parallel(let parallel)): "side by side, \(join(parallel))"
        case .block(.dataflow): "each when what it requires is there"
        case .forEach(let forEach): self.forEach(forEach)
        case .loop(let loop): "until \(Self.line(loop.until.text)), at most \(Self.rounds(loop.maxRounds))"
        case .review(let loop): "\(id(loop.review)) until it passes, at most \(Self.count(loop.maxRounds, "review"))"
        case .fixFlagged(let fix): "a task for each owner of what \(id(fix.review)) flagged, side by side"
        case .routes(let routes): "by \(routes.selector.symbol) (\(source(of: routes.selector)))"
        case .choice: "the first that holds"
        }
    }

    /// The kind of element in a word or two.
    static func kind(_ step: Step) -> String {
        switch step.kind {
        case .agent: "task"
        case .guidance: "guidance"
        case .block(.sequence), .block(.dataflow): "block"
        case .block(.parallel): "parallel"
        case .forEach: "for each"
        case .loop: "loop"
        case .review: "review loop"
        case .fixFlagged: "owners"
        case .routes: "routes"
        case .choice: "switch"
        case .childRun: "run"
        }
    }

    private func join(_ parallel: Parallel) -> String {
        let join =
            switch parallel.join {
            case .all: "until all are done"
            case .any: "until any one is done"
            case .count(let count): "until \(count) are done"
            }
        return join + (parallel.failsFast ? "; the first failure ends the others" : "")
    }

    private func forEach(_ forEach: ForEach) -> String {
        let width = forEach.maxParallel > 1 ? "\(forEach.maxParallel) side by side" : "one after the other"
        return "\(items(forEach)), \(width)" + (forEach.failsFast ? "; the first failure ends the others" : "")
    }

    private func items(_ forEach: ForEach) -> String {
        func open(_ more: String) -> String { "as long as \(more), at most \(Self.rounds(forEach.maxItems))" }
        switch forEach.items {
        case .count(let count): return Self.rounds(count)
        case .list(let values): return Self.count(values.count, "item")
        case .expression(let expression): return "\(forEach.item) in \(Self.line(expression.text))"
        case .facts(let names, let more):
            return "\(forEach.item) of \(names.joined(separator: " or ")), else \(open(more))"
        case .groups(_, let groups, let members):
            return "\(forEach.item) that \(members.joined(separator: " or ")) name, else of "
                + groups.joined(separator: " or ")
        case .members(_, let more): return "\(forEach.item) of the group, else \(open(more))"
        }
    }

    // MARK: Work

    /// What an agent is given, returns and is asked, a clause each.
    func work(_ work: AgentWork) -> [String] {
        var clauses: [String] = []
        if !work.requires.isEmpty { clauses.append("needs \(Self.requirements(work.requires))") }
        if !work.updates.isEmpty { clauses.append("updates \(Self.products(work.updates))") }
        if !work.validates.isEmpty { clauses.append("reviews \(work.validates.joined(separator: ", "))") }
        clauses += templates(work).map { "shapes \(Self.line($0.product)) by \(Self.line($0.template))" }
        clauses += work.reports.map(report)
        if let approval = work.approval { clauses.append(Self.approval(approval)) }
        return clauses
    }

    /// What people look at before the run goes on.
    static func approval(_ policy: ApprovalPolicy) -> String {
        let what = policy.artifacts.isEmpty ? "what it made" : policy.artifacts.map(\.text).joined(separator: ", ")
        let quorum = policy.quorum > 1 ? "\(policy.quorum) of " : ""
        let people =
            policy.by.isEmpty
            ? policy.quorum > 1 ? "\(policy.quorum) people" : "a person"
            : quorum + policy.by.joined(separator: ", ")
        var text = "waits until \(people) approve\(policy.quorum > 1 || policy.by.count > 1 ? "" : "s") \(what)"
        if policy.isOptional { text += ", if the start wants it" }
        if policy.fourEyes { text += ", not its author" }
        if let timeout = policy.timeoutMilliseconds {
            text += "; after \(timeout / 1000) s: \(policy.onTimeout.rawValue)"
        }
        return line(text)
    }

    /// The documents that a template gives their shape.
    func templates(_ work: AgentWork) -> [(product: String, template: String)] {
        (work.creates + work.updates).compactMap { product in
            product.template.map { (product.name.text, $0) }
        }
    }

    func report(_ report: Report) -> String {
        let type = report.kind == .enum ? report.options.joined(separator: " | ") : report.kind.rawValue
        return "reports \(report.name) (\(type)): \(Self.line(report.question, max: 90))"
    }

    /// Who does it.
    func doers(_ step: Step, at index: Int) -> String {
        guard case .agent(let work) = step.kind else { return "" }
        if !work.roles.isEmpty { return work.roles.joined(separator: "/") }
        guard let parent = plan.parents[index], case .fixFlagged = plan.steps[parent].kind else { return "anyone" }
        return "the owners"
    }

    static func requirements(_ requirements: [Requirement]) -> String {
        requirements.map { requirement in
            switch requirement {
            case .allArtifacts: "every document so far"
            case .anyOf(let names): names.joined(separator: " or ")
            }
        }.joined(separator: ", ")
    }

    static func products(_ products: [Product]) -> String {
        products.map { product in
            let name = product.isSet && !product.name.text.hasSuffix("/") ? "\(product.name)/…" : product.name.text
            return product.isOptional ? "\(name) (optional)" : name
        }.joined(separator: ", ")
    }

    // MARK: Text

    /// A text on one line, cut where it gets long.
    static func line(_ text: String, max: Int = 160) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > max ? words.prefix(max) + "…" : words
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func rounds(_ number: Int) -> String { count(number, "round") }
}
