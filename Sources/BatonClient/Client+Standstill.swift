import BatonMessages

/// Why a run does not move.
extension Client {
    /// Asks for what the snapshot does not tell: who is there, where tasks wait for an agent, and the last verdicts,
    /// where a loop is at its bound.
    public func standstill(of snapshot: RunSnapshot) async throws(ClientError) -> Standstill {
        let agents = snapshot.waitingFor.isEmpty ? [] : try await visibleAgents()
        let standstill = Standstill(snapshot, agents: agents)
        guard standstill.needsVerdicts else { return standstill }
        let verdicts = Standstill.lastVerdicts(in: try await wholeHistory(of: snapshot.run))
        return Standstill(snapshot, verdicts: verdicts, agents: agents)
    }

    /// Not every login may see them.
    private func visibleAgents() async throws(ClientError) -> [AgentStanding] {
        do { return try await agents() } catch {
            guard error.code == .refused(.notAllowed) else { throw error }
            return []
        }
    }
}
