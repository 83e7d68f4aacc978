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
    /// Former states of runs that are kept.
    private static let maxPasts = 8
    static let recordPace = Duration.seconds(2)
    private static let agentsPace = Duration.seconds(5)
    /// What a run has left behind is asked for so many times more seldom than the asking takes.
    private static let recordRest = 20

    nonisolated let client: Client
    private(set) var overview = Overview()
    private var snapshots: [Identifier: RunSnapshot] = [:]
    private var listeners: [Int: Listener] = [:]
    private var pumps: [Identifier: Pump] = [:]
    /// Grow with whatever is new, of a run and of the overview.
    private var versions: [Identifier: Int] = [:]
    private var overviewVersion = 0
    private var standings: (agents: [AgentStanding], readAt: ContinuousClock.Instant)?
    private var records: [Identifier: RunRecord] = [:]
    private var pasts: [(RunSnapshot, RunRecord)] = []
    private var reminders: Set<Identifier> = []
    private var lastNumber = 0
    private var tasks: [Task<Void, Never>] = []
    private var isStopped = false

    private struct Listener {
        let run: Identifier?
        let continuation: AsyncStream<Void>.Continuation
    }

    /// What follows a run, for all who look at it.
    private struct Pump {
        var listeners = 0
        var task: Task<Void, Never>?
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
        for pump in pumps.values { pump.task?.cancel() }
        pumps = [:]
        for listener in listeners.values { listener.continuation.finish() }
        listeners = [:]
    }

    private func take(_ overview: Overview) {
        self.overview = overview
        overviewVersion += 1
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
        let listener = Listener(run: run, continuation: continuation)
        if let run { hold(run) }
        listeners[number] = listener
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(number) }
        }
        return stream
    }

    /// Follows a run, however many look at it.
    private func hold(_ run: Identifier) {
        var pump = pumps[run] ?? Pump()
        pump.listeners += 1
        if pump.task == nil { pump.task = follow(run) }
        pumps[run] = pump
    }

    private func follow(_ run: Identifier) -> Task<Void, Never> {
        Task { [weak self, client] in
            // Whatever comes is taken at once: a browser that is slow holds nothing up, and nothing piles up.
            if let updates = try? await client.watch(run, events: false) {
                for await update in updates { await self?.take(update, of: run) }
            }
            await self?.leave(run)
        }
    }

    /// The run has ended, or nobody answered: who looks at it next follows it anew.
    private func leave(_ run: Identifier) {
        guard !Task.isCancelled else { return }
        pumps[run]?.task = nil
    }

    private func take(_ update: RunUpdate, of run: Identifier) {
        guard pumps[run] != nil else { return }
        if case .snapshot(let snapshot) = update { snapshots[run] = snapshot }
        announce(run)
    }

    /// Has the pages of a run ask for what is new.
    private func announce(_ run: Identifier) {
        versions[run, default: 0] += 1
        for listener in listeners.values where listener.run == run { listener.continuation.yield() }
    }

    private func forget(_ number: Int) {
        guard let run = listeners.removeValue(forKey: number)?.run, let pump = pumps[run] else { return }
        guard pump.listeners <= 1 else {
            pumps[run]?.listeners -= 1
            return
        }
        pump.task?.cancel()
        pumps[run] = nil
        snapshots[run] = nil
        versions[run] = nil
    }

    /// Of what a page shows, of a run or of all: another one when there is something new.
    func version(of run: Identifier?) -> Int {
        // Who is connected stands on every page.
        run.map { (versions[$0] ?? 0) &* 1_000_003 &+ (overview.isConnected ? 1 : 0) } ?? overviewVersion
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
            // However many runs are looked at, the orchestrator has the rest of its time for other things.
            let pace = max(Self.recordPace, known.took * Self.recordRest * max(1, pumps.count))
            if age < pace {
                remind(run, in: pace - age)
                return known
            }
        }
        let began = ContinuousClock.now
        var record = try await RunRecord.read(snapshot, after: known, from: client)
        record.took = .now - began
        records[run] = record
        if records.count > Self.maxRecords {
            let oldest = records.min { $0.value.readAt < $1.value.readAt }
            if let oldest { records[oldest.key] = nil }
        }
        return record
    }

    /// Who is there. The orchestrator is asked not more often than every ``agentsPace``.
    func agents() async throws(ClientError) -> [AgentStanding] {
        if let standings, .now - standings.readAt < Self.agentsPace { return standings.agents }
        let agents = try await client.agents()
        standings = (agents, .now)
        return agents
    }

    /// A run as it was after an event. What was so stays so: of what was looked at last, nobody is asked again.
    func past(of run: Identifier, at sequence: Int) async throws(ClientError) -> (RunSnapshot, RunRecord) {
        if let known = pasts.last(where: { $0.0.run == run && $0.0.sequence == sequence }) { return known }
        let snapshot = try await client.snapshot(of: run, at: sequence)
        let past = (snapshot, try await RunRecord.past(snapshot, from: client))
        pasts.append(past)
        if pasts.count > Self.maxPasts { pasts.removeFirst() }
        return past
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
        announce(run)
    }
}
