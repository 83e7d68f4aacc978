import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore
import Logging

/// Where a message goes: by its topic, which also tells who sent it; never by its payload.
extension Coordinator {
    func receive(_ message: MQTTMessage, now: Timestamp) {
        // Clearing a retained message is a message too, and comes back to who listens there.
        if message.payload.isEmpty, cleared.remove(message.topic) != nil { return }
        guard let address = topics.parse(message.topic) else {
            return bury(message, reason: "no topic of the protocol", now: now)
        }
        switch address {
        case .orchestratorState:
            break
        case .mark:
            receiveMark(message.payload, now: now)
        case .runState(let run):
            if message.retain, !message.payload.isEmpty, runs[run] == nil, ended[run] == nil { clear(message.topic) }
        case .decision(let run, let decision):
            if message.retain, !message.payload.isEmpty, !isOpen(decision, of: run) { clear(message.topic) }
        case .agentState(let agent):
            receivePresence(message, of: agent, now: now)
        case .request, .result:
            guard message.payload.count <= settings.limits.payloadBytes else {
                return refuseTooLarge(message, address, now: now)
            }
            receiveFenced(message, address, now: now)
        case .beat, .decline, .get, .put:
            receiveFenced(message, address, now: now)
        default:
            bury(message, reason: "a message that only the orchestrator sends", now: now)
        }
    }

    private func refuseTooLarge(_ message: MQTTMessage, _ address: TopicAddress, now: Timestamp) {
        let limit = settings.limits.payloadBytes
        let reason = "the payload has \(message.payload.count) bytes; at most \(limit) are taken"
        bury(message, reason: reason, now: now)
        // Whose attempt or request it was can't be told without reading it.
        if case .result(let agent) = address { acknowledge(agent, task: nil, lease: nil, .rejected, [reason]) }
    }

    /// What somebody asks for or says, and must not say again at every connect.
    private func receiveFenced(_ message: MQTTMessage, _ address: TopicAddress, now: Timestamp) {
        switch address {
        case .request(let client):
            guard !isRetained(message, now: now) else { return }
            receiveRequest(message, from: client, now: now)
        case .result(let agent), .beat(let agent), .decline(let agent), .get(let agent), .put(let agent):
            guard !isRetained(message, now: now), mayBeAgent(agent, message, now: now) else { return }
            dispatch.heard(from: agent, now: now)
            receive(message, address, from: agent, now: now)
        default:
            preconditionFailure("a message that nobody asks for anything with")
        }
    }

    private func receive(_ message: MQTTMessage, _ address: TopicAddress, from agent: String, now: Timestamp) {
        switch address {
        case .result: receiveResult(message, from: agent, now: now)
        case .beat: receiveBeat(message, from: agent, now: now)
        case .decline: receiveDecline(message, from: agent, now: now)
        case .get: receiveGet(message, from: agent, now: now)
        case .put: receivePut(message, from: agent, now: now)
        default: preconditionFailure("a message that no agent sends")
        }
    }

    /// A command that stays in the broker would be carried out again at every connect: it is not taken at all.
    private func isRetained(_ message: MQTTMessage, now: Timestamp) -> Bool {
        guard message.retain else { return false }
        bury(message, reason: "published with the retain flag", now: now)
        clear(message.topic)
        cleared.insert(message.topic)
        return true
    }

    private func clear(_ topic: String) {
        direct.append(DirectMessage(topic: topic, payload: [], qos: 1, isRetained: true))
    }

    /// Keeps what could not be read, so that somebody can look at it, and goes on.
    func bury(_ message: MQTTMessage, reason: String, now: Timestamp) {
        let sender = topics.parse(message.topic)?.sender ?? ""
        let (isLogged, leftOut) = logRate.admit(sender, now: now)
        if isLogged {
            var metadata: Logger.Metadata = ["topic": "\(message.topic)"]
            if leftOut > 0 { metadata["left_out"] = "\(leftOut)" }
            logger.warning("a message was not read: \(reason)", metadata: metadata)
        }
        metrics?.buried()
        batch.deadLetters.append(
            DeadLetter(
                at: now, topic: message.topic, sender: sender, reason: reason,
                payload: message.payload, digest: ContentHash.of(message.payload)))
    }

    private func receiveMark(_ payload: [UInt8], now: Timestamp) {
        guard let mark = try? Mark.decode(payload), mark.epoch == epoch else { return }
        link.returned(mark.number, now: now)
        endWatch()
        perform(dispatch.markReturned(sentAt: mark.sentAt, now: now), now: now)
    }

