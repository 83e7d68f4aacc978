import BatonMessages

/// Commands, and the documents they need.
extension AgentMachine {
    package mutating func received(command payload: [UInt8], now: Int64) {
        let command: TaskCommand
        do throws(WireFault) { command = try TaskCommand.decode(payload) } catch {
            log(.error, "a command that cannot be read: \(error)")
            if let task = error.task, let lease = error.lease {
                decline(task, lease, reason: "the command cannot be read: \(error)")
            }
            return
        }
        guard follow(command.by, now: now) else {
            return log(.notice, "a command of an orchestrator that is past is ignored: epoch \(command.by.epoch)")
        }
        if over.contains(command.lease) || byLease[command.lease] != nil { return }
        if let run = byKey[command.idempotencyKey] { return rebind(run, to: command, now: now) }
        if let reason = refusal(of: command) {
            return decline(
                command.task, command.lease, reason: reason,
                missing: configuration.roles.contains(command.role) ? [] : [command.role])
        }
        hold(command, now: now)
    }

    private func refusal(of command: TaskCommand) -> String? {
        guard configuration.roles.contains(command.role) else { return "this agent does not serve \(command.role)" }
        guard stage == .serving else { return "the agent is stopping" }
        guard active.count + fetching < configuration.slots else { return "no free slot" }
        guard held.count < configuration.slots + Self.maxUnacknowledged else {
            return "too many results wait for their acknowledgement"
        }
        let size = command.requires.reduce(0) { $0.addingReportingOverflow($1.size).partialValue }
        guard size >= 0, size <= configuration.maxArtifactBytes else {
            return "the documents are too large for this agent: \(size) bytes"
        }
        return nil
    }

    private var fetching: Int {
        held.values.count { if case .fetching = $0.work { true } else { false } }
    }

    mutating func decline(
        _ task: Identifier, _ lease: Identifier, reason: String, missing: [String] = [], accept: Bool = true
    ) {
        log(.notice, "task \(task) \(accept ? "declined" : "refused as it was handed over"): \(reason)")
        let text = String(decoding: reason.utf8.prefix(WireLimits.reasonBytes - 4), as: UTF8.self)
        let lines = missing.prefix(100).map { String(decoding: $0.utf8.prefix(1000), as: UTF8.self) }
        publish(.decline, Decline(task: task, lease: lease, reason: text, missing: lines, accept: accept).encode())
    }

    private mutating func hold(_ command: TaskCommand, now: Int64) {
        lastRun += 1
        let run = HeldTask.Run(number: lastRun)
        var task = HeldTask(
            run: run, command: command, lease: command.lease, by: command.by,
            leaseMilliseconds: command.leaseMilliseconds, traceparent: command.traceparent,
            work: .fetching(ArtifactFetch(command.requires)),
            beatDue: .max)
        if configuration.beats {
            task.beatDue = now + min(Self.firstBeatMilliseconds, task.beatMilliseconds)
            schedule(task.beatDue)
        }
        held[run] = task
        byLease[command.lease] = run
        byKey[command.idempotencyKey] = run
        advance(run, now: now) { $0.next(now: now) }
    }

    /// The same work under a new lease: an attempt of ours was given up for lost. Done once, told again.
    private mutating func rebind(_ run: HeldTask.Run, to command: TaskCommand, now: Int64) {
        guard var task = held[run] else { return }
        log(.notice, "task \(command.task) is given again under another lease; the work goes on")
        over.insert(task.lease, now: now)
        byLease[task.lease] = nil
        task.lease = command.lease
        task.by = command.by
        task.leaseMilliseconds = command.leaseMilliseconds
        task.traceparent = command.traceparent
        if case .finished(var result, _) = task.work {
            result.lease = command.lease
            result.traceparent = command.traceparent
            task.work = .finished(result, ResendSchedule(sentAt: now))
            task.beatDue = configuration.beats ? now + task.beatMilliseconds : .max
            publish(result)
        }
        held[run] = task
        byLease[command.lease] = run
        schedule(task.dueAt)
        putAgain(run, now: now)
        if !task.isFinished { beat(now: now) }
    }

    // MARK: Documents

    package mutating func received(range payload: [UInt8], now: Int64) {
        guard let range = try? ArtifactRange.decode(payload) else {
            return log(.warning, "a part of an artifact that cannot be read")
        }
        for run in held.keys.sorted() where held[run]?.command.task == range.task {
            advance(run, now: now) { $0.receive(range, now: now) }
            put(run, now: now) { $0.receive(range, now: now) }
        }
    }

    /// Asks for the range that is outstanding, after a silence.
    mutating func askAgain(_ run: HeldTask.Run, now: Int64) {
        advance(run, now: now) { $0.next(now: now) }
    }

    /// The same on a new connection: that the old one was silent does not count.
    mutating func startAgain(_ run: HeldTask.Run, now: Int64) {
        advance(run, now: now) { fetch in
            fetch.forgetSilence()
            return fetch.next(now: now)
        }
    }

    private mutating func advance(
        _ run: HeldTask.Run, now: Int64, _ move: (inout ArtifactFetch) -> ArtifactFetch.Step?
    ) {
        guard let task = held[run], case .fetching(var fetch) = task.work, let step = move(&fetch) else { return }
        // Before anything that follows from it.
        if let kept = fetch.takeKept() { actions.append(.keep(run, index: kept.index, kept.bytes)) }
        held[run]?.work = .fetching(fetch)
        switch step {
        case .ask(let digest, let offset, let length):
            schedule(fetch.dueAt)
            let get = ArtifactGet(
                task: task.command.task, lease: task.lease, digest: digest, offset: offset, length: length)
            publish(.get, get.encode())
        case .complete:
            held[run]?.work = .running
            active.insert(run)
            actions.append(.run(run, task.command, contents: fetch.contents))
        case .failed(let reason): giveUpFetching(run, fetch, reason, now: now)
        }
    }

    /// A range that came can't be kept.
    mutating func couldNotKeep(_ run: HeldTask.Run, _ error: AgentError, now: Int64) {
        guard case .fetching(let fetch) = held[run]?.work else { return }
        giveUpFetching(run, fetch, error.cause, now: now)
    }

    private mutating func giveUpFetching(
        _ run: HeldTask.Run, _ fetch: ArtifactFetch, _ reason: String, now: Int64
    ) {
        if fetch.hasKept { actions.append(.discard(run)) }
        finish(run, .failed(code: "artifact", message: reason), now: now)
    }
}
