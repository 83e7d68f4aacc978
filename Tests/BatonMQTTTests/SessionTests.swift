import BatonMQTT
import BatonTestKit
import Testing

struct SessionTests {
    @Test("A payload of 1 MiB arrives as it was sent", arguments: [Session.Version.v5, .v311])
    func largePayload(version: Session.Version) throws {
        let broker = try BrokerProcess()
        let pump = try Pump(Session.Configuration(broker, "echo", version: version))
        try pump.subscribe("large")
        let payload = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        _ = try pump.session.publish("large", payload, qos: 1)
        try pump.turn(until: { !$0.messages.isEmpty })
        #expect(pump.messages.map(\.payload) == [payload])
    }

    @Test("Messages keep their topic, QoS, retain flag, response topic and correlation data")
    func properties() throws {
        let broker = try BrokerProcess()
        let pump = try Pump(Session.Configuration(broker, "echo"))
        _ = try pump.session.publish(
            "request/ü", Array("?".utf8), qos: 1, retain: true, responseTopic: "answer", correlationData: [0, 255, 7])
        try pump.publish("request/other", "QoS 0", qos: 0, retain: true)
        try pump.subscribe("request/#")
        try pump.turn(until: { $0.messages.count == 2 })
        let first = try #require(pump.messages.first { $0.topic == "request/ü" })
        #expect(first.retain && first.qos == 1 && first.packetID != 0)
        #expect(first.responseTopic == "answer")
        #expect(first.correlationData == [0, 255, 7])
        let second = try #require(pump.messages.first { $0.topic == "request/other" })
        #expect(second.retain && second.qos == 0 && second.packetID == 0)
        #expect(second.responseTopic == nil && second.correlationData == nil)
    }

    @Test("An empty payload is a message too")
    func emptyPayload() throws {
        let broker = try BrokerProcess()
        let pump = try Pump(Session.Configuration(broker, "echo"))
        try pump.subscribe("empty")
        try pump.publish("empty", "")
        try pump.turn(until: { !$0.messages.isEmpty })
        #expect(pump.messages[0].payload.isEmpty)
    }

    @Test("With “retain as published” a subscriber sees that a live message was sent to be kept")
    func retainAsPublished() throws {
        let broker = try BrokerProcess()
        let pump = try Pump(Session.Configuration(broker, "echo"))
        try pump.subscribe("plain")
        try pump.subscribe("marked", options: .retainAsPublished)
        try pump.publish("plain", "x", retain: true)
        try pump.publish("marked", "x", retain: true)
        try pump.turn(until: { $0.messages.count == 2 })
        #expect(pump.messages.map { "\($0.topic) \($0.retain)" } == ["plain false", "marked true"])
    }

    @Test("The broker's reason for a publish is seen: nobody there, taken, not allowed, too large")
    func reasons() throws {
        let broker = try BrokerProcess(settings: ["message_size_limit 1000"], accessList: ["topic readwrite open/#"])
        let pump = try Pump(Session.Configuration(broker, "publisher"))
        #expect(try pump.publish("open/a", "x") == 0x10)
        try pump.subscribe("open/#")
        #expect(try pump.publish("open/a", "x") == 0)
        #expect(try pump.publish("closed", "x") == 0x87)
        #expect(try pump.publish("open/a", String(repeating: "x", count: 1001)) == 0x95)
    }

    @Test("A will is published when the client is gone without a goodbye, and not after one")
    func will() throws {
        let broker = try BrokerProcess()
        let watcher = try Pump(Session.Configuration(broker, "watcher"))
        try watcher.subscribe("state/+")
        var polite = Session.Configuration(broker, "polite")
        polite.will = Will(topic: "state/polite", payload: Array("gone".utf8), retain: true)
        try Pump(polite).leave()
        var rude = Session.Configuration(broker, "rude")
        rude.will = Will(topic: "state/rude", payload: Array("gone".utf8), retain: true)
        try Pump(rude).session.abandon()
        try watcher.turn(until: { !$0.messages.isEmpty })
        #expect(watcher.messages.map(\.topic) == ["state/rude"])
        #expect(watcher.texts == ["gone"])
    }

