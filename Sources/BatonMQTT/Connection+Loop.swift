import Synchronization

/// The thread: connect, serve until the connection breaks, wait, again.
extension Connection {
    func run() {
        var backoff = configuration.backoff
        while stopDeadline == nil {
            var connectedAt: ContinuousClock.Instant?
            do throws(MQTTError) {
                try serve(connectedAt: &connectedAt)
            } catch {
                dropQueue()
                if let connectedAt { backoff.connectionEnded(after: .now - connectedAt) }
                let delay = backoff.next()
                mailbox.append(.disconnected(error, retryAfter: delay))
                pause(delay)
            }
        }
        dropQueue()
        let waiters = state.withLock { state in
            state.phase = .stopped
            defer { state.stopWaiters = [] }
            return state.stopWaiters
        }
        mailbox.finish()
        for waiter in waiters { waiter.resume() }
    }

    private var stopDeadline: ContinuousClock.Instant? {
        state.withLock { state in
            guard case .stopping(let deadline) = state.phase else { return nil }
            return deadline
        }
    }

    private func dropQueue() {
        state.withLock { state in
            state.isConnected = false
            state.outgoing = []
            state.outgoingBytes = 0
            state.newSubscriptions = []
        }
    }

    private func pause(_ delay: Duration) {
        let end = ContinuousClock.now + delay
        while stopDeadline == nil {
            let left = (end - .now) / .milliseconds(1)
            guard left > 0 else { return }
            _ = try? Readiness.wait([Interest(wakeup.descriptor)], timeoutMilliseconds: Int(left.rounded(.up)))
            wakeup.drain()
        }
    }

    /// One connection, from CONNECT to its end. Returns when told to stop.
    private func serve(connectedAt: inout ContinuousClock.Instant?) throws(MQTTError) {
        let settings = state.withLock { state in
            state.wantsReconnect = false
            return state.session
        }
        let session = try Session(settings)
        var traffic = Traffic(session: session)
        try session.connect()
        while true {
            if let deadline = stopDeadline {
                guard session.isConnected, deadline > .now, !isDone(traffic) else { return session.disconnect() }
            } else if state.withLock({ $0.wantsReconnect }) {
                session.disconnect()
                throw MQTTError(.connectionLost, "the connection is made anew with other settings")
            }
            guard let socket = session.descriptor else { throw MQTTError(.connectionLost, "the connection was closed") }
            let interests = [
                Interest(wakeup.descriptor),
                Interest(socket, read: mailbox.hasRoom, write: session.wantsWrite),
            ]
            let ready = try Readiness.wait(interests, timeoutMilliseconds: canSendMore(traffic) ? 0 : tickMilliseconds)
            if ready[0].canRead { wakeup.drain() }
            do throws(MQTTError) {
                if ready[1].canRead { try session.read(maxMessages: 256, maxBytes: 8 << 20) }
                try deliver(session.takeEvents(), &traffic, &connectedAt)
                session.releaseAcknowledgements()
                try sendQueued(&traffic)
                try session.write()
                try deliver(session.takeEvents(), &traffic, &connectedAt)
                try session.misc()
            } catch {
                // What was read before the loss still counts for the reader.
                try? deliver(session.takeEvents(), &traffic, &connectedAt)
                throw error
            }
        }
    }

    /// What the standing connection is still to be told about.
    private struct Traffic {
        let session: Session
        var publishes: [Int32: String] = [:]
        var subscribes: [Int32: [Subscription]] = [:]
    }

    private func isDone(_ traffic: Traffic) -> Bool {
        traffic.publishes.isEmpty && state.withLock { $0.outgoing.isEmpty }
    }

    private func canSendMore(_ traffic: Traffic) -> Bool {
        room(traffic) > 0 && state.withLock { $0.isConnected && !$0.outgoing.isEmpty }
    }

    private func room(_ traffic: Traffic) -> Int {
        max(0, configuration.session.sendMaximum - traffic.publishes.count)
    }

    private var tickMilliseconds: Int { stopDeadline == nil ? 1000 : 50 }

    private func deliver(
        _ events: [SessionEvent], _ traffic: inout Traffic, _ connectedAt: inout ContinuousClock.Instant?
    ) throws(MQTTError) {
        for event in events {
            switch event {
            case .connected(let sessionPresent):
                connectedAt = .now
                let subscriptions = state.withLock { state in
                    state.isConnected = true
                    return state.subscriptions
                }
                try subscribe(subscriptions, &traffic)
                mailbox.append(.connected(sessionPresent: sessionPresent))
            case .message(let message):
                mailbox.append(.message(message))
            case .published(let id, let reason):
                guard let topic = traffic.publishes.removeValue(forKey: id), reason >= 0x80 else { continue }
                mailbox.append(.refused(topic: topic, reason: refusal(reason)))
            case .subscribed(let id, let granted):
                for (subscription, answer) in zip(traffic.subscribes.removeValue(forKey: id) ?? [], granted)
                where answer >= 0x80 {
                    mailbox.append(.refused(topic: subscription.filter, reason: refusal(answer)))
                }
            }
        }
    }

    private func refusal(_ reason: Int) -> MQTTError {
        MQTTError(.refused, MQTTError.words(forReason: reason, version: .v5), reason: reason)
    }

    private func subscribe(_ subscriptions: [Subscription], _ traffic: inout Traffic) throws(MQTTError) {
        for qos in Set(subscriptions.map(\.qos)).sorted(by: >) {
            let group = subscriptions.filter { $0.qos == qos }
            do throws(MQTTError) {
                let id = try traffic.session.subscribe(group.map(\.filter), qos: qos)
                traffic.subscribes[id] = group
            } catch  where error.code == .invalidArgument || error.code == .tooLarge {
                for subscription in group { mailbox.append(.refused(topic: subscription.filter, reason: error)) }
            }
        }
    }

    /// Gives the session as much as its window takes; the rest stays in the bounded queue.
    private func sendQueued(_ traffic: inout Traffic) throws(MQTTError) {
        guard traffic.session.isConnected else { return }
        let room = room(traffic)
        let (messages, subscriptions) = state.withLock { state -> ([Outgoing], [Subscription]) in
            let messages = Array(state.outgoing.prefix(room))
            state.outgoing.removeFirst(messages.count)
            state.outgoingBytes -= messages.reduce(0) { $0 + $1.payload.count }
            defer { state.newSubscriptions = [] }
            return (messages, state.newSubscriptions)
        }
        try subscribe(subscriptions, &traffic)
        for message in messages {
            do throws(MQTTError) {
                let id = try traffic.session.publish(
                    message.topic, message.payload, qos: message.qos, retain: message.retain,
                    userProperties: message.userProperties)
                traffic.publishes[id] = message.topic
            } catch  where error.code == .invalidArgument || error.code == .tooLarge {
                mailbox.append(.refused(topic: message.topic, reason: error))
            }
        }
    }
}
