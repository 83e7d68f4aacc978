import BatonClient

/// What a run has left behind so far.
struct RunRecord: Sendable {
    /// Of long runs the last events are shown.
    static let maxEvents = 5000

    var sequence: Int
    var artifacts: [ArtifactEntry]
    var handoffs: [Handoff]
    /// The last of them, in order.
    var events: [LogEvent]
    var readAt: ContinuousClock.Instant
    /// How long the orchestrator was asked.
    var took = Duration.zero

    init(
        sequence: Int, artifacts: [ArtifactEntry] = [], handoffs: [Handoff] = [], events: [LogEvent] = [],
        readAt: ContinuousClock.Instant = .now
    ) {
        self.sequence = sequence
        self.artifacts = artifacts
        self.handoffs = handoffs
        self.events = events
        self.readAt = readAt
    }

    /// Of a run as it was, so many events before the moment are shown.
    private static let maxPastEvents = 1000

    /// What the run had left behind after the event that the snapshot shows.
    static func past(_ snapshot: RunSnapshot, from client: Client) async throws(ClientError) -> RunRecord {
        let (run, end) = (snapshot.run, snapshot.sequence)
        var events: [LogEvent] = []
        var last = max(0, end - maxPastEvents)
        while last < end {
            let limit = min(end - last, WireLimits.eventsPerHistory)
            let news = try await client.history(of: run, after: last, limit: limit).events
            guard let newest = news.last?.sequence else { break }
            events += news
            last = newest
        }
        return RunRecord(
            sequence: end, artifacts: try await client.artifacts(of: run, at: end),
            handoffs: try await client.handoffs(of: run, at: end), events: events)
    }

    /// Asks the orchestrator for what `known` does not have.
    static func read(
        _ snapshot: RunSnapshot, after known: RunRecord?, from client: Client
    ) async throws(ClientError) -> RunRecord {
        let run = snapshot.run
        var events = known?.events ?? []
        var last = max(events.last?.sequence ?? 0, snapshot.sequence - maxEvents)
        while last < snapshot.sequence {
            let news = try await client.history(of: run, after: last).events
            guard let end = news.last?.sequence else { break }
            events += news
            last = end
        }
        if events.count > maxEvents { events.removeFirst(events.count - maxEvents) }
        return RunRecord(
            sequence: max(last, snapshot.sequence), artifacts: try await client.artifacts(of: run),
            handoffs: try await client.handoffs(of: run), events: events)
    }
}
