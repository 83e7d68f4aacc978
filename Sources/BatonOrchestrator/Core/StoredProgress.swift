import BatonEngine
import BatonMessages
import BatonStore

/// Where the open runs of a database stand, for who reads it and has no orchestrator to ask.
package struct StoredProgress {
    package let snapshot: RunSnapshot
    /// What has happened in it; empty unless a question is asked that its last verdicts explain.
    package let events: [LogEvent]

    /// The newest of each state that a run can wait in, those that need a person first.
    package static func newest(_ count: Int, in store: Store, epoch: Int64) throws(StoreError) -> [StoredProgress] {
        var all: [StoredProgress] = []
        for status in [RunStatus.attention, .running, .paused] {
            for listing in try store.listRuns(status: status.rawValue, limit: count) {
                guard let run = try store.run(listing.id) else { continue }
                all.append(try StoredProgress(run, in: store, epoch: epoch))
            }
        }
        return all
    }

    private init(_ run: RunState, in store: Store, epoch: Int64) throws(StoreError) {
        snapshot = RunSnapshot(run, by: By(store: store.id, epoch: epoch)) { task in
            (try? store.attempts(at: TaskKey(run: run.id, task: task), limit: WireLimits.attemptsPerStep)) ?? []
        }
        let isAtBound = snapshot.decisions.contains { $0.kind == .bound }
        events =
            isAtBound ? try store.events(of: run.id, after: 0, limit: .max).compactMap { LogEvent($0, of: run) } : []
    }
}
