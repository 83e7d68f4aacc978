/// What becomes of the tasks that are out.
extension RunState {
    mutating func dispatch(_ ordinal: UInt32, _ dispatch: TaskState.Dispatch, _ turn: inout Turn) {
        let index = index(ofTask: ordinal)!
        tasks[index].status = .running
        tasks[index].attempt += 1
        tasks[index].dispatch = dispatch
        handoffs[ordinal]?.toAgent = dispatch.role
        handoffs[ordinal]?.toInstance = dispatch.agent
        turn.output.tasks.append(ordinal)
    }

    mutating func complete(_ report: TaskReport, _ turn: inout Turn) {
        let index = index(ofTask: report.task)!
        let task = tasks[index]
        guard let work = work(of: task), let dispatch = task.dispatch else {
            preconditionFailure("a result for a step without an agent")
        }
        // What an amendment reports stands for what its step did.
        let reporter = task.amendment?.maker ?? report.task
        spend(report.usage, on: index, wallMilliseconds: turn.now - dispatch.sentAt, &turn)
        let madeFrom = handoffs[report.task]?.contextIDs.map(\.ordinal) ?? []
        for artifact in report.artifacts {
            let (name, product) = resolve(artifact.name, work, scope: task.scope)
            let content = ArtifactContent(
                name: name, digest: artifact.digest, size: artifact.size, mediaType: artifact.mediaType)
            keep(
                content, scope: task.scope, task: report.task, role: dispatch.role, madeFrom: madeFrom,
                isExtra: product == nil && !artifact.isContribution, &turn)
        }
        for request in work.reports {
            guard let value = report.facts[request.name] else { continue }
            keep(
                Fact(
                    name: request.name, scope: task.scope, value: value, origin: dispatch.role, task: reporter),
                &turn)
        }
        let id = plan.steps[task.step].id
        if !work.validates.isEmpty, let verdict = report.verdict {
            keep(
                Fact(
                    name: plan.verdictName(of: task.step), scope: task.scope, value: verdict, origin: dispatch.role,
                    task: reporter), &turn)
            turn.log(.verdict(step: id, passed: verdict["passed"] == true, flagged: verdict.flaggedNames))
        }
        tasks[index].summary = String(report.summary.prefix(500))
        // Nobody is handed it again: what waits for people from here on waits for their answer alone.
        handoffs[report.task] = nil
        turn.log(.stepCompleted(step: id))
        if case .amendment(var amendment) = tasks[index].detail, amendment.section != nil {
            amendment.drafts = report.elicited
            tasks[index].detail = .amendment(amendment)
        }
        finish(index, talkingOver: report.elicited, &turn)
    }

    mutating func endAttempt(
        _ ordinal: UInt32, _ lease: Identifier, _ outcome: AttemptOutcome, _ message: String, mayRetry: Bool,
        usage: JSON?, _ turn: inout Turn
    ) {
        let index = index(ofTask: ordinal)!
        let step = plan.steps[tasks[index].step]
        guard let work = work(of: tasks[index]), let dispatch = tasks[index].dispatch else {
            preconditionFailure("an attempt at a step without an agent")
        }
        turn.output.tasks.append(ordinal)
        turn.output.attempts.append(
            AttemptRecord(
                task: ordinal, attempt: tasks[index].attempt, agent: dispatch.agent, lease: lease,
                sentAt: dispatch.sentAt, endedAt: turn.now, outcome: outcome, message: message))
        spend(usage, on: index, wallMilliseconds: outcome.counts ? turn.now - dispatch.sentAt : 0, &turn)
        tasks[index].status = .waiting
        tasks[index].dispatch = nil
        handoffs[ordinal]?.toAgent = work.roles[0]
        handoffs[ordinal]?.toInstance = nil
        guard outcome.counts else {
            tasks[index].attempt -= 1
            if outcome == .refused { return refuse(index, by: dispatch, message, &turn) }
            turn.output.effects.append(.ready(task: ordinal))
            return
        }
        // An agent that has the result of a lost attempt may send it under the next lease; a wrong result is wrong
        // again.
        if outcome != .lost { tasks[index].idempotencyKey = nextOrdinal() }

        let policy = work.retry
        let attempts = tasks[index].attempt - tasks[index].attemptsBefore
        if mayRetry, policy.causes.contains(outcome.cause), attempts < policy.maxAttempts {
            if outcome == .lost {
                // It was lost long before it was given up: there is nothing to wait for.
                turn.output.effects.append(.ready(task: ordinal))
                return
            }
            let due = turn.now + policy.delay(afterAttempt: attempts, random: turn.seed.bits(at: 1).low)
            tasks[index].retryAt = due
            turn.output.log.append(.retryScheduled(step: step.id, at: due))
            turn.output.effects.append(.wake(task: ordinal, at: due))
            return
        }
        let count = tasks[index].attempt == 1 ? "1 attempt" : "\(tasks[index].attempt) attempts"
        giveUp(index, work.onFailure, "\(count) failed, the last one: \(message)", &turn)
    }

    /// The attempts are used up.
    private mutating func giveUp(_ index: Int, _ policy: FailurePolicy, _ reason: String, _ turn: inout Turn) {
        switch policy {
        case .attention: needAttention(index, reason, &turn)
        case .skip: skip(index, reason, &turn)
        case .fail: fail(index, reason, &turn)
        }
    }

    mutating func retry(_ ordinal: UInt32, _ turn: inout Turn) {
        tasks[index(ofTask: ordinal)!].retryAt = nil
        turn.output.tasks.append(ordinal)
        turn.output.effects.append(.ready(task: ordinal))
    }

    mutating func cancel(by client: String, reason: String, _ turn: inout Turn) {
        end(.cancelled, reason: "cancelled by \(client)" + (reason.isEmpty ? "" : ": \(reason)"), &turn)
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
