import Synchronization

/// A connection that comes back by itself, for clients and agents: a ``Session`` on a thread of its own, a new one with
/// growing delays after each loss, with the subscriptions made again on each.
///
/// It repeats nothing that was sent: what was in flight when a connection broke is dropped, ``Event/connected`` tells
/// the owner to send again what still matters. One way to resend, not two. It lives until ``stop(within:)``.
///
/// ```swift
/// let connection = try Connection(Connection.Configuration(session, subscriptions: [Subscription("rsp/me")]))
/// try connection.start()
/// for await event in connection.events {
///     switch event {
///     case .connected: try connection.send("req/me", request)
///     case .message(let message): …
///     case .refused, .disconnected: …
///     }
/// }
/// ```
public final class Connection: Sendable {
    public struct Subscription: Sendable, Hashable {
        public var filter: String
        public var qos: Int

        public init(_ filter: String, qos: Int = 1) {
            self.filter = filter
            self.qos = qos
        }
    }

    public struct Configuration: Sendable {
        public var session: Session.Configuration
        public var subscriptions: [Subscription]
        public var backoff = Backoff()
        /// Events that wait for the reader of ``Connection/events``; beyond, nothing is read from the broker. A reader
        /// that stays away for longer than the keep-alive loses the connection.
        public var maxWaitingEvents = 1024
        /// Messages, and bytes of their payloads, that wait to be sent; beyond, ``Connection/send(_:_:qos:retain:)``
        /// throws.
        public var maxQueuedMessages = 10_000
        public var maxQueuedBytes = 64 << 20

        public init(_ session: Session.Configuration, subscriptions: [Subscription] = []) {
            self.session = session
            self.subscriptions = subscriptions
        }
    }

    public enum Event: Sendable, Equatable {
        /// A connection stands and the subscriptions are on their way; what is sent from now on comes after them.
        case connected(sessionPresent: Bool)
        case message(MQTTMessage)
        /// The broker did not take a QoS 1 message, or refused a filter, or the library would not send it.
        case refused(topic: String, reason: MQTTError)
        /// No connection, or no longer one. The next try comes in `retryAfter`, also when the error says that trying
        /// again is pointless: the broker's configuration may change. ``Connection/stop(within:)`` gives up.
        case disconnected(MQTTError, retryAfter: Duration)
    }

    struct Outgoing: Sendable {
        var topic: String
        var payload: [UInt8]
        var qos: Int
        var retain: Bool
        var userProperties: [String: String]
    }

    enum Phase {
        case idle
        case running
        case stopping(deadline: ContinuousClock.Instant)
        case stopped
    }

    struct State {
        var phase = Phase.idle
        var session: Session.Configuration
        var wantsReconnect = false
        var isConnected = false
        var outgoing: [Outgoing] = []
        var outgoingBytes = 0
        var subscriptions: [Subscription]
        var newSubscriptions: [Subscription] = []
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    let configuration: Configuration
    let state: Mutex<State>
    let wakeup: Wakeup
    let mailbox: Mailbox<Event>

    public init(_ configuration: Configuration) throws(MQTTError) {
        try configuration.session.check()
        let wakeup = try Wakeup()
        self.configuration = configuration
        self.wakeup = wakeup
        state = Mutex(State(session: configuration.session, subscriptions: configuration.subscriptions))
        mailbox = Mailbox(limit: configuration.maxWaitingEvents) { wakeup.signal() }
    }

    /// Starts the thread. A second call does nothing.
    public func start() throws(MQTTError) {
        let isFirst = state.withLock { state in
            guard case .idle = state.phase else { return false }
            state.phase = .running
            return true
        }
        guard isFirst else { return }
        try DedicatedThread.run(named: "baton-mqtt") { [self] in run() }
    }

    /// What happens, in order, for one reader; ends after ``stop(within:)``.
    public var events: Events { Events(mailbox: mailbox) }

    public struct Events: AsyncSequence, AsyncIteratorProtocol, Sendable {
        let mailbox: Mailbox<Event>

        public func makeAsyncIterator() -> Events { self }
        public func next() async -> Event? { await mailbox.next() }
    }

    public var isConnected: Bool { state.withLock { $0.isConnected } }

    /// Queues a message for the standing connection; may be called from any thread.
    ///
    /// - Throws: ``MQTTError/Code/notConnected`` when there is none: wait for ``Event/connected(sessionPresent:)``.
    ///   ``MQTTError/Code/queueFull`` when too much waits already.
    ///
    /// - Parameter userProperties: go along where the protocol has such, on MQTT 5.
    public func send(
        _ topic: String, _ payload: [UInt8], qos: Int = 1, retain: Bool = false, userProperties: [String: String] = [:]
    ) throws(MQTTError) {
        let error = state.withLock { state -> MQTTError? in
            guard state.isConnected else { return MQTTError(.notConnected, "not connected to the broker") }
            guard state.outgoing.count < configuration.maxQueuedMessages,
                state.outgoingBytes + payload.count <= configuration.maxQueuedBytes
            else { return MQTTError(.queueFull, "\(state.outgoing.count) messages wait to be sent") }
            state.outgoing.append(
                Outgoing(topic: topic, payload: payload, qos: qos, retain: retain, userProperties: userProperties))
            state.outgoingBytes += payload.count
            return nil
        }
        if let error { throw error }
        wakeup.signal()
    }

    /// Adds subscriptions, for this connection and every later one.
    public func subscribe(_ subscriptions: [Subscription]) {
        state.withLock { state in
            let new = subscriptions.filter { !state.subscriptions.contains($0) }
            state.subscriptions += new
            if state.isConnected { state.newSubscriptions += new }
        }
        wakeup.signal()
    }

    /// Says goodbye and connects again with other settings: another will, other credentials.
    public func reconnect(with session: Session.Configuration) throws(MQTTError) {
        try session.check()
        state.withLock { state in
            state.session = session
            state.wantsReconnect = true
        }
        wakeup.signal()
    }

    /// Sends what is queued, waits until the broker took it, says goodbye and ends the thread and ``events``.
    ///
    /// - Parameter limit: for the sending; without a connection it ends at once.
    public func stop(within limit: Duration = .seconds(5)) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                switch state.phase {
                case .idle:
                    state.phase = .stopped
                    return true
                case .stopped:
                    return true
                case .running:
                    state.phase = .stopping(deadline: .now + limit)
                case .stopping:
                    break
                }
                state.stopWaiters.append(continuation)
                return false
            }
            if isOver {
                mailbox.finish()
                continuation.resume()
            } else {
                wakeup.signal()
            }
        }
    }
}
