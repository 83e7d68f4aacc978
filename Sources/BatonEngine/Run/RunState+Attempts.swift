/// What becomes of the tasks that are out.
extension RunState {
    mutating func dispatch(_ ordinal: UInt32, _ dispatch: TaskState.Dispatch, _ output: inout RunOutput) {
        let index = index(ofTask: ordinal)!
        tasks[index].status = .running
        tasks[index].attempt += 1
        tasks[index].dispatch = dispatch
        handoffs[ordinal]?.toAgent = dispatch.role
        handoffs[ordinal]?.toInstance = dispatch.agent
        output.changed(task: ordinal)
    }

    mutating func complete(_ report: TaskReport, now: Timestamp, _ output: inout RunOutput) {
        let index = index(ofTask: report.task)!
        let step = plan.steps[tasks[index].step]
        guard case .agent(let work) = step.kind, let dispatch = tasks[index].dispatch else {
            preconditionFailure("a result for a step without an agent")
        }
        let madeFrom = handoffs[report.task]?.contextIDs.map(\.ordinal) ?? []
        for artifact in report.artifacts {
            let isExtra = !(work.creates + work.updates).contains { $0.covers(artifact.name) }
            keep(
                artifact, task: report.task, role: dispatch.role, madeFrom: madeFrom, isExtra: isExtra, now: now,
                &output)
        }
        for request in work.reports {
            guard let value = report.facts[request.name] else { continue }
            keep(Fact(name: request.name, value: value, origin: dispatch.role, task: report.task), &output)
        }
        tasks[index].status = .completed
        tasks[index].summary = String(report.summary.prefix(500))
        tasks[index].endedAt = now
        handoffs[report.task] = nil
        output.changed(task: report.task)
        output.log.append(.stepCompleted(step: step.id))
        advance(now: now, &output)
    }

    mutating func endAttempt(
        _ ordinal: UInt32, _ lease: Identifier, _ outcome: AttemptOutcome, _ message: String, mayRetry: Bool,
        _ input: RunInput, _ output: inout RunOutput
    ) {
        let index = index(ofTask: ordinal)!
        let step = plan.steps[tasks[index].step]
        guard case .agent(let work) = step.kind, let dispatch = tasks[index].dispatch else {
            preconditionFailure("an attempt at a step without an agent")
        }
        output.changed(task: ordinal)
        output.attempts.append(
            AttemptRecord(
                task: ordinal, attempt: tasks[index].attempt, agent: dispatch.agent, lease: lease,
                sentAt: dispatch.sentAt, endedAt: input.now, outcome: outcome, message: message))
        tasks[index].status = .waiting
        tasks[index].dispatch = nil
        handoffs[ordinal]?.toAgent = work.roles[0]
        handoffs[ordinal]?.toInstance = nil
        guard outcome.counts else {
            tasks[index].attempt -= 1
            output.effects.append(.ready(task: ordinal))
            return
        }
        // An agent that has the result of a lost attempt may send it under the next lease; a wrong result is wrong
        // again.
        if outcome != .lost { tasks[index].idempotencyKey = nextOrdinal() }

        let policy = work.retry
        if mayRetry, policy.causes.contains(outcome.cause), tasks[index].attempt < policy.maxAttempts {
            if outcome == .lost {
                // It was lost long before it was given up: there is nothing to wait for.
                output.effects.append(.ready(task: ordinal))
                return
            }
            let due = input.now + policy.delay(afterAttempt: tasks[index].attempt, random: input.seed.bits(at: 1).low)
            tasks[index].retryAt = due
            output.log.append(.retryScheduled(step: step.id, at: due))
            output.effects.append(.wake(task: ordinal, at: due))
            return
        }
        let count = tasks[index].attempt == 1 ? "1 attempt" : "\(tasks[index].attempt) attempts"
        giveUp(index, step, work.onFailure, "\(count) failed, the last one: \(message)", input.now, &output)
    }

    /// The attempts are used up.
    private mutating func giveUp(
        _ index: Int, _ step: Step, _ policy: FailurePolicy, _ reason: String, _ now: Timestamp,
        _ output: inout RunOutput
    ) {
        tasks[index].reason = reason
        switch policy {
        case .attention:
            tasks[index].status = .attention
            needAttention(step, reason, &output)
        case .skip:
            tasks[index].status = .skipped
            tasks[index].endedAt = now
            handoffs[tasks[index].ordinal] = nil
            output.log.append(.stepSkipped(step: step.id, reason: reason))
            advance(now: now, &output)
        case .fail:
            tasks[index].status = .failed
            tasks[index].endedAt = now
            handoffs[tasks[index].ordinal] = nil
            end(.failed, reason: "step \(step.id): \(reason)", now: now, &output)
        }
    }

    mutating func retry(_ ordinal: UInt32, _ output: inout RunOutput) {
        tasks[index(ofTask: ordinal)!].retryAt = nil
        output.changed(task: ordinal)
        output.effects.append(.ready(task: ordinal))
    }

    mutating func cancel(by client: String, reason: String, now: Timestamp, _ output: inout RunOutput) {
        let reason = "cancelled by \(client)" + (reason.isEmpty ? "" : ": \(reason)")
        for index in tasks.indices where !tasks[index].status.isEnded {
            let task = tasks[index]
            output.effects.append(.withdraw(task: task.ordinal, lease: task.dispatch?.lease, reason: reason))
            tasks[index].status = .cancelled
            tasks[index].retryAt = nil
            tasks[index].endedAt = now
            handoffs[task.ordinal] = nil
            output.changed(task: task.ordinal)
        }
        end(.cancelled, reason: reason, now: now, &output)
    }
}

extension RetryPolicy {
    /// Milliseconds until the next attempt: exponential, bounded, with ± 20 % of jitter out of `random`.
    func delay(afterAttempt attempt: Int, random: UInt64) -> Int64 {
        var delay = Double(initialMilliseconds)
        for _ in 1..<max(attempt, 1) { delay = min(delay * factor, Double(maxMilliseconds)) }
        let jitter = 0.8 + 0.4 * Double(random >> 11) / Double(UInt64(1) << 53)
        return min(Int64(delay * jitter), maxMilliseconds)
    }
}
