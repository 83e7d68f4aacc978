import BatonMessages

/// Who is there.
extension Client {
    /// Every agent that the orchestrator knows, by name, and what each has to do.
    public func agents() async throws(ClientError) -> [AgentStanding] {
        var all: [AgentStanding] = []
        while true {
            let request = AgentsRequest(after: all.last?.id)
            guard case .agents(let agents) = try await self.request(.agents(request)) else { throw unexpected }
            all += agents
            guard agents.count == request.limit else { return all }
        }
    }
}
