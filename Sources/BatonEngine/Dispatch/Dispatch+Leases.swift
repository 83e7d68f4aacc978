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
        // The will of an agent's former self can come after its new self reported in. Who says that it is there is
        // there, also under a lower epoch: its clock was set back, and the broker has forgotten its former self.
        guard presence != .offline || epoch >= known.epoch else { return [] }
        let isNewSelf = epoch != known.epoch
        if isNewSelf {
            // It may still have results of its former life, but it works on nothing of it, and its slots are free.
            for lease in known.held {
                outstanding.change(lease) { out in
                    out.status = .doubtful
                    out.isForgotten = true
                }
            }
        }
        roster.change(id) { agent in
            if isNewSelf { agent.held = [] }
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
                agent.mutedUntil = nil
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
        heard(from: id, now: now)
        var outputs: [DispatchOutput] = []
        for (task, lease) in leases {
            guard let out = outstanding[lease], out.agent == id, out.task.key.id == task else {
                let key = TaskKey(run: task.run, task: task.ordinal)
                outputs.append(.cancel(key, lease: lease, agent: id, reason: "the lease is not current"))
                continue
            }
            outstanding.change(lease) { out in
                out.status = .claimed
                out.isForgotten = false
                if out.claimedAt == nil { out.claimedAt = now }
                out.renewedAt = now
            }
            if let out = outstanding[lease] { nextLapse = min(nextLapse, earliestEnd(of: out)) }
            if roster[id]?.held.contains(lease) == false { roster.change(id) { _ = $0.held.insert(lease) } }
        }
        return outputs
    }

    /// The agent published something: it can be used again.
    public mutating func heard(from id: String, now: Timestamp) {
        guard let agent = roster.seen(id, at: now), agent.isMuted || agent.lastMutedMilliseconds > 0 else { return }
        roster.change(id) { agent in
            agent.mutedUntil = nil
            agent.lastMutedMilliseconds = 0
        }
    }

    /// When an agent was last heard of, by what has been remembered of it.
    public mutating func seen(_ id: String, at time: Timestamp) { _ = roster.seen(id, at: time) }

    /// We are connected, or connected again: what was doubtful because of wills is so no more (all wills fire when a
    /// broker stops), and every lease gets its full time again, since nobody could renew it.
    public mutating func connected(now: Timestamp) {
        for id in roster.agents.keys { roster.change(id) { $0.offlineSince = nil } }
        for out in outstanding.all {
            let isDoubtedOnly = out.status == .doubtful && !out.isForgotten
            outstanding.change(out.lease) { out in
                if isDoubtedOnly { out.status = out.claimedAt == nil ? .sent : .claimed }
                out.sentAt = now
                out.renewedAt = now
            }
            if isDoubtedOnly { roster.change(out.agent) { _ = $0.held.insert(out.lease) } }
        }
        confirmed = min(confirmed, now)
        nextLapse = confirmed
    }

    /// A mark has come back: time up to `sentAt` has passed for the broker too.
    public mutating func markReturned(sentAt: Timestamp, now: Timestamp) -> [DispatchOutput] {
        confirmed = max(confirmed, sentAt)
        unmute()
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
            mute(out.agent, now: now)
            return end(.withdrawn, "not claimed within \(settings.claimMilliseconds) ms")
        }
        if out.status == .doubtful {
            // Nobody else took it for another lease, and its agent, if it is there, does not work on it: the slot is
            // free, for this task too.
            roster.change(out.agent) { $0.held.remove(out.lease) }
        } else {
            outstanding.change(out.lease) { $0.status = .doubtful }
        }
        return []
    }

    /// The agent gets nothing until it publishes something; or for a while, longer each time, since it may be the
    /// broker that lost the command.
    mutating func mute(_ id: String, now: Timestamp) {
        roster.change(id) { agent in
            let bounds = settings.muteMilliseconds
            agent.lastMutedMilliseconds = min(
                max(agent.lastMutedMilliseconds * 2, bounds.lowerBound), bounds.upperBound)
            agent.mutedUntil = now + agent.lastMutedMilliseconds
        }
    }

    private mutating func unmute() {
        for agent in agents.values {
            guard let end = agent.mutedUntil, end <= confirmed else { continue }
            roster.change(agent.id) { $0.mutedUntil = nil }
        }
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
            if let end = leaseEnd(of: out) { earliest = min(earliest, end) }
            if let since = agent?.offlineSince { earliest = min(earliest, since + settings.willGraceMilliseconds) }
        } else if roster[out.agent]?.held.contains(out.lease) == true, let end = leaseEnd(of: out) {
            earliest = min(earliest, end + (end - out.renewedAt))
        }
        return earliest
    }

    private func leaseEnd(of out: Outstanding) -> Timestamp? {
        guard roster[out.agent]?.beats ?? true else { return nil }
        return out.renewedAt + (out.task.leaseMilliseconds ?? settings.leaseMilliseconds)
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
