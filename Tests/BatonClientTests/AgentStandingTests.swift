import BatonClient
import BatonTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct AgentStandingTests {
    @Test("More agents than an answer has are asked for in several, each behind the last")
    func pages() async throws {
        let broker = try BrokerProcess()
        let names = (1...WireLimits.agentsPerReply * 2).map { "a-\(1000 + $0)" }
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in
            guard case .agents(let asked) = request.kind else { return nil }
            let rest = names.drop { name in asked.after.map { name <= $0 } ?? false }
            return .agents(rest.prefix(asked.limit).map { AgentStanding(id: $0, state: .online, roles: ["pm"]) })
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        let agents = try await client.agents()
        #expect(agents.map(\.id) == names)
        #expect(orchestrator.requests.count == 3)
        await client.stop()
        await orchestrator.stop()
    }
}
