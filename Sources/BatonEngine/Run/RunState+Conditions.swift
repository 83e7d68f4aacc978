/// Whether an element may be entered. A condition is never guessed: what is not known becomes a question.
extension RunState {
    enum Gate: Equatable {
        case open
        case closed(reason: String)
        case unknown(Question)
        /// The guard cannot be evaluated: a person has to look at it.
        case fault(reason: String)
    }

    /// What has to be known before a branch can be taken.
    struct Question: Equatable {
        let name: String
        var scope = ""
        let text: String
        var answers = Decision.Answers.boolean
        /// The reporter's activation that left it open; 0: nobody's.
        var reporter: UInt32 = 0
    }

    /// The truth of something, and who says so.
    enum Truth: Equatable {
        case known(Bool, origin: String)
        case unknown(Question)
        case fault(reason: String)
    }

    func gate(_ step: Step, scope: String, _ turn: inout Turn) -> Gate {
        switch enabling(step) {
        case .open: break
        case let gate: return gate
        }
        if let condition = step.condition {
            let decides = condition.source == .user && isOptional(step)
            switch truth(of: condition, from: scope) {
            case .unknown where decides && options.optional.contains(step.id): break
            case .unknown where decides && options.optional != .ask:
                return .closed(reason: "optional, and not enabled by the start")
            case let truth:
                let name = condition.symbol
                let gate = gate(truth, step, name, closed: "\(name) is false", &turn)
                if gate != .open { return gate }
            }
        }
        if let when = step.when {
            let truth = truth(of: when, from: scope)
            return gate(truth, step, "when", closed: "its when does not hold", &turn)
        }
        return .open
    }

    private func gate(
        _ truth: Truth, _ step: Step, _ condition: String, closed: String, _ turn: inout Turn
    ) -> Gate {
        switch settled(truth, isGuidance: step.isGuidance) {
        case .known(let holds, let origin):
            turn.log(.branch(step: step.id, condition: condition, holds: holds, origin: origin))
            return holds ? .open : .closed(reason: closed)
        case .unknown(let question): return .unknown(question)
        case .fault(let reason): return .fault(reason: reason)
        }
    }

    /// A question that the run does not ask has its stated default for an answer; guidance is published in any case.
    func settled(_ truth: Truth, isGuidance: Bool = false) -> Truth {
        guard case .unknown(let question) = truth, question.answers == .boolean, !isGuidance,
            options.unanswered != .ask
        else { return truth }
        return .known(options.unanswered == .yes, origin: "options.unanswered")
    }

    /// Whether the start, or a person, enabled what is optional.
    private func enabling(_ step: Step) -> Gate {
        // A condition that the user answers is itself the enabling.
        if !step.isOptional || step.condition?.source == .user || options.optional.contains(step.id) { return .open }
        guard options.optional == .ask else { return .closed(reason: "optional, and not enabled by the start") }
        let name = "run_\(step.id)"
        guard let answer = fact(name)?.value.bool else {
            return .unknown(Question(name: name, text: "Run the optional step \(step.title ?? step.id)?"))
        }
        return answer ? .open : .closed(reason: "optional, and declined")
    }

    /// Whether the run's options decide over the step.
    private func isOptional(_ step: Step) -> Bool {
        if step.isOptional { return true }
        guard case .agent(let work) = step.kind, !work.creates.isEmpty else { return false }
        return work.creates.allSatisfy(\.isOptional)
    }

    // MARK: Where truth comes from

    func truth(of condition: Condition, from scope: String) -> Truth {
        switch condition.source {
        case .artifact(let name):
            return .known(artifacts(named: name, from: scope).contains { !$0.isExtra }, origin: "engine")
        case .verdict(let step): return truth(ofVerdictOf: step, condition, from: scope)
        case .route(let step, let name):
            guard let taken = activations.latest(of: step, from: scope).flatMap(task), taken.status != .skipped else {
                return .known(false, origin: "engine")
            }
            return .known(fact("\(name)_path", from: scope)?.value == true, origin: "engine")
        case .finished(let step):
            let task = activations.latest(of: step, from: scope).flatMap(task)
            return .known(task?.status == .completed, origin: "engine")
        case .reporter(let step):
            let reporter = activations.latest(of: step, from: scope) ?? 0
            return truth(ofFact: condition, from: scope, reporter: reporter)
        case .user, .start: return truth(ofFact: condition, from: "", reporter: 0)
        }
    }

    private func truth(ofFact condition: Condition, from scope: String, reporter: UInt32) -> Truth {
        guard let fact = fact(condition.symbol, from: scope) else {
            let scope = task(reporter)?.scope ?? ""
            return .unknown(
                Question(name: condition.symbol, scope: scope, text: question(condition), reporter: reporter))
        }
        guard let holds = fact.value.bool else {
            return .fault(reason: "the condition \(condition.symbol) is \(fact.value.kind), not true or false")
        }
        return .known(holds, origin: fact.origin)
    }

    private func truth(ofVerdictOf step: Int, _ condition: Condition, from scope: String) -> Truth {
        guard let task = activations.latest(of: step, from: scope).flatMap(task), task.status == .completed,
            let verdict = fact(plan.verdictName(of: step), from: scope)
        else {
            return .known(false, origin: "engine: \(plan.steps[step].id) was not run")
        }
        return .known(verdict.value["passed"] != true, origin: verdict.origin)
    }

    func truth(of expression: Expression, from scope: String) -> Truth {
        switch expression.evaluateBool(in: FactsInScope(state: self, scope: scope)) {
        case .value(let value): return .known(value == true, origin: "expression")
        case .unknown(let facts): return .unknown(question(aboutFact: facts[0], in: expression, from: scope))
        case .failed(let message, _): return .fault(reason: "the expression cannot be evaluated: \(message)")
        }
    }

    // MARK: Questions for people

    /// What the reporter would have been asked; else the symbol, with blanks for underscores.
    private func question(_ condition: Condition) -> String {
        if case .reporter(let step) = condition.source, case .agent(let work) = plan.steps[step].kind,
            let report = work.reports.first(where: { $0.name == condition.symbol })
        {
            return report.question
        }
        return condition.symbol.map { $0 == "_" || $0 == "-" ? " " : String($0) }.joined() + "?"
    }

    /// A fact that an expression reads: asked of the step that should have reported it, else for the whole run.
    func question(aboutFact name: String, in expression: Expression, from scope: String) -> Question {
        let key = ArtifactName.key(of: name)
        let isBoolean = expression.factReferences.contains { $0.isBoolean && ArtifactName.key(of: $0.name) == key }
        for (index, step) in plan.steps.enumerated().reversed() {
            guard case .agent(let work) = step.kind,
                let report = work.reports.first(where: { ArtifactName.key(of: $0.name) == key }),
                let reporter = activations.latest(of: index, from: scope).flatMap(task)
            else { continue }
            return Question(
                name: name, scope: reporter.scope, text: report.question, answers: report.answers,
                reporter: reporter.ordinal)
        }
        return Question(name: name, text: "What is \(name)?", answers: isBoolean ? .boolean : .anything)
    }
}

extension Step {
    fileprivate var isGuidance: Bool {
        if case .guidance = kind { true } else { false }
    }
}

extension Report {
    fileprivate var answers: Decision.Answers {
        switch kind {
        case .boolean: .boolean
        case .enum: .oneOf(options)
        case .list, .number: .anything
        }
    }
}

extension Plan {
    /// The fact that holds what a review found.
    func verdictName(of step: Int) -> String { "\(steps[step].id)_verdict" }
}
