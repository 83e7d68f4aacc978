/// What agents and time do to leases.
extension Dispatch {
    /// An agent's presence: published by itself, or by the broker as its last will.
    public mutating func presence(
        _ id: String, _ presence: AgentState.Presence, roles: [String], slots: Int, epoch: Int64, beats: Bool,
        now: Timestamp
    ) -> [DispatchOutput] {
        guard let known = roster[id] else {
            guard presence != .offline else { return [] }
            var agent = AgentState(
                id: id, presence: presence, roles: roles, slots: slots, epoch: epoch, beats: beats, idleSince: now)
            agent.held = Set(outstanding.all.lazy.filter { $0.agent == id }.map(\.lease))
            roster.add(agent)
            nextLapse = confirmed
            return []
        }
        // The will of an agent's former self can come after its new self reported in.
        guard epoch >= known.epoch else { return [] }
        if epoch > known.epoch {
            // It may still have results of its former life, but it works on nothing of it, and its slots are free.
            for lease in known.held { outstanding.change(lease) { $0.status = .doubtful } }
        }
        roster.change(id) { agent in
            if epoch > agent.epoch { agent.held = [] }
            agent.presence = presence
            agent.roles = roles
            agent.slots = slots
            agent.epoch = epoch
            agent.beats = beats
            switch presence {
            case .offline:
                if agent.offlineSince == nil { agent.offlineSince = now }
            case .online, .draining:
                agent.offlineSince = nil
                agent.isMuted = false
                agent.isBenched = false
                agent.failuresInRow = 0
            }
        }
        nextLapse = confirmed
        return []
    }

    /// A beat renews every lease that it lists, and claims those that it lists for the first time. A lease that is not
    /// the agent's is answered: the agent should drop it.
    public mutating func beat(
        _ id: String, _ leases: [(task: Identifier, lease: Identifier)], now: Timestamp
    ) -> [DispatchOutput] {
        heard(from: id)
        var outputs: [DispatchOutput] = []
        for (task, lease) in leases {
            guard let out = outstanding[lease], out.agent == id, out.task.key.id == task else {
                let key = TaskKey(run: task.run, task: task.ordinal)
                outputs.append(.cancel(key, lease: lease, agent: id, reason: "the lease is not current"))
                continue
            }
            outstanding.change(lease) { out in
                out.status = .claimed
                if out.claimedAt == nil { out.claimedAt = now }
                out.renewedAt = now
            }
            if let out = outstanding[lease] { nextLapse = min(nextLapse, earliestEnd(of: out)) }
            if roster[id]?.held.contains(lease) == false { roster.change(id) { _ = $0.held.insert(lease) } }
        }
        return outputs
    }

    /// The agent published something: it can be used again.
    public mutating func heard(from id: String) {
        if roster[id]?.isMuted == true { roster.change(id) { $0.isMuted = false } }
    }

    /// We are connected, or connected again: what was doubtful because of wills is so no more (all wills fire when a
    /// broker stops), and every lease gets its full time again, since nobody could renew it.
    public mutating func connected(now: Timestamp) {
        for id in roster.agents.keys { roster.change(id) { $0.offlineSince = nil } }
        let agents = agents
        for lease in outstanding.all.map(\.lease) {
            outstanding.change(lease) { out in
                if out.status == .doubtful, agents[out.agent]?.held.contains(lease) == true {
                    out.status = out.claimedAt == nil ? .sent : .claimed
                }
                out.sentAt = now
                out.renewedAt = now
            }
        }
        confirmed = min(confirmed, now)
        nextLapse = confirmed
    }

    /// A mark has come back: time up to `sentAt` has passed for the broker too.
    public mutating func markReturned(sentAt: Timestamp, now: Timestamp) -> [DispatchOutput] {
        confirmed = max(confirmed, sentAt)
        return lapse(now: now)
    }

