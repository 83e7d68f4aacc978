import BatonMQTT
import BatonMessages

/// Asks an orchestrator, and watches its runs.
///
/// ```swift
/// let client = try await Client.connect(ClientConfiguration())
/// let started = try await client.start(StartRequest(workflow: "greenfield-fullstack", inputs: ["idea": "…"]))
/// for await update in try await client.watch(started.run) { … }
/// await client.stop()
/// ```
///
/// It holds one connection, which comes back by itself. A request is sent again, under its id, after each reconnect and
/// every few seconds: the orchestrator answers the same request once and the same.
public actor Client {
    public nonisolated let configuration: ClientConfiguration
    /// The client's segment in topics.
    public nonisolated let name: String
    nonisolated let topics: Topics
    let connection: Connection

    enum Link {
        case connecting
        case up
        case down(MQTTError)
        case stopped
    }

    struct Pending {
        let payload: [UInt8]
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Result<Reply, ClientError>, Never>
        let timer: Task<Void, Never>
    }

    var link = Link.connecting
    /// Whether the broker took this client once: from then on it waits for it to come back.
    var wasUp = false
    var linkWaiters: [Int: CheckedContinuation<ClientError?, Never>] = [:]
    /// Requests without an answer, by their ids.
    var pending: [String: Pending] = [:]
    var watches: [Int: RunWatch] = [:]
    var lastOrchestrator: OrchestratorState?
    /// Every run and open question, once somebody asked for it.
    var overview = Overview()
    var overviewWatches: [Int: AsyncStream<Overview>.Continuation] = [:]
    var orchestratorWaiters: [Int: CheckedContinuation<Void, Never>] = [:]
    /// Who waits for the next message that the orchestrator sends itself.
    var markWaiters: [Int: CheckedContinuation<Int64?, Never>] = [:]
    var lastNumber = 0

    private init(_ configuration: ClientConfiguration) throws(ClientError) {
        guard Topics.isName(configuration.namespace), configuration.name.map(Topics.isName) ?? true else {
            throw ClientError(
                .invalidArgument, "a namespace or a client's name has 1–128 letters, digits, hyphens and underscores")
        }
        let clientID = "cli-" + Self.randomID()
        let name = configuration.resolvedName(random: clientID)
        let topics = Topics(namespace: configuration.namespace)
        let tls = Session.TLS(
            authorityFile: configuration.authorityFile, certificateFile: configuration.certificateFile,
            keyFile: configuration.keyFile)
        var session = Session.Configuration(configuration.broker, clientID: clientID, tls: tls, cleanStart: true)
        session.version = configuration.usesMQTT311 ? .v311 : .v5
        do throws(MQTTError) {
            connection = try Connection(
                Connection.Configuration(
                    session,
                    subscriptions: [
                        Connection.Subscription(topics.reply(name)), Connection.Subscription(topics.orchestratorState),
                    ]))
        } catch {
            throw ClientError(error, broker: configuration.broker)
        }
        self.configuration = configuration
        self.name = name
        self.topics = topics
    }

    deinit {
        let connection = connection
        Task { await connection.stop() }
    }

    /// Connects; returns once the broker took the client and its subscriptions are on their way.
    public static func connect(_ configuration: ClientConfiguration) async throws(ClientError) -> Client {
        let client = try Client(configuration)
        do throws(ClientError) { try await client.open() } catch {
            await client.stop()
            throw error
        }
        return client
    }

    private func open() async throws(ClientError) {
        do throws(MQTTError) { try connection.start() } catch {
            throw ClientError(error, broker: configuration.broker)
        }
        let events = connection.events
        Task { [weak self] in
            for await event in events { await self?.handle(event) }
        }
        if let error = await linkUp(within: configuration.timeout) { throw error }
    }

    /// Says goodbye to the broker. Whoever still waits for an answer gets an error; streams end.
    public func stop() async {
        link = .stopped
        let error = ClientError(.stopped, "the client was stopped")
        for id in Array(pending.keys) { complete(id, .failure(error)) }
        resumeLinkWaiters(with: error)
        for waiter in orchestratorWaiters.values { waiter.resume() }
        orchestratorWaiters = [:]
        for waiter in markWaiters.values { waiter.resume(returning: nil) }
        markWaiters = [:]
        for watch in watches.values { watch.continuation.finish() }
        watches = [:]
        for watch in overviewWatches.values { watch.finish() }
        overviewWatches = [:]
        await connection.stop()
    }

    /// 80 random bits in 16 characters.
    static func randomID() -> String {
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567")
        return String((0..<16).map { _ in digits.randomElement()! })
    }

    func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    // MARK: Waiting for the broker

    /// nil once the broker took this client.
    private func linkUp(within limit: Duration) async -> ClientError? {
        if case .up = link { return nil }
        let number = nextNumber()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: ClientError(.stopped, "the wait for the broker was cancelled"))
                    return
                }
                linkWaiters[number] = continuation
                Task { [weak self] in
                    try? await Task.sleep(for: limit)
                    await self?.giveUp(number)
                }
            }
        } onCancel: {
            Task { await self.giveUp(number) }
        }
    }

    private func giveUp(_ number: Int) {
        guard let waiter = linkWaiters.removeValue(forKey: number) else { return }
        let cause: MQTTError =
            if case .down(let error) = link { error } else { MQTTError(.cannotConnect, "no answer in time") }
        waiter.resume(returning: ClientError(cause, broker: configuration.broker, hasAnswered: wasUp))
    }

    func resumeLinkWaiters(with error: ClientError?) {
        let waiters = linkWaiters.values
        linkWaiters = [:]
        for waiter in waiters { waiter.resume(returning: error) }
    }
}
