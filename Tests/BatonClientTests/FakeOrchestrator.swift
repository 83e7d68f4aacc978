import BatonClient
import BatonMQTT
import BatonTestKit
import Synchronization

/// Answers requests over a real broker, as a test says.
final class FakeOrchestrator: Sendable {
    typealias Answer = @Sendable (Request, _ client: String) -> Reply.Body?

    let topics = Topics(namespace: "default")
    private let connection: Connection
    private let answer: Mutex<Answer>
    private let log = Mutex<[Request]>([])
    /// What could not be sent while there was no connection.
    private let backlog = Mutex<[@Sendable () throws -> Void]>([])

    /// The requests so far.
    var requests: [Request] { log.withLock { $0 } }

    /// - Parameter announces: publishes `online`, retained; the broker says `offline` when this goes.
    init(_ broker: BrokerProcess, announces: Bool = true, answer: @escaping Answer) async throws {
        self.answer = Mutex(answer)
        var session = Session.Configuration(
            host: "127.0.0.1", port: broker.port, clientID: "orchestrator", cleanStart: true)
        if announces {
            session.will = Will(topic: topics.orchestratorState, payload: Self.state(.offline), retain: true)
        }
        connection = try Connection(
            Connection.Configuration(session, subscriptions: [Connection.Subscription("baton/v1/default/req/+")]))
        try connection.start()
        let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
        let events = connection.events
        let connection = connection
        let topics = topics
        Task { [weak self] in
            for await event in events {
                switch event {
                case .connected:
                    if announces {
                        try? connection.send(topics.orchestratorState, Self.state(.online), retain: true)
                    }
                    self?.flush()
                    isReady.yield()
                case .message(let message): self?.receive(message)
                case .refused, .disconnected: break
                }
            }
        }
        try await within { for await _ in ready { return } }
    }

    private static func state(_ state: OrchestratorState.State) -> [UInt8] {
        OrchestratorState(state: state, store: "fake", epoch: 1, version: "0").encode()
    }

    private func receive(_ message: MQTTMessage) {
        guard case .request(let client) = topics.parse(message.topic),
            let request = try? Request.decode(message.payload)
        else { return }
        log.withLock { $0.append(request) }
        guard let body = answer.withLock({ $0 })(request, client) else { return }
        send(topics.reply(client), Reply(requestID: request.id, body).encode())
    }

    /// Sends now, or once the connection is back.
    func send(_ topic: String, _ payload: [UInt8], qos: Int = 1, retain: Bool = false) {
        let connection = connection
        backlog.withLock { $0.append { try connection.send(topic, payload, qos: qos, retain: retain) } }
        flush()
    }

    private func flush() {
        backlog.withLock { backlog in
            while let first = backlog.first {
                do { try first() } catch { return }
                backlog.removeFirst()
            }
        }
    }

    func stop() async { await connection.stop() }
}

extension ClientConfiguration {
    /// A client of the test's broker, less patient than a person.
    init(_ broker: BrokerProcess, timeout: Duration = .seconds(10)) {
        self.init(broker: BrokerAddress(port: broker.port))
        self.timeout = timeout
        resendInterval = .milliseconds(200)
    }
}

/// The error that `body` throws.
func clientError(_ body: () async throws -> Void) async -> ClientError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ClientError
    }
}
