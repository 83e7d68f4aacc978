import BatonClient

/// A result, from the command to the ack that ends it.
extension AgentCheck {
    /// False when the agent does nothing that could be looked at further.
    mutating func checkFirstTask() async throws -> Bool {
        let (command, mark) = (command(), orchestrator.mark)
        try give(command)
        let sign = try await orchestrator.hear(since: mark, within: .seconds(10)) { heard -> String? in
            if let decline = decline(of: command.lease, in: heard) {
                return "it declined: \(decline.reason.prefix(200))"
            }
            return isBeat(for: command.lease, heard) || heard.address == .result(id) ? "" : nil
        }
        // Who does not beat has claimed by taking the command.
        if presence.beats || sign != nil {
            found(.claim, unless: sign == nil ? "neither a beat nor a result came in 10 s" : sign!.isEmpty ? nil : sign)
        } else {
            found(.claim, .notTried("it does not beat"))
        }
        guard sign?.isEmpty ?? !presence.beats else { return false }
        guard let result = try await hearResult(command.lease, since: mark) else {
            let other = orchestrator.all(since: mark) {
                $0.address == .result(id) ? String(decoding: $0.payload.prefix(300), as: UTF8.self) : nil
            }
            found(
                .result,
                .broken(
                    other.first.map { "one came that is not of this lease, or cannot be read: \($0)" }
                        ?? "none came in \(settings.taskLimit)"))
            return false
        }
        found(.result, unless: fault(in: result, for: command))
        try await checkBeats(command)
        try acknowledge(command)
        return true
    }

    /// While a result waits for its ack.
    private mutating func checkBeats(_ command: TaskCommand) async throws {
        let mark = orchestrator.mark
        try orchestrator.say(
            orchestrator.topics.agentState(id),
            Presence(state: .offline, roles: [], slots: 0, epoch: presence.epoch).encode(),
            retain: true)
        let isCorrected = try await orchestrator.hear(since: mark, within: .seconds(5)) { heard in
            presence(in: heard).flatMap { $0.state == .online ? true : nil }
        }
        found(
            .lateWill,
            unless: isCorrected == nil ? "the retained state says offline, and the agent left it so for 5 s" : nil)
        guard presence.beats else { return found(.beats, .notOffered) }
        // A third, and a second for a machine that is busy.
        let limit = Duration.milliseconds(command.leaseMilliseconds / 3) + .seconds(1)
        for _ in 1...2 {
            let mark = orchestrator.mark
            let next = try await orchestrator.hear(since: mark, within: limit) {
                isBeat(for: command.lease, $0) ? true : nil
            }
            guard next != nil else {
                return found(
                    .beats,
                    .broken("no beat listed the lease for \(limit) of a lease of \(command.leaseMilliseconds) ms"))
            }
        }
        found(.beats, .kept(nil))
    }

    /// A result that nobody acknowledges: new epochs, a cut connection, strangers, another lease.
    mutating func checkHeldResult() async throws {
        let (command, mark) = (command(), orchestrator.mark)
        try give(command)
        guard let first = try await hearResult(command.lease, since: mark) else {
            for promise in [AgentPromise.newEpoch, .will, .reconnect, .strangers, .oneKey, .accepted, .duplicate] {
                found(promise, .notTried("no result came for a second task"))
            }
            return
        }
        let isTold = try await isSentAgain(command.lease)
        found(.newEpoch, unless: isTold ? nil : "nothing came again in 5 s")
        try await checkCut(command)
        if isTold {
            try acknowledge(command, by: By(store: "another-store", epoch: epoch + 10))
            try acknowledge(command, by: By(store: Self.store, epoch: epoch - 1))
            let isKept = try await isSentAgain(command.lease)
            found(
                .strangers,
                unless: isKept ? nil : "the result was given up for an ack that was not its orchestrator's")
        } else {
            found(.strangers, .notTried("it does not send a result again, so nobody can tell"))
        }
        try await checkKey(command, first)
    }

    private mutating func isSentAgain(_ lease: Identifier) async throws -> Bool {
        let mark = orchestrator.mark
        try raiseEpoch()
        return try await hearResult(lease, since: mark, within: .seconds(5)) != nil
    }

    private mutating func checkCut(_ command: TaskCommand) async throws {
        let mark = orchestrator.mark
        try await orchestrator.cut(id)
        let will = try await orchestrator.hear(since: mark, within: .seconds(5)) { heard in
            presence(in: heard).flatMap { $0.state == .offline ? $0 : nil }
        }
        guard let will else {
            found(
                .will,
                .broken(
                    "no will came when another client took the id \(id): its client id is another, or it has no will"))
            return found(.reconnect, .notTried("its connection could not be cut"))
        }
        found(
            .will,
            unless: will.epoch == presence.epoch
                ? nil : "the will's epoch is \(will.epoch), the agent's \(presence.epoch)")
        let isBack = try await orchestrator.hear(since: mark, within: .seconds(20)) { heard in
            presence(in: heard).flatMap { $0.state == .online ? true : nil }
        }
        guard isBack != nil else { return found(.reconnect, .broken("it did not come back in 20 s")) }
        let again = try await hearResult(command.lease, since: mark, within: .seconds(10))
        found(.reconnect, unless: again == nil ? "it came back, and did not send its result again in 10 s" : nil)
    }

    private mutating func checkKey(_ old: TaskCommand, _ first: TaskResult) async throws {
        var command = old
        command.lease = .random
        command.by = by
        command.attempt += 1
        let mark = orchestrator.mark
        try give(command)
        if var again = try await hearResult(command.lease, since: mark, within: .seconds(10)) {
            again.lease = first.lease
            found(.oneKey, unless: again == first ? nil : "the result differs from the first: the work was done twice")
        } else {
            found(.oneKey, .broken("no result came under the new lease in 10 s"))
        }
        try acknowledge(command)
        found(.accepted, unless: try await stirAtNewEpoch(about: [old.lease, command.lease]))
        command.by = by
        found(.duplicate, unless: try await stir(about: [command.lease]) { try give(command) })
        // Whatever came of it is over.
        try acknowledge(command)
    }

    /// The other outcomes end a result as well.
    mutating func checkOutcomes() async throws {
        var leases: [Identifier] = []
        for outcome in [AckNotice.Outcome.rejected, .superseded, .unknown] {
            let (command, mark) = (command(), orchestrator.mark)
            try give(command)
            guard try await hearResult(command.lease, since: mark) != nil else {
                return found(.refusals, .broken("no result came for the task that was to be \(outcome.rawValue)"))
            }
            try acknowledge(command, outcome)
            leases.append(command.lease)
        }
        found(.refusals, unless: try await stirAtNewEpoch(about: leases))
        for lease in leases { try end(lease) }
    }

    /// So that what goes wrong at one point is not held against the next.
    func end(_ lease: Identifier) throws {
        let ack = AckNotice(task: nil, lease: lease, outcome: .superseded, by: by)
        try orchestrator.say(orchestrator.topics.control(id), Control.ack(ack).encode())
    }
}
