import BatonMQTT
import BatonTestKit
import Testing

/// What the whole of Baton stands on: nothing is acknowledged before the owner says that it is safe.
struct AcknowledgementTests {
    @Test(
        "A message that was read by a process that dies before it writes is delivered again",
        arguments: [
            Session.Version.v5, .v311,
        ])
    func redelivery(version: Session.Version) throws {
        let broker = try BrokerProcess()
        let configuration = Session.Configuration(broker, "reader", keeps: true, version: version)
        try Pump(configuration).subscribe("work")
        let publisher = try Pump(Session.Configuration(broker, "publisher"))
        try publisher.publish("work", "one")

        for _ in 1...3 {
            let doomed = try Pump(configuration)
            while doomed.messages.isEmpty { try doomed.readOnce() }
            #expect(doomed.texts == ["one"])
            #expect(doomed.session.holdsAcknowledgements)
            doomed.session.abandon()
        }
        let survivor = try Pump(configuration)
        try survivor.turn(until: { !$0.messages.isEmpty })
        #expect(survivor.texts == ["one"])
        survivor.session.abandon()

        try publisher.publish("work", "two")
        let last = try Pump(configuration)
        try last.turn(until: { !$0.messages.isEmpty })
        #expect(last.texts == ["two"], "what was acknowledged is not delivered again")
    }

    @Test("Of many messages, exactly those whose acknowledgement was written stay away")
    func partialRedelivery() throws {
        let broker = try BrokerProcess()
        let configuration = Session.Configuration(broker, "reader", keeps: true)
        try Pump(configuration).subscribe("work")
        let publisher = try Pump(Session.Configuration(broker, "publisher"))
        let all = (1...500).map { "\($0)" }
        for text in all { _ = try publisher.session.publish("work", Array(text.utf8), qos: 1) }
        try publisher.turn(until: { pump in
            pump.events.count { if case .published = $0 { true } else { false } } == all.count
        })

        let doomed = try Pump(configuration)
        while doomed.messages.count < 6 { try doomed.readOnce(maxMessages: 1) }
        let acknowledged = doomed.texts
        // The answer to a publish that went out with the acknowledgements shows that the broker has both.
        let marker = try doomed.session.publish("elsewhere", [], qos: 1)
        try doomed.acknowledge()
        while !doomed.hasAnswer(to: marker) { try doomed.readOnce() }
        doomed.session.abandon()

        let survivor = try Pump(configuration)
        try survivor.turn(until: { $0.messages.count >= all.count - acknowledged.count })
        #expect(survivor.texts == Array(all.dropFirst(acknowledged.count)))
        #expect(doomed.messages.count > acknowledged.count)
    }

    @Test("Keep-alive between read and write lets no acknowledgement out")
    func keepAliveHolds() throws {
        let broker = try BrokerProcess()
        let configuration = Session.Configuration(broker, "reader", keeps: true)
        try Pump(configuration).subscribe("work")
        try Pump(Session.Configuration(broker, "publisher")).publish("work", "one")

        let doomed = try Pump(configuration)
        while doomed.messages.isEmpty { try doomed.readOnce() }
        try doomed.session.misc()
        _ = try doomed.session.publish("elsewhere", [1], qos: 1)
        doomed.session.abandon()

        let survivor = try Pump(configuration)
        try survivor.turn(until: { !$0.messages.isEmpty })
        #expect(survivor.texts == ["one"])
    }

    @Test("Writing before the acknowledgements are released traps")
    func writingTooEarlyTraps() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let listener = try Listener(backlog: 1)
            let connAck: [UInt8] = [0x20, 3, 0, 0, 0]
            try listener.answer(with: connAck)
            let pump = try Pump(
                Session.Configuration(host: "127.0.0.1", port: listener.port, clientID: "hasty", cleanStart: true))
            try pump.session.write()
        }
        let words = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(words.contains("write() between read() and releaseAcknowledgements()"))
    }
}
