/// What agents and time do to leases.
extension Dispatch {
    /// An agent's presence: published by itself, or by the broker as its last will.
    public mutating func presence(
        _ id: String, _ presence: AgentState.Presence, roles: [String], slots: Int, epoch: Int64, beats: Bool,
        now: Timestamp
    ) -> [DispatchOutput] {
        guard var agent = agents[id] else {
            guard presence != .offline else { return [] }
            var agent = AgentState(
                id: id, presence: presence, roles: roles, slots: slots, epoch: epoch, beats: beats, idleSince: now)
            agent.held = Set(outstanding.values.lazy.filter { $0.agent == id }.map(\.lease))
            agents[id] = agent
            return []
        }
        // The will of an agent's former self can come after its new self reported in. Who says that it is there is
        // there, also under a lower epoch: its clock was set back, and the broker has forgotten its former self.
        guard presence != .offline || epoch >= agent.epoch else { return [] }
        let isNewSelf = epoch != agent.epoch
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
        if isNewSelf {
            // It may still have results of its former life, but it works on nothing of it, and its slots are free.
            for lease in agent.held {
                outstanding[lease]?.status = .doubtful
                outstanding[lease]?.isForgotten = true
            }
            agent.held = []
        }
        agents[id] = agent
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
            outstanding[lease]!.status = .claimed
            outstanding[lease]!.isForgotten = false
            if out.claimedAt == nil { outstanding[lease]!.claimedAt = now }
            outstanding[lease]!.renewedAt = now
            agents[id]?.held.insert(lease)
        }
        return outputs
    }

    /// The agent published something: it can be used again.
    public mutating func heard(from id: String) {
        agents[id]?.isMuted = false
    }

    /// We are connected, or connected again: what was doubtful because of wills is so no more (all wills fire when a
    /// broker stops), and every lease gets its full time again, since nobody could renew it.
    public mutating func connected(now: Timestamp) {
        for id in agents.keys { agents[id]!.offlineSince = nil }
        for lease in outstanding.keys {
            if outstanding[lease]!.status == .doubtful, !outstanding[lease]!.isForgotten {
                outstanding[lease]!.status = outstanding[lease]!.claimedAt == nil ? .sent : .claimed
                agents[outstanding[lease]!.agent]?.held.insert(lease)
            }
            outstanding[lease]!.sentAt = now
            outstanding[lease]!.renewedAt = now
        }
        confirmed = min(confirmed, now)
    }

    /// A mark has come back: time up to `sentAt` has passed for the broker too.
    public mutating func markReturned(sentAt: Timestamp, now: Timestamp) -> [DispatchOutput] {
        confirmed = max(confirmed, sentAt)
        return lapse(now: now)
    }

    private mutating func lapse(now: Timestamp) -> [DispatchOutput] {
        var outputs: [DispatchOutput] = []
        for out in outstandingInOrder {
            let agent = agents[out.agent]
            if let bound = timeBound(of: out, agent), (out.claimedAt ?? out.sentAt) + bound <= confirmed {
                release(out.lease, now: now)
                let message = "no result within \(bound) ms"
                outputs.append(
                    .end(out.task.key, lease: out.lease, agent: out.agent, outcome: .timedOut, message: message))
                outputs.append(.cancel(out.task.key, lease: out.lease, agent: out.agent, reason: message))
                continue
            }
            let beats = agent?.beats ?? true
            let isGone = agent?.offlineSince.map { $0 + settings.willGraceMilliseconds <= confirmed } ?? false
            switch out.status {
            case .sent where beats && out.sentAt + settings.claimMilliseconds <= confirmed:
                release(out.lease, now: now)
                agents[out.agent]?.isMuted = true
                let message = "not claimed within \(settings.claimMilliseconds) ms"
                outputs.append(
                    .end(out.task.key, lease: out.lease, agent: out.agent, outcome: .withdrawn, message: message))
                outputs.append(.cancel(out.task.key, lease: out.lease, agent: out.agent, reason: message))
            case .sent, .claimed:
                let lease = out.task.leaseMilliseconds ?? settings.leaseMilliseconds
                let hasLapsed = beats && out.renewedAt + lease <= confirmed
                if isGone || hasLapsed { outstanding[out.lease]!.status = .doubtful }
                // An agent that is there and did not name it in all that time does not work on it.
                if hasLapsed { agents[out.agent]?.held.remove(out.lease) }
            case .doubtful:
                break
            }
        }
        return outputs + replaceDoubtful(now: now)
    }

    /// A doubtful attempt ends when somebody else is free for its task; until then a beat revives it.
    private mutating func replaceDoubtful(now: Timestamp) -> [DispatchOutput] {
        var outputs: [DispatchOutput] = []
        var free = agents.values.filter(\.isAvailable).reduce(into: [:]) { $0[$1.id] = $1.slots - $1.held.count }
        for out in outstandingInOrder where out.status == .doubtful {
            let isStillHeld = agents[out.agent]?.held.contains(out.lease) ?? false
            let substitute = agents.values.first { agent in
                (agent.id != out.agent || !isStillHeld) && free[agent.id, default: 0] > 0
                    && out.task.roles.contains(where: agent.roles.contains)
            }
            guard let substitute else { continue }
            free[substitute.id]! -= 1
            release(out.lease, now: nil)
            let message = "\(out.agent) was not heard of for a whole lease, or went away"
            outputs.append(.end(out.task.key, lease: out.lease, agent: out.agent, outcome: .lost, message: message))
            outputs.append(.cancel(out.task.key, lease: out.lease, agent: out.agent, reason: message))
        }
        return outputs
    }

    private func timeBound(of out: Outstanding, _ agent: AgentState?) -> Int64? {
        if let bound = out.task.timeoutMilliseconds { return bound }
        return agent?.beats == false ? settings.unbeatenTimeoutMilliseconds : nil
    }
}
