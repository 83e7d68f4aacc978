import BatonClient
import BatonMQTT
import Synchronization

/// Plays the orchestrator's part against one agent, and keeps all that it hears, with the time.
final class PretendOrchestrator: Sendable {
    struct Heard: Sendable {
        let at: ContinuousClock.Instant
        let address: TopicAddress
        let payload: [UInt8]
    }

    let topics: Topics
    private let connection: Connection
    private let port: Int
    private let inbox = Mutex<[Heard]>([])
    private let reader = Mutex<Task<Void, Never>?>(nil)

    init(port: Int, namespace: String) async throws {
        self.port = port
        topics = Topics(namespace: namespace)
        connection = try Self.connection(
            port, as: "baton-\(namespace)", topics.orchestratorFilters.filter { !$0.hasSuffix("mark") })
        try connection.start()
        let (connection, topics) = (connection, topics)
        for await event in connection.events { if case .connected = event { break } }
        reader.withLock {
            $0 = Task { [weak self] in
                for await event in connection.events {
                    guard case .message(let message) = event, let address = topics.parse(message.topic) else {
                        continue
                    }
                    self?.inbox.withLock { $0.append(Heard(at: .now, address: address, payload: message.payload)) }
                }
            }
        }
    }

    func stop() async { await connection.stop() }

    private static func connection(_ port: Int, as client: String, _ filters: [String] = []) throws -> Connection {
        let session = Session.Configuration(host: "127.0.0.1", port: port, clientID: client, cleanStart: true)
        return try Connection(.init(session, subscriptions: filters.map { Connection.Subscription($0) }))
    }

    // MARK: Saying

    func say(_ topic: String, _ payload: [UInt8], retain: Bool = false) throws {
        try connection.send(topic, payload, retain: retain)
    }

    // MARK: Hearing

    /// How much has been heard: what comes later is behind it.
    var mark: Int { inbox.withLock { $0.count } }

    /// Everything behind a mark that fits.
    func all<Value>(since mark: Int, _ pick: (Heard) -> Value?) -> [Value] {
        inbox.withLock { $0.dropFirst(mark) }.compactMap(pick)
    }

    /// The first that fits; nil when there is none in time.
    func hear<Value>(since mark: Int, within limit: Duration, _ pick: (Heard) -> Value?) async throws -> Value? {
        var mark = mark
        return try await hear(behind: &mark, within: limit, pick)
    }

    /// The same, and moves the mark behind it.
    func hear<Value>(
        behind mark: inout Int, within limit: Duration, _ pick: (Heard) -> Value?
    ) async throws -> Value? {
        let deadline = ContinuousClock.now + limit
        while true {
            while let heard = inbox.withLock({ $0.count > mark ? $0[mark] : nil }) {
                mark += 1
                if let value = pick(heard) { return value }
            }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// What the broker keeps on a topic; nil when it is nothing.
    func retained(_ topic: String) async throws -> [UInt8]? {
        let reader = try Self.connection(port, as: "check-agent-reader", [topic])
        try reader.start()
        let answer = Task { () -> [UInt8]? in
            for await event in reader.events {
                if case .message(let message) = event, message.retain { return message.payload }
            }
            return nil
        }
        let limit = Task {
            try await Task.sleep(for: .seconds(2))
            await reader.stop(within: .zero)
        }
        let payload = await answer.value
        limit.cancel()
        await reader.stop(within: .zero)
        return payload
    }

    /// Takes over the connection of the client with this id, as a broker that lost the old one would see it.
    func cut(_ client: String) async throws {
        let intruder = try Self.connection(port, as: client)
        try intruder.start()
        for await event in intruder.events { if case .connected = event { break } }
        await intruder.stop(within: .zero)
    }
}