    private mutating func lapse(now: Timestamp) -> [DispatchOutput] {
        var outputs: [DispatchOutput] = []
        if nextLapse <= confirmed {
            let due = outstanding.all.filter { earliestEnd(of: $0) <= confirmed }.map(\.lease)
            for out in outstanding.inOrder(due) { outputs += lapse(out, now: now) }
            nextLapse = outstanding.all.map(earliestEnd).min() ?? .never
        }
        return outputs + replaceDoubtful(now: now)
    }

    private mutating func lapse(_ out: Outstanding, now: Timestamp) -> [DispatchOutput] {
        func end(_ outcome: AttemptOutcome, _ message: String) -> [DispatchOutput] {
            [
                .end(out.task.key, lease: out.lease, agent: out.agent, outcome: outcome, message: message),
                .cancel(out.task.key, lease: out.lease, agent: out.agent, reason: message),
            ]
        }
        if let timeout = timeout(of: out), timeout.at <= confirmed {
            release(out.lease, now: now)
            return end(.timedOut, "no result within \(timeout.after) ms")
        }
        if let at = claimEnd(of: out), at <= confirmed {
            release(out.lease, now: now)
            roster.change(out.agent) { $0.isMuted = true }
            return end(.withdrawn, "not claimed within \(settings.claimMilliseconds) ms")
        }
        outstanding.change(out.lease) { $0.status = .doubtful }
        return []
    }

    /// A doubtful attempt ends when somebody else is free for its task; until then a beat revives it. A paused run's
    /// task is given to nobody, so its attempts do not end either.
    private mutating func replaceDoubtful(now: Timestamp) -> [DispatchOutput] {
        guard !outstanding.doubtful.isEmpty else { return [] }
        var outputs: [DispatchOutput] = []
        var free = agents.values.filter(\.isAvailable).reduce(into: [:]) { $0[$1.id] = $1.slots - $1.held.count }
        for out in outstanding.inOrder(outstanding.doubtful) where !paused.contains(out.task.key.run) {
            if free.isEmpty { break }
            let isStillHeld = roster[out.agent]?.held.contains(out.lease) ?? false
            let substitute = roster.best(for: out.task.roles) { id in
                (id != out.agent || !isStillHeld) && free[id] != nil
            }
            guard let (id, _) = substitute else { continue }
            free[id]! -= 1
            if free[id] == 0 { free[id] = nil }
            release(out.lease, now: nil)
            let message = "\(out.agent) was not heard of for a whole lease, or went away"
            outputs.append(.end(out.task.key, lease: out.lease, agent: out.agent, outcome: .lost, message: message))
            outputs.append(.cancel(out.task.key, lease: out.lease, agent: out.agent, reason: message))
        }
        return outputs
    }

    // MARK: Due times

    /// When the dispatch ends, or comes to be in doubt, if nothing is heard of it.
    func earliestEnd(of out: Outstanding) -> Timestamp {
        var earliest = timeout(of: out)?.at ?? .never
        if let end = claimEnd(of: out) { earliest = min(earliest, end) }
        if out.status != .doubtful {
            let agent = roster[out.agent]
            if agent?.beats ?? true {
                earliest = min(earliest, out.renewedAt + (out.task.leaseMilliseconds ?? settings.leaseMilliseconds))
            }
            if let since = agent?.offlineSince { earliest = min(earliest, since + settings.willGraceMilliseconds) }
        }
        return earliest
    }

    private func claimEnd(of out: Outstanding) -> Timestamp? {
        guard out.status == .sent, roster[out.agent]?.beats ?? true else { return nil }
        return out.sentAt + settings.claimMilliseconds
    }

    private func timeout(of out: Outstanding) -> (at: Timestamp, after: Int64)? {
        let isUnbeaten = roster[out.agent]?.beats == false
        let bound = out.task.timeoutMilliseconds ?? (isUnbeaten ? settings.unbeatenTimeoutMilliseconds : nil)
        return bound.map { ((out.claimedAt ?? out.sentAt) + $0, $0) }
    }
}

extension Timestamp {
    /// Later than anything.
    fileprivate static let never = Timestamp(milliseconds: .max)
}
