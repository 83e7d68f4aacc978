import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore
import Logging

/// Connecting, and what is said first.
extension Coordinator {
    /// The configuration of the next connection: its will carries the new epoch, which is on disk.
    package func connection() -> Session.Configuration {
        var configuration = settings.broker.session(clientID: "baton-\(settings.namespace)", cleanStart: false)
        configuration.sessionExpirySeconds = 7 * 24 * 3600
        configuration.will = Will(
            topic: topics.orchestratorState, payload: orchestratorState(.offline).encode(), retain: true)
        return configuration
    }

    /// The configuration for looking who is there before connecting; a new epoch begins.
    package func lookConnection() throws(StoreError) -> Session.Configuration {
        epoch = try store.raiseEpoch()
        return settings.broker.session(
            clientID: "baton-\(settings.namespace)-look-\(store.id.prefix(8))-\(epoch)", cleanStart: true)
    }

    /// Takes an event of that connection; true when all is known, and nobody is in the way.
    ///
    /// A broker may send what it retains behind the answer to the subscription: so there is a second subscription,
    /// whose answer comes behind both.
    package func look(_ event: SessionEvent, on wire: any Wire) throws -> Bool {
        switch event {
        case .connected:
            otherOrchestrator = nil
            link.state = .looking(subscription: try wire.subscribe([topics.orchestratorState], qos: 0))
        case .message(let message):
            noteOrchestratorState(message.payload)
        case .subscribed(let id, _) where link.state == .looking(subscription: id):
            _ = try wire.subscribe([topics.reply(wire.configuration.clientID)], qos: 0)
        case .subscribed:
            link.lost()
            if let other = otherOrchestrator, !settings.takesOver { throw other }
            return true
        case .published:
            break
        }
        return false
    }

    func handle(_ event: SessionEvent, on wire: any Wire, now: Timestamp) throws {
        switch event {
        case .connected:
            try goLive(wire, now: now)
        case .subscribed(_, let granted):
            guard granted.contains(where: { $0 >= 0x80 }) else { return }
            let login = settings.broker.address.username ?? "baton"
            logger.error("the broker refused a subscription: check the rights of \(login) there")
        case .published(let packet, let reason):
            published(packet, reason: reason, now: now)
        case .message(let message):
            receive(message, now: now)
        }
    }

    private func goLive(_ wire: any Wire, now: Timestamp) throws {
        link.state = .live
        metrics?.connection(isLive: true)
        // A retained request is known as one when it is published, and not only at the next connection.
        _ = try wire.subscribe(topics.orchestratorFilters, qos: 1, options: .retainAsPublished)
        // What the broker retains of us and the store does not know any more is cleared; our own messages do not come
        // back.
        _ = try wire.subscribe(topics.retainedRunFilters, qos: 0, options: .noLocal)
        try readKnownAgents(on: wire)
        dispatch.connected(now: now)
        presenceReading.connected(now: now)
        sayState(now: now)
        for (id, run) in runs {
            progress.changed(id)
            for decision in run.state.decisions where decision.status == .open {
                progress.changed(decision: id.child(decision.ordinal), of: id)
            }
        }
        for id in ended.runs.keys { progress.changed(id) }
        logger.info(
            "connected",
            metadata: [
                "broker": "\(settings.broker.address)", "namespace": "\(settings.namespace)",
                "epoch": "\(epoch)",
            ])
    }

    /// Asks for the presence of agents by name: a broker of MQTT 3.1.1 need not give what it retains to a filter with a
    /// wildcard, and RabbitMQ does not (MQTT 3.1.1 section 3.3.1.3; its manual, “Retained Messages”).
    private func readKnownAgents(on wire: any Wire) throws {
        guard settings.broker.version == .v311 else { return }
        let known = try store.agentNames(limit: settings.limits.agents).map(topics.agentState)
        for start in stride(from: 0, to: known.count, by: 100) {
            _ = try wire.subscribe(Array(known[start..<min(start + 100, known.count)]), qos: 1)
        }
    }

    /// What the retained state tells of another orchestrator on the namespace.
    private func noteOrchestratorState(_ payload: [UInt8]) {
        guard let state = try? OrchestratorState.decode(payload) else { return }
        // A will that says offline proves nothing: our own connection may have driven the other out.
        if state.store != store.id && !state.hasLeft {
            otherOrchestrator = OrchestratorError(
                .namespaceTaken,
                "another orchestrator (store \(state.store)) works on the namespace \(settings.namespace): stop it, "
                    + "choose another --namespace, or give --take-over if it is gone for good")
        } else if state.store == store.id && state.epoch > epoch {
            otherOrchestrator = OrchestratorError(
                .namespaceTaken,
                "a later copy of this database (epoch \(state.epoch), ours is \(epoch)) works on the namespace "
                    + "\(settings.namespace): this one may be a restored backup; give --take-over to go on with it")
        }
    }

    package func connectionLost(now: Timestamp) {
        link.lost()
        metrics?.connection(isLive: false)
        outbox.connectionLost()
        // What was not kept is asked for again, by those who want it.
        direct = []
    }

    /// Says that this orchestrator leaves of its own will, in place of the will of the connection: the last message
    /// that it sends. A broker acknowledges in the order in which it was sent to (MQTT 5.0 section 4.6): who has the
    /// acknowledgement of this one has them all, see ``hasLeft``.
    func sayGoodbye(_ wire: any Wire) throws {
        guard link.isLive else { return }
        var state = orchestratorState(.offline)
        state.hasLeft = true
        link.state = .leaving(
            goodbye: try wire.publish(topics.orchestratorState, state.encode(), qos: 1, retain: true))
    }

    /// Whether the goodbye was said, and the connection that it was said on is still there.
    var isLeaving: Bool { link.isLeaving }

    /// Whether the broker has taken the goodbye.
    var hasLeft: Bool { link.state == .left }

    /// The fate of a publish.
    private func published(_ packet: Int32, reason: Int, now: Timestamp) {
        guard link.state != .leaving(goodbye: packet) else {
            link.state = .left
            return
        }
        // MQTT 5.0 section 3.4.2.1: from 0x80 on the broker did not take it; 0x10: nobody subscribes to it.
        guard reason >= 0x80 else {
            if reason == 0x10, outbox.keep(unheard: packet, now: now) { return }
            guard let row = outbox.delivered(packet) else { return }
            batch.delivered.append(row.id)
            if deliveredSince == nil { deliveredSince = now }
            if reason == 0x10, let lease = row.lease {
                perform(dispatch.undelivered(lease, message: "nobody listens to \(row.topic)", now: now), now: now)
            }
            return
        }
        guard let row = outbox.refuse(packet, now: now) else { return }
        logger.error("the broker refused a message: check the rights there", metadata: ["topic": "\(row.topic)"])
        if let lease = row.lease {
            batch.delivered.append(row.id)
            perform(dispatch.undelivered(lease, message: "the broker refused \(row.topic)", now: now), now: now)
        }
    }
}

/// The program's own version.
public enum BatonVersion {
    public static let current = "0.1.0"
}
