/// Holding a run: nothing more of it is given out until it may go on. What is out may finish and counts, questions can
/// be answered, and the run goes on up to where it would give something out.
extension RunState {
    mutating func pause(by client: String, reason: String, _ turn: inout Turn) {
        pause = Pause(client: client, reason: reason, at: turn.now)
        settleStatus(&turn)
        turn.output.effects.append(.pause)
        for run in openChildRuns { turn.output.effects.append(.pauseChild(run: run, reason: reason)) }
    }

    mutating func resume(_ turn: inout Turn) {
        pause = nil
        settleStatus(&turn)
        // Its budget holds it on.
        if spending.stop != nil { return }
        turn.output.effects.append(.resume)
        for run in openChildRuns { turn.output.effects.append(.resumeChild(run: run)) }
    }

    /// The runs that stand for steps of this one and have not ended.
    public var openChildRuns: [Identifier] {
        tasks.compactMap { task in
            guard task.status == .running, case .childRun(let run) = task.detail else { return nil }
            return run
        }
    }

    /// The status of a run that has not ended, by what is in it.
    mutating func settleStatus(_ turn: inout Turn) {
        if let pause {
            status = .paused
            reason = pause.text
        } else if let stop = spending.stop {
            status = .attention
            reason = stop.text
        } else if let task = tasks.last(where: { $0.status == .attention }) {
            status = .attention
            reason = "step \(describe(task)): \(task.reason ?? "")"
        } else if let decision = decisions.last(where: { $0.status == .open && $0.kind == .completion }) {
            status = .attention
            reason = decision.question
        } else if let decision = decisions.last(where: { $0.status == .open && $0.approval?.isOverdue == true }) {
            status = .attention
            reason = "\(decision.name): nobody answered in time"
        } else {
            status = .running
            reason = nil
        }
        turn.output.headerChanged = true
    }
}