    private func receivePresence(_ message: MQTTMessage, of agent: String, now: Timestamp) {
        // Somebody cleared the topic: the agent is gone for good.
        guard !message.payload.isEmpty else { return }
        let said: Presence
        do { said = try Presence.decode(message.payload) } catch {
            return bury(message, reason: error.reasons.joined(separator: "; "), now: now)
        }
        guard let presence = admit(said, of: agent, message, now: now) else { return }
        guard dispatch.agents[agent] != nil || dispatch.agents.count < settings.limits.agents else {
            return bury(message, reason: "\(dispatch.agents.count) agents are known, which is the limit", now: now)
        }
        // What is only read again is no sign of life.
        let mayBeRead = presenceReading.mayBeRead(at: now) && message.retain
        if mayBeRead, dispatch.knows(agent, presence) { return }
        let known = mayBeRead && dispatch.agents[agent] == nil ? try? store.agent(agent) : nil
        perform(
            dispatch.presence(
                agent, .init(presence.state), roles: presence.roles, slots: presence.slots, epoch: presence.epoch,
                beats: presence.beats, now: now), now: now)
        guard let state = dispatch.agents[agent] else { return }
        var row = AgentRow(
            id: agent, presence: state.presence.rawValue, roles: state.roles, slots: state.slots, epoch: state.epoch,
            beats: state.beats, lastSeenAt: now)
        if let known, known.isSame(as: row) { row.lastSeenAt = known.lastSeenAt }
        dispatch.seen(agent, at: row.lastSeenAt)
        batch.agents[agent] = row
    }

    private func receiveBeat(_ message: MQTTMessage, from agent: String, now: Timestamp) {
        do {
            let beat = try Beat.decode(message.payload)
            reportForeign(beat.held.map(\.lease), from: agent)
            perform(dispatch.beat(agent, beat.held.map { ($0.task, $0.lease) }, now: now), now: now)
            for held in beat.held {
                guard let run = dispatch.outstanding[held.lease]?.task.key.run else { continue }
                progress.changed(run)
            }
        } catch {
            bury(message, reason: error.reasons.joined(separator: "; "), now: now)
        }
    }

    private func receiveDecline(_ message: MQTTMessage, from agent: String, now: Timestamp) {
        do {
            let decline = try Decline.decode(message.payload)
            guard let out = dispatch.outstanding[decline.lease], out.agent == agent, out.task.key.id == decline.task
            else { return reportForeign([decline.lease], from: agent) }
            if decline.accept {
                perform(dispatch.declined(decline.lease, message: decline.reason, now: now), now: now)
            } else {
                perform(dispatch.refused(decline.lease, message: decline.feedback, now: now), now: now)
            }
        } catch {
            bury(message, reason: error.reasons.joined(separator: "; "), now: now)
        }
    }

    /// Leases that were given to others: who names them has them from somewhere.
    private func reportForeign(_ leases: [Identifier], from agent: String) {
        let others = leases.compactMap { dispatch.outstanding[$0]?.agent }.filter { $0 != agent }
        guard let other = others.first else { return }
        report(agent, "\(agent) named a lease that was given to \(other)")
    }

    /// A range of an artifact: only of what a task that the agent has requires.
    private func receiveGet(_ message: MQTTMessage, from agent: String, now: Timestamp) {
        let request: ArtifactGet
        do { request = try ArtifactGet.decode(message.payload) } catch {
            return bury(message, reason: error.reasons.joined(separator: "; "), now: now)
        }
        func answer(_ range: ArtifactRange) {
            direct.append(DirectMessage(topic: topics.artifact(agent), payload: range.encode(), qos: 1))
        }
        guard let out = dispatch.outstanding[request.lease], out.agent == agent, out.task.key.id == request.task,
            let run = runs[out.task.key.run], let handoff = run.state.handoffs[out.task.key.task],
            let version = handoff.contextIDs.lazy.compactMap({ run.state.artifactVersion($0.ordinal) }).first(where: {
                $0.digest == request.digest
            }),
            let bytes = try? range(of: version.digest, offset: request.offset, length: request.length)
        else {
            // A lease that is just over is none to report; one of another, or a document of another task, is.
            if let out = dispatch.outstanding[request.lease] {
                let what = out.agent == agent ? "a document that the task does not require" : "another's document"
                report(agent, "\(agent) asked for \(what)")
            }
            return answer(
                ArtifactRange(
                    task: request.task, digest: request.digest, body: .error("the task does not require it")))
        }
        let start = min(request.offset, version.size)
        answer(
            ArtifactRange(
                task: request.task, digest: request.digest,
                body: .content(offset: start, size: version.size, bytes: bytes)))
    }
}

extension TopicAddress {
    /// Who sent it.
    var sender: String? {
        switch self {
        case .request(let client): client
        case .agentState(let agent), .get(let agent), .put(let agent), .beat(let agent), .decline(let agent),
            .result(let agent):
            agent
        default: nil
        }
    }
}

extension Dispatch {
    /// Whether the presence says nothing new.
    fileprivate func knows(_ agent: String, _ presence: Presence) -> Bool {
        guard let known = agents[agent] else { return false }
        return known.presence == .init(presence.state) && known.epoch == presence.epoch && known.roles == presence.roles
            && known.slots == presence.slots && known.beats == presence.beats
    }
}

extension AgentState.Presence {
    fileprivate init(_ state: Presence.State) {
        switch state {
        case .online: self = .online
        case .draining: self = .draining
        case .offline: self = .offline
        }
    }
}
