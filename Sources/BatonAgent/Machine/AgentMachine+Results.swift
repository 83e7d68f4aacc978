import BatonMessages

/// Results, and what the orchestrator says about them.
extension AgentMachine {
    /// The handler returned. An outcome of one that was cancelled is dropped.
    ///
    /// - Parameter contents: what was taken out of it to go in ranges (``TaskOutcome/takeLargeContents()``).
    package mutating func returned(
        _ run: HeldTask.Run, _ outcome: TaskOutcome, contents: [OutgoingContent] = [], now: Int64
    ) {
        active.remove(run)
        handOver(run, outcome, contents, now: now)
        advanceStage(now: now)
    }

    mutating func finish(_ run: HeldTask.Run, _ outcome: TaskOutcome, now: Int64) {
        guard var task = held[run] else { return }
        if let missing = outcome.missing {
            decline(task.command.task, task.lease, reason: outcome.summary, missing: missing, accept: false)
            drop(run, now: now)
            return advanceStage(now: now)
        }
        var result = outcome.result(task: task.command.task, lease: task.lease)
        result.traceparent = task.traceparent
        if let error = result.error { log(.warning, "task \(task.command.task) failed: \(error.message)") }
        task.work = .finished(result, ResendSchedule(sentAt: now))
        task.beatDue = configuration.beats ? now + task.beatMilliseconds : .max
        held[run] = task
        schedule(task.dueAt)
        publish(result)
    }

    mutating func reported(_ run: HeldTask.Run, percent: Double?, message: String?) {
        guard held[run] != nil else { return }
        if let percent, percent.isFinite { held[run]?.percent = min(max(percent, 0), 100) }
        if let message {
            held[run]?.message = String(decoding: message.utf8.prefix(WireLimits.reasonBytes - 4), as: UTF8.self)
        }
    }

    package mutating func received(control payload: [UInt8], now: Int64) {
        do throws(WireFault) {
            switch try Control.decode(payload) {
            case .ack(let ack): acknowledged(ack, now: now)
            case .cancel(let cancel): cancelled(cancel, now: now)
            }
        } catch { log(.error, "a control message that cannot be read: \(error)") }
    }

    private mutating func acknowledged(_ ack: AckNotice, now: Int64) {
        guard let lease = ack.lease, let run = byLease[lease], let task = held[run], task.isFinished else { return }
        guard isHeeded(ack.by, for: task) else { return }
        _ = follow(ack.by, now: now)
        if ack.outcome != .accepted {
            let reasons = ack.reasons.isEmpty ? "" : ": " + ack.reasons.joined(separator: "; ")
            log(.warning, "the result of task \(task.command.task) is \(ack.outcome.rawValue)\(reasons)")
        }
        drop(run, now: now)
        advanceStage(now: now)
    }

    private mutating func cancelled(_ cancel: CancelNotice, now: Int64) {
        guard let run = byLease[cancel.lease], let task = held[run] else {
            // The command may be still on its way.
            if orchestrator == nil || orchestrator?.store == cancel.by.store { over.insert(cancel.lease, now: now) }
            return
        }
        guard isHeeded(cancel.by, for: task) else { return }
        _ = follow(cancel.by, now: now)
        log(.notice, "task \(task.command.task) is cancelled: \(cancel.reason)")
        if case .running = task.work { actions.append(.cancel(run)) }
        drop(run, now: now)
        advanceStage(now: now)
    }

    /// Only the orchestrator that gave the task decides about it, and not from its past.
    private func isHeeded(_ by: By, for task: HeldTask) -> Bool {
        guard by.store == task.by.store else { return false }
        guard let orchestrator, orchestrator.store == by.store else { return by.epoch >= task.by.epoch }
        return by.epoch >= orchestrator.epoch
    }

    // MARK: The orchestrator

    package mutating func received(orchestratorState payload: [UInt8], now: Int64) {
        guard !payload.isEmpty else { return }
        guard let state = try? OrchestratorState.decode(payload) else {
            return log(.warning, "the orchestrator's state cannot be read")
        }
        // An offline state is a will; one of another store is of an orchestrator that was replaced.
        guard state.state == .online || orchestrator?.store == state.store else { return }
        _ = follow(state.by, now: now)
    }

    /// Notes who speaks; on a new epoch tells it everything. False when it is past.
    mutating func follow(_ by: By, now: Int64) -> Bool {
        guard let known = orchestrator else {
            orchestrator = by
            return true
        }
        if known == by { return true }
        if known.store == by.store, by.epoch < known.epoch { return false }
        if known.store != by.store { log(.notice, "another orchestrator has taken over: store \(by.store)") }
        orchestrator = by
        renew(now: now)
        return true
    }
}
