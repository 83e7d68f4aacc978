import BatonMQTT
import BatonMessages
import Glibc
import Logging
import ServiceLifecycle

/// An agent: it connects, says which roles it serves, and calls a handler for each task that it is given.
///
/// ```swift
/// var configuration = AgentConfiguration(id: "ann", roles: ["analyst"])
/// configuration.broker = try BrokerAddress(parsing: "mqtt://127.0.0.1:1883")
/// let agent = try Agent(configuration) { context in
///     let brief = try await think(about: context.command)
///     return .completed(
///         summary: "wrote the brief", artifacts: [ArtifactDocument(name: "brief.md", body: .text(brief))])
/// }
/// try await agent.run()
/// ```
///
/// It keeps all that `docs/protocol.md` asks of an agent: it claims and renews its leases, keeps a result until it is
/// acknowledged and sends it again, does the same work once, drops what is cancelled, and comes back by itself when the
/// broker or the orchestrator was away.
///
/// As a `Service`, on a graceful shutdown it takes nothing new, lets its tasks finish for
/// ``AgentConfiguration/drainTimeout``, hands back the rest, and goes offline. When its task is cancelled it does that
/// without waiting.
public final class Agent: Service {
    /// Does one task. It runs beside the handlers of the other slots, and is cancelled when the task is.
    ///
    /// What it throws makes the attempt fail; another may follow. A handler should return soon after it was cancelled:
    /// until then it takes up a slot.
    public typealias Handler = @Sendable (TaskContext) async throws -> TaskOutcome

    public let configuration: AgentConfiguration
    private let logger: Logger
    private let handler: Handler
    private let told: Told

    public convenience init(
        _ configuration: AgentConfiguration, logger: Logger = Logger(label: "baton.agent"),
        handler: @escaping Handler
    ) throws(AgentError) {
        try self.init(configuration, logger: logger, told: { _ in }, handler: handler)
    }

    /// Is called with every acknowledgement that arrives, before anything follows from it: for tests that compare what
    /// an agent was promised with what is stored.
    package typealias Told = @Sendable (AckNotice) -> Void

    package init(
        _ configuration: AgentConfiguration, logger: Logger, told: @escaping Told, handler: @escaping Handler
    ) throws(AgentError) {
        try configuration.check()
        self.configuration = configuration
        self.logger = logger
        self.told = told
        self.handler = handler
    }

    /// Serves until it is told to stop.
    ///
    /// - Throws: ``AgentError`` when the configuration cannot work or the broker refuses this agent's first connection.
    public func run() async throws {
        let epoch = Self.wallClockMilliseconds
        let topics = Topics(namespace: configuration.namespace)
        let connection: Connection
        do throws(MQTTError) {
            connection = try Connection(
                Connection.Configuration(
                    configuration.session(epoch: epoch),
                    subscriptions: topics.agentFilters(configuration.id).map { Connection.Subscription($0) }))
            try connection.start()
        } catch { throw AgentError(.configuration, error.cause) }
        let driver = AgentDriver(
            configuration, epoch: epoch, connection: connection, logger: logger, told: told, handler: handler)
        let failure: AgentError? = await withGracefulShutdownHandler {
            do throws(AgentError) {
                for await event in connection.events { try await driver.handle(event) }
                return nil
            } catch { return error }
        } onGracefulShutdown: {
            Task { await driver.drain() }
        }
        // In a task of its own, which is not cancelled with this one.
        await Task { await driver.finish() }.value
        if let failure { throw failure }
    }

    /// The agent's epoch, which grows with each start of it.
    private static var wallClockMilliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
