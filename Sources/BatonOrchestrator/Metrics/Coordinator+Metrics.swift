import BatonEngine
import BatonStore

extension Coordinator {
    /// Tells once a second how much there is of everything, if anybody wants to know.
    func measure(now: Timestamp) {
        guard let metrics, metrics.takeLook(now: now) else { return }
        var standing = OrchestratorMetrics.Standing()
        for run in runs.values {
            standing.runs[run.state.status.rawValue, default: 0] += 1
            for decision in run.state.decisions where decision.status == .open {
                standing.decisions += 1
                standing.oldestDecision = min(standing.oldestDecision ?? decision.askedAt, decision.askedAt)
            }
        }
        for agent in dispatch.agents.values where agent.presence != .offline {
            standing.agents[agent.isBenched ? "benched" : agent.presence.rawValue, default: 0] += 1
        }
        standing.waiting = dispatch.waitingCount
        standing.waitingSince = dispatch.waitingSince
        standing.out = dispatch.outstanding.count
        standing.outbox = outbox.count
        standing.isConnected = link.isLive
        metrics.stands(standing, now: now)
    }

    /// As ``commit()``.
    func measuredCommit() throws(StoreError) -> Bool {
        guard let metrics else { return try commit() }
        return try metrics.commit { () throws(StoreError) in try commit() }
    }

    /// Waits until everything that was committed is on disk: nothing leaves before.
    func settle() throws(StoreError) {
        guard let metrics else { return try store.settle() }
        try metrics.settle { () throws(StoreError) in try store.settle() }
    }
}
