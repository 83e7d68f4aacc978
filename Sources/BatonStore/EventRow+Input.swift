import BatonEngine

extension EventRow {
    /// The history row of an input that was just applied; `run` is the state behind it.
    public init(_ input: RunInput, _ output: RunOutput, of run: RunState) {
        var event = JSONWriter()
        input.event.write(to: &event)
        var outcome = JSONWriter()
        outcome.array { list in for entry in output.log { entry.write(to: &list) } }
        let attempt = input.event.attempt(output, run)
        self.init(
            sequence: run.sequence, at: input.now, kind: input.event.kind, input: event.text, outcome: outcome.text,
            seed: input.seed, lastOrdinal: run.lastOrdinal, agent: attempt.agent, attempt: attempt.number)
    }

    /// The input, read back.
    public func restored() throws(StoreError) -> RunInput {
        guard let json = try? JSON.parse(input), let event = RunEvent(kind: kind, json: json) else {
            throw StoreError(.corrupt, "a history row can't be read")
        }
        return RunInput(now: at, seed: seed, event: event)
    }
}

extension RunEvent {
    /// Whose attempt it is about, and which.
    fileprivate func attempt(_ output: RunOutput, _ run: RunState) -> (agent: String?, number: Int?) {
        // What has ended is no longer the task's.
        if case .attemptEnded(_, let lease, _, _, _, _) = self,
            let ended = output.attempts.first(where: { $0.lease == lease })
        {
            return (ended.agent, ended.attempt)
        }
        guard let task = task.flatMap({ run.task($0) }) else { return (nil, nil) }
        return (task.dispatch?.agent, task.attempt > 0 ? task.attempt : nil)
    }
}
