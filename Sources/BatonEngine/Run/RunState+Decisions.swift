/// Asking, and going on with the answer.
extension RunState {
    /// Whoever asks the same is told together.
    mutating func ask(_ question: Question, _ kind: Decision.Kind, for index: Int, _ turn: inout Turn) {
        let ordinal = decision(question, kind, task: tasks[index].ordinal, &turn)
        tasks[index].decision = ordinal
        turn.output.tasks.append(tasks[index].ordinal)
        if kind == .fact {
            tasks[index].status = .waiting
            tasks[index].reason = "waits for an answer: \(question.name)"
        } else {
            needAttention(index, question.text, &turn)
        }
    }

    /// The number of the open decision about the question, a new one if there is none.
    mutating func decision(
        _ question: Question, _ kind: Decision.Kind, _ approval: Approval? = nil, task: UInt32, _ turn: inout Turn
    ) -> UInt32 {
        let open = decisions.last {
            $0.status == .open && $0.kind == kind && $0.name == question.name && $0.scope == question.scope
                && $0.reporter == question.reporter
        }
        if let open { return open.ordinal }
        let decision = Decision(
            ordinal: nextOrdinal(), kind: kind, name: question.name, scope: question.scope, question: question.text,
            answers: question.answers, task: task, reporter: question.reporter, askedAt: turn.now,
            approval: approval)
        decisions.append(decision)
        turn.output.decisions.append(decision.ordinal)
        turn.output.effects.append(.decision(decision.ordinal))
        turn.log(
            .asked(decision: decision.ordinal, name: decision.name, scope: decision.scope, question: decision.question))
        return decision.ordinal
    }

    mutating func decide(_ ordinal: UInt32, _ value: JSON, by client: String, _ words: AnswerWords, _ turn: inout Turn)
    {
        let index = index(ofDecision: ordinal)!
        if decisions[index].approval != nil { return vote(index, value.string ?? "", by: client, words, &turn) }
        decisions[index].status = .answered
        decisions[index].answer = value
        decisions[index].answeredBy = client
        decisions[index].answeredAt = turn.now
        turn.output.decisions.append(ordinal)
        turn.output.effects.append(.decision(ordinal))
        let decision = decisions[index]
        turn.log(.decided(decision: ordinal, name: decision.name, answer: value, by: client, comment: words.comment))

        if decision.kind == .fact || decision.kind == .owner {
            let origin = "decision by \(client)"
            keep(
                Fact(
                    name: decision.name, scope: decision.scope, value: value, origin: origin, task: decision.reporter),
                &turn)
        } else if value == .string(Decision.cancel) {
            return cancel(by: client, reason: "decided at \(decision.name)", &turn)
        }
        let waiting = tasks.indices.filter { tasks[$0].decision == ordinal && !tasks[$0].status.isEnded }
        for index in waiting {
            tasks[index].decision = 0
            tasks[index].reason = nil
            tasks[index].status = .running
            turn.output.tasks.append(tasks[index].ordinal)
        }
        if status == .attention { settleStatus(&turn) }
        if decision.kind == .completion { return complete(isAccepted: true, &turn) }
        for index in waiting { resume(index, decision, value, &turn) }
    }

    private mutating func resume(_ index: Int, _ decision: Decision, _ answer: JSON, _ turn: inout Turn) {
        if decision.kind == .bound {
            guard answer == .string(Decision.anotherRound) else { return finish(tasks[index].ordinal, &turn) }
            return anotherRound(index, &turn)
        }
        if activations.children(of: tasks[index].ordinal).ordinals.isEmpty { return consider(index, &turn) }
        switch plan.steps[tasks[index].step].kind {
        case .forEach(let forEach): anotherItem(forEach, index, &turn)
        case .loop(let loop): judge(loop, index, &turn)
        case .review(let loop): judge(loop, index, &turn)
        default: consider(index, &turn)
        }
    }

    private mutating func anotherRound(_ index: Int, _ turn: inout Turn) {
        let (ordinal, scope) = (tasks[index].ordinal, tasks[index].scope)
        switch plan.steps[tasks[index].step].kind {
        case .forEach(let forEach): enterNext(forEach, index, &turn)
        case .loop(let loop): turn.enter(loop.body, in: ordinal, scope: scope)
        case .review(let loop): turn.enter(loop.fix, in: ordinal, scope: scope)
        default: preconditionFailure("a bound of what is no loop")
        }
    }

    /// A loop is at its bound.
    mutating func askAtBound(_ index: Int, _ text: String, _ turn: inout Turn) {
        let question = Question(
            name: "\(plan.steps[tasks[index].step].id)_bound", scope: tasks[index].scope, text: text,
            answers: .oneOf([Decision.anotherRound, Decision.accept, Decision.cancel]), reporter: tasks[index].ordinal)
        ask(question, .bound, for: index, &turn)
    }

    /// Takes back the questions that nobody waits for any more.
    mutating func withdrawDecisions(_ turn: inout Turn) {
        let open = decisions.indices.filter { decisions[$0].status == .open }
        if open.isEmpty { return }
        let awaited = Set(tasks.lazy.filter { $0.decision != 0 && !$0.status.isEnded }.map(\.decision))
        for index in open where !awaited.contains(decisions[index].ordinal) || status.isFinal {
            decisions[index].status = .withdrawn
            turn.output.decisions.append(decisions[index].ordinal)
            turn.output.effects.append(.decision(decisions[index].ordinal))
        }
    }

    // MARK: Attention

    mutating func needAttention(_ index: Int, _ reason: String, _ turn: inout Turn) {
        tasks[index].status = .attention
        tasks[index].reason = reason
        turn.output.tasks.append(tasks[index].ordinal)
        needAttention("step \(describe(tasks[index])): \(reason)", &turn)
        turn.log(.attention(step: plan.steps[tasks[index].step].id, reason: reason))
    }

    mutating func needAttention(_ reason: String, _ turn: inout Turn) {
        // Told when the run goes on.
        if isHeld { return }
        status = .attention
        self.reason = reason
        turn.output.headerChanged = true
    }
}
