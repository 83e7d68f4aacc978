import BatonMQTT
import BatonTestKit
import Glibc
import Testing

struct ConnectingTests {
    @Test("Nobody listening is an error that trying again can cure")
    func nobodyListens() throws {
        let session = try Session(
            Session.Configuration(host: "127.0.0.1", port: try freePort(), clientID: "c", cleanStart: true))
        let error = #expect(throws: MQTTError.self) { try session.connect() }
        #expect(error?.code == .cannotConnect && error?.isRetriable == true)
        #expect(error?.cause.contains("Connection refused") == true)
    }

    @Test("A broker that is stopped as soon as it listens ends", .timeLimit(.minutes(1)))
    func stoppedAtOnce() throws {
        for _ in 1...20 {
            let broker = try BrokerProcess()
            broker.stop()
            #expect(!accepts(port: broker.port))
        }
    }

    @Test("A host that does not exist is named")
    func unknownHost() throws {
        let session = try Session(Session.Configuration(host: "no-such-host.invalid", clientID: "c", cleanStart: true))
        let error = #expect(throws: MQTTError.self) { try session.connect() }
        #expect(error?.code == .cannotConnect)
    }

    @Test("A host that does not answer the TCP handshake costs the connect timeout, not minutes")
    func silentHost() throws {
        let listener = try Listener(backlog: 0)
        // The queue of a listener that accepts nobody is full after one or two; further handshakes stay unanswered.
        let fillers = try (0..<3).map { _ in try listener.startConnecting() }
        defer { for filler in fillers { close(filler) } }
        var configuration = Session.Configuration(
            host: "127.0.0.1", port: listener.port, clientID: "c", cleanStart: true)
        configuration.connectTimeout = .milliseconds(300)
        let session = try Session(configuration)
        let start = ContinuousClock.now
        let error = #expect(throws: MQTTError.self) { try session.connect() }
        #expect(error?.code == .cannotConnect)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("A server that takes the connection and says nothing is given up")
    func silentServer() throws {
        let listener = try Listener(backlog: 8)
        var configuration = Session.Configuration(
            host: "127.0.0.1", port: listener.port, clientID: "c", cleanStart: true)
        configuration.connectTimeout = .milliseconds(200)
        let error = #expect(throws: MQTTError.self) { _ = try Pump(configuration) }
        #expect(error?.code == .cannotConnect && error?.isRetriable == true)
    }

    @Test("A refused login is an error that trying again cannot cure", arguments: [Session.Version.v5, .v311])
    func refusedLogin(version: Session.Version) throws {
        let broker = try BrokerProcess(settings: ["allow_anonymous false"])
        let error = #expect(throws: MQTTError.self) {
            _ = try Pump(Session.Configuration(broker, "stranger", version: version))
        }
        #expect(error?.code == .refused && error?.isRetriable == false)
        #expect(error?.reason == (version == .v5 ? 0x87 : 0x05))
    }

    @Test("A broker that dies is noticed by the next read", arguments: [true, false])
    func lostBroker(isKilled: Bool) throws {
        let broker = try BrokerProcess()
        let pump = try Pump(Session.Configuration(broker, "client"))
        if isKilled { broker.kill() } else { broker.stop() }
        let error = #expect(throws: MQTTError.self) { try pump.turn(until: { _ in false }) }
        #expect(error?.code == .connectionLost && error?.isRetriable == true)
        #expect(!pump.session.isConnected && pump.session.descriptor == nil)
    }

    @Test("Another client with the same name ends the session")
    func takenOver() throws {
        let broker = try BrokerProcess()
        let first = try Pump(Session.Configuration(broker, "twin"))
        let second = try Pump(Session.Configuration(broker, "twin"))
        let error = #expect(throws: MQTTError.self) { try first.turn(until: { _ in false }) }
        #expect(error?.code == .connectionLost && error?.isRetriable == true)
        #expect(second.session.isConnected)
    }

    @Test("A broker that ends the session with a reason is quoted")
    func brokerDisconnects() throws {
        let listener = try Listener(backlog: 1)
        let connAck: [UInt8] = [0x20, 3, 0, 0, 0]
        let disconnect: [UInt8] = [0xE0, 1, 0x8E]
        try listener.answer(with: connAck + disconnect)
        let pump = try Pump(
            Session.Configuration(host: "127.0.0.1", port: listener.port, clientID: "twin", cleanStart: true))
        let error = #expect(throws: MQTTError.self) { try pump.turn(until: { _ in false }) }
        #expect(error?.code == .connectionLost && error?.reason == 0x8E)
        #expect(error?.cause.contains("taken over") == true)
    }

    @Test("A packet over the limit that the broker announced is not sent")
    func announcedLimit() throws {
        let broker = try BrokerProcess(settings: ["max_packet_size 1000"])
        let pump = try Pump(Session.Configuration(broker, "client"))
        let error = #expect(throws: MQTTError.self) {
            try pump.publish("topic", String(repeating: "x", count: 1001))
        }
        #expect(error?.code == .tooLarge)
        #expect(try pump.publish("topic", "x") == 0x10)
    }

    @Test("A broker that hangs with its connections open is given up after two keep-alives")
    func hangingBroker() async throws {
        let broker = try BrokerProcess()
        try await onThread {
            var configuration = Session.Configuration(broker, "client")
            configuration.keepAliveSeconds = 5
            let pump = try Pump(configuration)
            broker.suspend()
            defer { broker.resume() }
            let error = #expect(throws: MQTTError.self) { try pump.turn(until: { _ in false }) }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test("A configuration that cannot work is refused before anything happens")
    func invalidConfigurations() {
        func change(_ body: (inout Session.Configuration) -> Void) -> Session.Configuration {
            var configuration = Session.Configuration(host: "localhost", clientID: "c", cleanStart: true)
            body(&configuration)
            return configuration
        }
        let wrong = [
            change { $0.host = "" }, change { $0.port = 0 }, change { $0.clientID = "" },
            change { $0.clientID = "a\0b" },
            change { $0.keepAliveSeconds = 4 }, change { $0.password = "secret" }, change { $0.sendMaximum = 0 },
            change { $0.will = Will(topic: "a/#", payload: [], retain: false) },
            change { $0.tls = Session.TLS(authorityFile: "/no/such/file") },
        ]
        for configuration in wrong {
            let error = #expect(throws: MQTTError.self) { _ = try Session(configuration) }
            #expect(error?.code == .invalidArgument)
        }
    }
}
