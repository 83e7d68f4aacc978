import BatonMQTT
import BatonTestKit
import Testing

struct ConnectionTests {
    @Test("After the broker was killed and came back, the connection is back with its subscriptions")
    func reconnects() async throws {
        let broker = try BrokerProcess()
        let connection = try connection(broker, "client", ["news"])
        try await connection.wait { if case .connected = $0 { true } else { false } }
        try connection.send("news", Array("before".utf8))
        try await connection.wait { $0.text == "before" }

        broker.kill()
        try await connection.wait { if case .disconnected = $0 { true } else { false } }
        #expect(throws: MQTTError.self) { try connection.send("news", []) }
        try broker.start()
        try await connection.wait { if case .connected = $0 { true } else { false } }
        try connection.send("news", Array("after".utf8))
        try await connection.wait { $0.text == "after" }
        await connection.stop()
    }

    @Test("A connection that is started before its broker waits for it")
    func startsFirst() async throws {
        let broker = try BrokerProcess()
        broker.stop()
        let connection = try connection(broker, "client", [])
        let error = try await connection.wait { event in
            if case .disconnected = event { true } else { false }
        }
        guard case .disconnected(let cause, let delay) = error else { return }
        #expect(cause.code == .cannotConnect)
        #expect(delay >= .milliseconds(50) && delay <= .milliseconds(100))
        try broker.start()
        try await connection.wait { if case .connected = $0 { true } else { false } }
        await connection.stop()
    }

    @Test("Stopping sends what was queued, says goodbye and ends the events")
    func stopFlushes() async throws {
        let broker = try BrokerProcess()
        let watcher = try connection(broker, "watcher", ["data", "will"])
        try await watcher.wait { if case .connected = $0 { true } else { false } }
        var configuration = Session.Configuration(broker, "leaver")
        configuration.will = Will(topic: "will", payload: [], retain: false)
        let leaver = try Connection(Connection.Configuration(configuration))
        try leaver.start()
        try await leaver.wait { if case .connected = $0 { true } else { false } }
        for number in 1...500 { try leaver.send("data", Array("\(number)".utf8)) }
        await leaver.stop()
        for number in 1...500 { try await watcher.wait { $0.text == "\(number)" } }
        try await within { for await _ in leaver.events {} }
        try watcher.send("will", Array("marker".utf8))
        let last = try await watcher.wait {
            if case .message(let message) = $0 { message.topic == "will" } else { false }
        }
        #expect(last.text == "marker", "the will was not published")
        await watcher.stop()
    }

    @Test("A slow reader slows the broker down and loses nothing")
    func backPressure() async throws {
        let broker = try BrokerProcess()
        var configuration = Connection.Configuration(
            Session.Configuration(broker, "reader"), subscriptions: [Connection.Subscription("data")])
        configuration.maxWaitingEvents = 8
        configuration.session.receiveMaximum = 16
        let reader = try Connection(configuration)
        try reader.start()
        try await reader.wait { if case .connected = $0 { true } else { false } }
        let writer = try connection(broker, "writer", [])
        try await writer.wait { if case .connected = $0 { true } else { false } }
        for number in 1...2000 { try writer.send("data", Array("\(number)".utf8)) }
        await writer.stop()
        let numbers = try await within {
            var numbers: [String] = []
            for await event in reader.events {
                if let text = event.text { numbers.append(text) }
                if numbers.count == 2000 { break }
                await Task.yield()
            }
            return numbers
        }
        #expect(numbers == (1...2000).map { "\($0)" })
        await reader.stop()
    }

    @Test("The queue for sending is bounded")
    func boundedQueue() async throws {
        let broker = try BrokerProcess()
        var configuration = Connection.Configuration(Session.Configuration(broker, "writer"))
        configuration.maxQueuedBytes = 1000
        let connection = try Connection(configuration)
        try connection.start()
        try await connection.wait { if case .connected = $0 { true } else { false } }
        let error = #expect(throws: MQTTError.self) {
            try connection.send("data", [UInt8](repeating: 0, count: 1001))
        }
        #expect(error?.code == .queueFull)
        await connection.stop()
    }

    @Test("What the library or the broker will not send is reported, and the connection goes on")
    func refusals() async throws {
        let broker = try BrokerProcess()
        let connection = try connection(broker, "client", ["news", "wrong/#/filter"])
        let filter = try await connection.wait { if case .refused = $0 { true } else { false } }
        #expect(filter == .refused(topic: "news", reason: filter.reason!) || filter.topic == "wrong/#/filter")
        try await connection.wait { if case .connected = $0 { true } else { false } }
        try connection.send("wrong/+", [])
        let publish = try await connection.wait { $0.topic == "wrong/+" }
        #expect(publish.reason?.code == .invalidArgument)
        connection.subscribe([Connection.Subscription("later")])
        try connection.send("later", Array("x".utf8))
        try await connection.wait { $0.text == "x" }
        await connection.stop()
    }

    @Test("Stopping a connection that never started, or twice, ends at once")
    func stopTwice() async throws {
        let broker = try BrokerProcess()
        let idle = try Connection(Connection.Configuration(Session.Configuration(broker, "idle")))
        await idle.stop()
        await idle.stop()
        try await within { for await _ in idle.events {} }
    }

    private func connection(_ broker: BrokerProcess, _ id: String, _ filters: [String]) throws -> Connection {
        let connection = try Connection(
            Connection.Configuration(
                Session.Configuration(broker, id), subscriptions: filters.map { Connection.Subscription($0) }))
        try connection.start()
        return connection
    }
}

extension Connection {
    /// The next event that fits; others are passed over.
    @discardableResult
    fileprivate func wait(for fits: @escaping @Sendable (Event) -> Bool) async throws -> Event {
        try await within {
            for await event in self.events where fits(event) { return event }
            throw MQTTError(.notConnected, "the events ended")
        }
    }
}

extension Connection.Event {
    fileprivate var text: String? {
        guard case .message(let message) = self else { return nil }
        return String(decoding: message.payload, as: UTF8.self)
    }

    fileprivate var topic: String? {
        guard case .refused(let topic, _) = self else { return nil }
        return topic
    }

    fileprivate var reason: MQTTError? {
        guard case .refused(_, let reason) = self else { return nil }
        return reason
    }
}