    @Test("A goodbye arrives although the broker is sending: no will is published")
    func goodbyeUnderLoad() throws {
        let broker = try BrokerProcess()
        let watcher = try Pump(Session.Configuration(broker, "watcher"))
        try watcher.subscribe("will")
        let flood = try Pump(Session.Configuration(broker, "flood"))
        for round in 1...20 {
            var leaving = Session.Configuration(broker, "leaving-\(round)")
            leaving.will = Will(topic: "will", payload: Array("round \(round)".utf8), retain: false)
            let pump = try Pump(leaving)
            try pump.subscribe("flood")
            // More than the sockets hold, of which nothing is read: the broker is in the middle of writing.
            for _ in 1...30 { _ = try flood.session.publish("flood", Array(repeating: 1, count: 100_000), qos: 0) }
            try flood.acknowledge()
            pump.leave()
        }
        // Wills are published when a connection ends, and so before what is sent afterwards.
        try flood.publish("will", "none")
        try watcher.turn(until: { $0.texts.last == "none" })
        #expect(watcher.texts == ["none"])
    }

    @Test("What is queued leaves before the goodbye")
    func disconnectFlushes() throws {
        let broker = try BrokerProcess()
        let watcher = try Pump(Session.Configuration(broker, "watcher"))
        try watcher.subscribe("last")
        let pump = try Pump(Session.Configuration(broker, "leaver"))
        _ = try pump.session.publish("last", Array(repeating: 7, count: 3 << 20), qos: 0)
        pump.leave()
        #expect(pump.session.descriptor == nil)
        try watcher.turn(until: { !$0.messages.isEmpty })
        #expect(watcher.messages[0].payload.count == 3 << 20)
    }

    @Test("A session left for a while gets what came meanwhile, one that starts clean does not")
    func sessionExpiry() throws {
        let broker = try BrokerProcess()
        let kept = Session.Configuration(broker, "kept", keeps: true)
        let clean = Session.Configuration(broker, "clean")
        for configuration in [kept, clean] {
            let pump = try Pump(configuration)
            try pump.subscribe("news")
            pump.leave()
        }
        try Pump(Session.Configuration(broker, "publisher")).publish("news", "x")
        let back = try Pump(kept)
        try back.turn(until: { !$0.messages.isEmpty })
        #expect(back.events.first == .connected(sessionPresent: true))
        let new = try Pump(clean)
        try new.publish("own", "x")
        #expect(new.events.first == .connected(sessionPresent: false))
        #expect(new.messages.isEmpty)
    }

    @Test("Arguments that MQTT cannot carry are refused, and the session goes on")
    func invalidArguments() throws {
        let broker = try BrokerProcess()
        let pump = try Pump(Session.Configuration(broker, "publisher"))
        for topic in ["", "a/+", "a/#", "a\0b", String(repeating: "x", count: 65_536)] {
            let error = #expect(throws: MQTTError.self) { _ = try pump.session.publish(topic, [], qos: 1) }
            #expect(error?.code == .invalidArgument && error?.isRetriable == false)
        }
        #expect(throws: MQTTError.self) { _ = try pump.session.publish("a", [], qos: 2) }
        #expect(throws: MQTTError.self) { _ = try pump.session.subscribe([], qos: 1) }
        #expect(throws: MQTTError.self) { _ = try pump.session.subscribe(["a/#/b"], qos: 1) }
        let tooLarge = [UInt8](repeating: 0, count: Session.maxPayloadBytes + 1)
        let error = #expect(throws: MQTTError.self) { _ = try pump.session.publish("a", tooLarge, qos: 1) }
        #expect(error?.code == .tooLarge)
        #expect(try pump.publish("a", "still there") == 0x10)
    }
}
