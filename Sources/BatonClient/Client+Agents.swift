import BatonMessages

/// Who is there.
extension Client {
    /// Every agent that the broker or the orchestrator knows, by name, and what each has to do.
    ///
    /// Runs that are going on are asked, the newest first, until every task that the orchestrator counts is found, and
    /// at most ``WireLimits/runsPerList`` of them.
    public func agents() async throws(ClientError) -> [AgentStanding] {
        connection.subscribe([.init(topics.everyAgentState)])
        // A broker answers in order: what it retains of agents is here when the reply is.
        let rows = try await runs(status: .running, limit: WireLimits.runsPerList)
        let entries = await orchestratorState()?.agents ?? []
        var missing = entries.reduce(0) { $0 + $1.held }
        var snapshots: [RunSnapshot] = []
        for row in rows where missing > 0 {
            let snapshot = try await snapshot(of: row.run)
            missing -= snapshot.steps.count { $0.kind == .agent && $0.state == .running && $0.agent != nil }
            snapshots.append(snapshot)
        }
        return AgentStanding.all(presences, entries, runs: snapshots)
    }

    func receive(presence payload: [UInt8], of agent: String) {
        // An empty payload takes back what was retained.
        guard !payload.isEmpty else {
            presences[agent] = nil
            return
        }
        if let presence = try? Presence.decode(payload) { presences[agent] = presence }
    }
}
