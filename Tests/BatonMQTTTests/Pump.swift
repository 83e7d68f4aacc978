import BatonMQTT
import BatonTestKit
import Testing

/// Turns the crank of one session, as its owner would, and keeps what it tells.
final class Pump {
    let session: Session
    private(set) var events: [SessionEvent] = []

    /// Connects; returns when the broker has accepted. What a kept session brings along is not acknowledged yet.
    init(_ configuration: Session.Configuration) throws {
        session = try Session(configuration)
        try session.connect()
        while !session.isConnected {
            try readOnce(timeoutMilliseconds: 50, maxMessages: 1)
            if !session.isConnected { try acknowledge() }
        }
    }

    var messages: [MQTTMessage] {
        events.compactMap { if case .message(let message) = $0 { message } else { nil } }
    }

    var texts: [String] { messages.map { String(decoding: $0.payload, as: UTF8.self) } }

    /// Acknowledges, writes and reads until `isDone`; throws ``TooSlow`` when it never is.
    func turn(until isDone: (Pump) -> Bool, within limit: Duration = .seconds(20)) throws {
        let deadline = ContinuousClock.now + limit
        while !isDone(self) {
            guard ContinuousClock.now < deadline else { throw TooSlow(limit: limit) }
            try acknowledge()
            if !isDone(self) { try readOnce(timeoutMilliseconds: 50) }
        }
        try acknowledge()
    }

    /// Waits for input and reads it; nothing is written.
    @discardableResult
    func readOnce(timeoutMilliseconds: Int = 5000, maxMessages: Int = 1000) throws -> Bool {
        guard let socket = session.descriptor else { throw MQTTError(.notConnected, "no socket") }
        let ready = try Readiness.wait([Interest(socket)], timeoutMilliseconds: timeoutMilliseconds)
        defer { events += session.takeEvents() }
        return ready[0].canRead ? try session.read(maxMessages: maxMessages, maxBytes: 64 << 20) : false
    }

    /// The last two steps of the loop: acknowledgements and publishes go out.
    func acknowledge() throws {
        session.releaseAcknowledgements()
        try session.write()
        events += session.takeEvents()
        try session.misc()
    }

    /// Goes with a goodbye.
    func leave() {
        session.releaseAcknowledgements()
        session.disconnect()
    }

    func subscribe(_ filter: String, options: SubscribeOptions = []) throws {
        let id = try session.subscribe([filter], qos: 1, options: options)
        try turn(until: { pump in
            pump.events.contains { if case .subscribed(id, _) = $0 { true } else { false } }
        })
    }

    func hasAnswer(to id: Int32) -> Bool {
        events.contains { if case .published(id, _) = $0 { true } else { false } }
    }

    /// Publishes and waits for the broker's answer.
    @discardableResult
    func publish(_ topic: String, _ text: String, qos: Int = 1, retain: Bool = false) throws -> Int {
        let id = try session.publish(topic, Array(text.utf8), qos: qos, retain: retain)
        var reason: Int?
        try turn(until: { pump in
            for case .published(id, let answer) in pump.events { reason = answer }
            return reason != nil
        })
        return try #require(reason)
    }
}

extension Session.Configuration {
    /// A session for a test: forgotten with its connection, unless `keeps`.
    init(_ broker: BrokerProcess, _ clientID: String, keeps: Bool = false, version: Session.Version = .v5) {
        self.init(host: "127.0.0.1", port: broker.port, clientID: clientID, cleanStart: !keeps)
        self.version = version
        if keeps { sessionExpirySeconds = 3600 }
    }
}
