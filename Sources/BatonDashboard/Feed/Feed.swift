import BatonClient

/// What the pages show, as the broker tells it: one subscription for all browsers.
///
/// Runs and questions come from what the broker retains; the orchestrator is asked only for what a page shows that
/// somebody looks at, and of a run not more often than every ``recordPace``.
actor Feed {
    /// More event streams are refused.
    static let maxListeners = 200
    /// Records of runs that are kept for the next page.
    private static let maxRecords = 8
    static let recordPace = Duration.seconds(2)

    nonisolated let client: Client
    private(set) var overview = Overview()
    private var snapshots: [Identifier: RunSnapshot] = [:]
    private var listeners: [Int: Listener] = [:]
    private var records: [Identifier: RunRecord] = [:]
    private var reminders: Set<Identifier> = []
    private var lastNumber = 0
    private var tasks: [Task<Void, Never>] = []
    private var isStopped = false

    private struct Listener {
        let run: Identifier?
        let continuation: AsyncStream<Void>.Continuation
        var pump: Task<Void, Never>?
    }

    init(client: Client) { self.client = client }

    func start() async {
        let stream = await client.watchOverview()
        tasks.append(
            Task { [weak self] in
                for await overview in stream { await self?.take(overview) }
            })
        tasks.append(
            Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: EventStream.heartbeat)
                    await self?.beat()
                }
            })
    }

    /// Ends every event stream; there are none afterwards.
    func stop() {
        isStopped = true
        for task in tasks { task.cancel() }
        for listener in listeners.values {
            listener.pump?.cancel()
            listener.continuation.finish()
        }
        listeners = [:]
    }

    private func take(_ overview: Overview) {
        self.overview = overview
        for listener in listeners.values where listener.run == nil { listener.continuation.yield() }
    }

    private func beat() {
        for listener in listeners.values { listener.continuation.yield() }
    }

    // MARK: Listening

    /// A sign whenever there is something new, of a run or of all; nil when too many listen.
    func listen(to run: Identifier?) -> AsyncStream<Void>? {
        guard !isStopped, listeners.count < Self.maxListeners else { return nil }
        lastNumber += 1
        let number = lastNumber
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        var listener = Listener(run: run, continuation: continuation)
        if let run {
            listener.pump = Task { [weak self, client] in
                // Whatever comes is taken at once: a browser that is slow holds nothing up, and nothing piles up.
                guard let updates = try? await client.watch(run) else { return }
                for await update in updates { await self?.take(update, of: run, for: number) }
            }
        }
        listeners[number] = listener
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(number) }
        }
        return stream
    }

    private func take(_ update: RunUpdate, of run: Identifier, for number: Int) {
        guard let listener = listeners[number] else { return }
        if case .snapshot(let snapshot) = update { snapshots[run] = snapshot }
        listener.continuation.yield()
    }

    private func forget(_ number: Int) {
        guard let listener = listeners.removeValue(forKey: number) else { return }
        listener.pump?.cancel()
        if let run = listener.run, !listeners.values.contains(where: { $0.run == run }) { snapshots[run] = nil }
    }

    // MARK: Reading

    /// Where a run stands: as it was last told, else as the orchestrator says.
    func snapshot(of run: Identifier) async throws(ClientError) -> RunSnapshot {
        if let snapshot = snapshots[run], !snapshot.status.isFinal { return snapshot }
        return try await client.snapshot(of: run)
    }

    /// Documents, handoffs and history of a run, not older than ``recordPace`` when it has moved since.
    func record(of snapshot: RunSnapshot) async throws(ClientError) -> RunRecord {
        let run = snapshot.run
        let known = records[run]
        if let known {
            if known.sequence >= snapshot.sequence { return known }
            let age = ContinuousClock.now - known.readAt
            if age < Self.recordPace {
                remind(run, in: Self.recordPace - age)
                return known
            }
        }
        let record = try await RunRecord.read(snapshot, after: known, from: client)
        records[run] = record
        if records.count > Self.maxRecords {
            let oldest = records.min { $0.value.readAt < $1.value.readAt }
            if let oldest { records[oldest.key] = nil }
        }
        return record
    }

    /// Has the pages of a run ask once more, when there is more to be had.
    private func remind(_ run: Identifier, in delay: Duration) {
        guard reminders.insert(run).inserted else { return }
        Task { [weak self] in
            try? await Task.sleep(for: delay)
            await self?.sign(run)
        }
    }

    private func sign(_ run: Identifier) {
        reminders.remove(run)
        for listener in listeners.values where listener.run == run { listener.continuation.yield() }
    }
}
