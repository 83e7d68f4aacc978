import BatonEngine
import BatonMessages
import BatonStore

/// Who is there to work, what each has, and when each was last heard of.
extension Coordinator {
    /// How long an agent that is offline is told of.
    private static let rememberedMilliseconds: Int64 = 7 * 86_400_000

    func reply(to request: AgentsRequest, now: Timestamp) throws -> Reply.Body {
        let after = request.after ?? ""
        let since = now + -Self.rememberedMilliseconds
        var standings: [String: AgentStanding] = [:]
        // Who was offline already when this process began is only in the database.
        for row in try store.agents(after: after, seenSince: since, limit: request.limit) {
            standings[row.id] = AgentStanding(
                id: row.id, state: .offline, roles: row.roles, seenAt: row.lastSeenAt)
        }
        for agent in dispatch.agents.values where agent.id.isBehind(after) {
            let isRecent = agent.presence != .offline || agent.seenAt.map { $0 >= since } ?? false
            standings[agent.id] = isRecent ? AgentStanding(agent, now: now) : nil
        }
        let page = standings.values.sorted { $1.id.isBehind($0.id) }.prefix(request.limit)
        let held = tasksOut(of: Set(page.map(\.id)))
        return .agents(
            page.map { agent in
                var agent = agent
                agent.holds = held[agent.id, default: []].prefix(WireLimits.tasksPerAgent).compactMap(self.held)
                return agent
            })
    }

    /// What the agents have, the oldest first.
    private func tasksOut(of agents: Set<String>) -> [String: [Outstanding]] {
        let out = dispatch.outstanding.all.filter { agents.contains($0.agent) }
        return Dictionary(grouping: out, by: \.agent).mapValues { $0.sorted { $0.sentAt < $1.sentAt } }
    }

    private func held(_ out: Outstanding) -> AgentStanding.Held? {
        guard let run = runs[out.task.key.run]?.state, let task = run.task(out.task.key.task) else { return nil }
        return AgentStanding.Held(
            run: run.id, step: run.plan.steps[task.step].id, item: task.scope.isEmpty ? nil : task.scope,
            task: out.task.key.id, since: task.dispatch?.sentAt, isDoubtful: out.status == .doubtful)
    }
}

extension AgentStanding {
    fileprivate init(_ agent: AgentState, now: Timestamp) {
        let isThere = agent.presence != .offline
        self.init(
            id: agent.id, state: .init(rawValue: agent.presence.rawValue) ?? .offline, roles: agent.roles,
            slots: isThere ? agent.slots : nil, count: agent.held.count, isBenched: agent.isBenched,
            mutedUntil: isThere ? agent.mutedUntil : nil, seenAt: agent.seenAt)
        guard isThere else { return }
        if agent.isBenched {
            reason = "it failed \(agent.failuresInRow) times in a row, and gets nothing until it reports in again"
        } else if let until = agent.mutedUntil {
            reason = "it did not claim what it was sent, and gets nothing until it says something, or until \(until)"
        }
    }
}

extension String {
    /// In the order in which SQLite compares, which is that of UTF-8.
    fileprivate func isBehind(_ other: String) -> Bool { other.utf8.lexicographicallyPrecedes(utf8) }
}
