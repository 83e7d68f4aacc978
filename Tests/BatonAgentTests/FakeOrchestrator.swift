import BatonAgent
import BatonMQTT
import BatonMessages
import BatonTestKit
import Testing

/// Plays the orchestrator's part against one agent, message by message.
final class FakeOrchestrator: Sendable {
    enum Heard: Sendable, Equatable {
        case presence(Presence)
        case beat(Beat)
        case decline(Decline)
        case result(TaskResult)
        case get(ArtifactGet)
    }

    let topics = Topics(namespace: "default")
    private let agent: String
    private let connection: Connection

    init(_ broker: BrokerProcess, agent: String = "ann") async throws {
        self.agent = agent
        var session = Session.Configuration(
            host: "127.0.0.1", port: broker.port, clientID: "baton-default", cleanStart: true)
        session.connectTimeout = .seconds(2)
        connection = try Connection(
            Connection.Configuration(
                session, subscriptions: topics.orchestratorFilters.map { Connection.Subscription($0) }))
        try connection.start()
        try await connected()
    }

    func stop() async { await connection.stop() }

    func connected() async throws {
        let connection = connection
        try await within {
            for await event in connection.events { if case .connected = event { return } }
        }
    }

    // MARK: Saying

    func says(_ command: TaskCommand) throws { try connection.send(topics.task(agent), command.encode()) }
    func says(control: [UInt8]) throws { try connection.send(topics.control(agent), control) }
    func says(_ range: ArtifactRange) throws { try connection.send(topics.artifact(agent), range.encode()) }
    func says(task payload: String, retain: Bool = false) throws {
        try connection.send(topics.task(agent), Array(payload.utf8), retain: retain)
    }
    func saysState(epoch: Int64) throws {
        try connection.send(topics.orchestratorState, Samples.orchestrator(epoch), retain: true)
    }
    /// In the agent's name, as a late will of it would.
    func forges(_ presence: Presence) throws {
        try connection.send(topics.agentState(agent), presence.encode(), retain: true)
    }

    // MARK: Hearing

    /// The next message that fits; others are passed over.
    @discardableResult
    func hears<Value: Sendable>(_ pick: @escaping @Sendable (Heard) -> Value?) async throws -> Value {
        let (connection, topics) = (connection, topics)
        return try await within {
            for await event in connection.events {
                guard case .message(let message) = event, let heard = try Self.read(message, topics) else { continue }
                if let value = pick(heard) { return value }
            }
            throw MQTTError(.notConnected, "the events ended")
        }
    }

    func hears(_ state: Presence.State) async throws -> Presence {
        try await hears { if case .presence(let presence) = $0, presence.state == state { presence } else { nil } }
    }
    func hearsResult() async throws -> TaskResult {
        try await hears { if case .result(let result) = $0 { result } else { nil } }
    }
    func hearsBeat() async throws -> Beat { try await hears { if case .beat(let beat) = $0 { beat } else { nil } } }
    func hearsDecline() async throws -> Decline {
        try await hears { if case .decline(let decline) = $0 { decline } else { nil } }
    }
    func hearsGet() async throws -> ArtifactGet { try await hears { if case .get(let get) = $0 { get } else { nil } } }

    private static func read(_ message: MQTTMessage, _ topics: Topics) throws -> Heard? {
        switch topics.parse(message.topic) {
        case .agentState: .presence(try Presence.decode(message.payload))
        case .beat: .beat(try Beat.decode(message.payload))
        case .decline: .decline(try Decline.decode(message.payload))
        case .result: .result(try TaskResult.decode(message.payload))
        case .get: .get(try ArtifactGet.decode(message.payload))
        default: nil
        }
    }
}
