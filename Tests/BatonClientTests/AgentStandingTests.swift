import BatonClient
import BatonTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct AgentStandingTests {
    private static let presence = Presence(state: .online, roles: ["pm"], slots: 3, epoch: 1)

    @Test("What an agent says, what the orchestrator counts and what runs tell come together")
    func together() throws {
        let run = Samples.snapshot([
            Samples.step("pm-prd", .plan, .running, agent: "a", since: Samples.start),
            Samples.step("old", .plan, .completed, agent: "a"),
        ])
        let all = AgentStanding.all(
            ["a": Self.presence, "b": Presence(state: .offline, roles: [], slots: 0, epoch: 1)],
            [
                AgentEntry(id: "a", roles: ["pm"], held: 1),
                AgentEntry(id: "c", roles: ["qa"], held: 0, isBenched: true),
            ],
            runs: [run])
        #expect(all.map(\.id) == ["a", "b", "c"])
        #expect(all[0].slots == 3 && all[0].count == 1 && all[0].holds.map(\.step) == ["pm-prd"])
        #expect(all[1].state == .offline && all[1].slots == nil && all[1].holds.isEmpty)
        #expect(all[2].isBenched && all[2].roles == ["qa"] && all[2].state == .offline)
        #expect(all[0].json["holds"]?.array?.first?["run"] == .string(Samples.run.description))
    }

    @Test("Who is there is read from what the broker retains")
    func retained() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in
            if case .list = request.kind { .runs([]) } else { nil }
        }
        let topics = orchestrator.topics
        orchestrator.send(topics.agentState("a"), Self.presence.encode(), retain: true)
        orchestrator.send(topics.agentState("broken"), Array("no JSON".utf8), retain: true)
        let client = try await Client.connect(ClientConfiguration(broker))
        // The sample's presence travels on another connection than the question.
        let agents = try await within(.seconds(20)) {
            while true {
                let agents = try await client.agents()
                if !agents.isEmpty { return agents }
            }
        }
        #expect(agents.map(\.id) == ["a"])
        #expect(agents.first?.roles == ["pm"])
        await client.stop()
        await orchestrator.stop()
    }
}
