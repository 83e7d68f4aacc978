import BatonMessages

/// Every run in a line, and every open question, as the broker retains them: nobody has to be asked.
public struct Overview: Sendable, Equatable {
    /// How many open questions are kept; there may be more.
    public static let maxDecisions = 1000

    /// nil until the broker has sent the index.
    public var index: RunIndex?
    /// By their ids.
    public var decisions: [Identifier: DecisionEntry] = [:]
    public var orchestrator: OrchestratorState?
    public var isConnected = true

    public init() {}

    /// The open questions, oldest first.
    public var questions: [DecisionEntry] {
        decisions.values.filter { $0.status == .open }.sorted { ($0.askedAt, $0.id) < ($1.askedAt, $1.id) }
    }
}

extension Client {
    /// Follows all runs and questions. A reader that is slow misses what was replaced meanwhile, and never the latest.
    public func watchOverview() -> AsyncStream<Overview> {
        let number = nextNumber()
        let (stream, continuation) = AsyncStream.makeStream(of: Overview.self, bufferingPolicy: .bufferingNewest(1))
        overviewWatches[number] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forgetOverview(number) }
        }
        overview.orchestrator = lastOrchestrator
        connection.subscribe([.init(topics.runs), .init(topics.everyDecision)])
        continuation.yield(overview)
        return stream
    }

    private func forgetOverview(_ number: Int) { overviewWatches[number] = nil }

    func changeOverview(_ change: (inout Overview) -> Void) {
        guard !overviewWatches.isEmpty else { return }
        let before = overview
        change(&overview)
        guard overview != before else { return }
        for watch in overviewWatches.values { watch.yield(overview) }
    }

    func receive(index payload: [UInt8]) {
        guard let index = try? RunIndex.decode(payload) else { return }
        changeOverview { $0.index = index }
    }

    func receive(decision payload: [UInt8], _ run: Identifier, _ id: Identifier) {
        // An empty payload takes back what was retained.
        guard !payload.isEmpty else { return changeOverview { $0.decisions[id] = nil } }
        guard let entry = try? DecisionEntry.decode(payload), entry.run == run, entry.id == id else { return }
        changeOverview { overview in
            let isKept =
                entry.status == .open
                && (overview.decisions[id] != nil || overview.decisions.count < Overview.maxDecisions)
            overview.decisions[id] = isKept ? entry : nil
        }
    }
}
