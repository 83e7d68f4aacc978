/// Whether a step may be entered. A condition is never guessed: what is not known is not decided here.
extension RunState {
    enum Gate: Equatable {
        case open
        case closed(reason: String)
        case unknown(reason: String)
    }

    func gate(_ step: Step, _ output: inout RunOutput) -> Gate {
        guard let condition = step.condition else {
            if step.isOptional && !options.optional.contains(step.id) {
                return .closed(reason: "optional, and not enabled by the start")
            }
            return .open
        }
        let isEnabling = condition.source == .user && isOptional(step)
        if step.isOptional && !isEnabling && !options.optional.contains(step.id) {
            return .closed(reason: "optional, and not enabled by the start")
        }
        switch truth(of: condition) {
        case .known(let holds, let origin):
            output.log.append(.branch(step: step.id, condition: condition.symbol, holds: holds, origin: origin))
            return holds ? .open : .closed(reason: "\(condition.symbol) is false")
        case .unknown where isEnabling:
            if options.optional.contains(step.id) { return .open }
            return .closed(reason: "optional, and not enabled by the start")
        case .unknown(let reason):
            if case .guidance = step.kind { return .unknown(reason: reason) }
            switch options.unanswered {
            case .ask: return .unknown(reason: reason)
            case .no, .yes:
                let holds = options.unanswered == .yes
                let origin = "options.unanswered"
                output.log.append(.branch(step: step.id, condition: condition.symbol, holds: holds, origin: origin))
                return holds ? .open : .closed(reason: "\(condition.symbol) is taken as false")
            }
        }
    }

    private enum Truth {
        case known(Bool, origin: String)
        case unknown(reason: String)
    }

    private func truth(of condition: Condition) -> Truth {
        if case .artifact(let name) = condition.source {
            return .known(artifacts(named: name).contains { !$0.isExtra }, origin: "engine")
        }
        guard let fact = fact(condition.symbol) else {
            return .unknown(
                reason: "the condition \(condition.symbol) is not known: \(condition.whoCouldKnow(in: plan))")
        }
        guard let holds = fact.value.bool else {
            return .unknown(reason: "the condition \(condition.symbol) is \(fact.value.kind), not true or false")
        }
        return .known(holds, origin: fact.origin)
    }

    /// Whether the run's options decide over the step.
    private func isOptional(_ step: Step) -> Bool {
        if step.isOptional { return true }
        guard case .agent(let work) = step.kind, !work.creates.isEmpty else { return false }
        return work.creates.allSatisfy(\.isOptional)
    }
}

extension Condition {
    fileprivate func whoCouldKnow(in plan: Plan) -> String {
        switch source {
        case .artifact: "it is the engine's"
        case .user: "the user has not said it"
        case .reporter(let step): "step \(plan.steps[step].id) has not reported it"
        case .start: "the start has not said it"
        }
    }
}
