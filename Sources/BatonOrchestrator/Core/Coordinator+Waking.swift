import BatonEngine

extension Coordinator {
    /// Looks at what wanted to be looked at by now: attempts that are due, questions that
    /// nobody has answered in time, and runs whose time may be used up.
    func wake(now: Timestamp) {
        for key in wakeups.due(now) {
            if key.task == 0 {
                // The limit may have been raised since, or the run held.
                guard let due = runs[key.run]?.state.timeDueAt, due <= now else { continue }
                apply(.timeDue, to: key.run, now: now)
            } else if runs[key.run]?.state.accepts(.answerDue(decision: key.task)) == true {
                // Tasks and questions share their numbers.
                apply(.answerDue(decision: key.task), to: key.run, now: now)
            } else if runs[key.run]?.state.accepts(.retryDue(task: key.task)) == true {
                apply(.retryDue(task: key.task), to: key.run, now: now)
            }
        }
    }
}
