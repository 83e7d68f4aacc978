import BatonMessages
import Testing

@Suite struct TopicsTests {
    static let topics = Topics(namespace: "default")
    static let run = Samples.run

    static let table: [(topic: String, text: String, address: TopicAddress)] = [
        (topics.request("cli-1"), "req/cli-1", .request(client: "cli-1")),
        (topics.reply("cli-1"), "rsp/cli-1", .reply(client: "cli-1")),
        (topics.agentState("pm_1"), "agent/pm_1/state", .agentState("pm_1")),
        (topics.task("pm-1"), "agent/pm-1/in/task", .task("pm-1")),
        (topics.control("pm-1"), "agent/pm-1/in/control", .control("pm-1")),
        (topics.artifact("pm-1"), "agent/pm-1/in/artifact", .artifact("pm-1")),
        (topics.get("pm-1"), "agent/pm-1/out/get", .get("pm-1")),
        (topics.put("pm-1"), "agent/pm-1/out/put", .put("pm-1")),
        (topics.beat("pm-1"), "agent/pm-1/out/beat", .beat("pm-1")),
        (topics.decline("pm-1"), "agent/pm-1/out/decline", .decline("pm-1")),
        (topics.result("pm-1"), "agent/pm-1/out/result", .result("pm-1")),
        (topics.orchestratorState, "orchestrator/state", .orchestratorState),
        (topics.mark, "orchestrator/mark", .mark),
        (topics.runState(run), "run/\(run)/state", .runState(run)),
        (topics.runLog(run), "run/\(run)/log", .runLog(run)),
        (
            topics.decision(run, run.child(4)), "decision/\(run)/\(run.child(4))",
            .decision(run: run, id: run.child(4))
        ),
        (topics.runs, "runs", .runs),
    ]

    @Test("Every topic of the protocol is built and read", arguments: table)
    func topics(topic: String, text: String, address: TopicAddress) {
        #expect(topic == "baton/v1/default/\(text)")
        #expect(Self.topics.parse(topic) == address)
        #expect(topic.split(separator: "/").count <= 8)
    }

    @Test(
        "What is no topic of the namespace is not read",
        arguments: [
            "", "/", "req/me", "baton/v1/default", "baton/v1/default/", "baton/v1/other/req/me",
            "baton/v1/defaultx/req/me", "baton/v2/default/req/me", "baton/v1/default/req", "baton/v1/default/req/",
            "baton/v1/default/req/a/b", "baton/v1/default/req/a b", "baton/v1/default/req/ä",
            "baton/v1/default/req/a\u{0}", "baton/v1/default/agent/x", "baton/v1/default/agent/x/out",
            "baton/v1/default/agent/x/out/dance", "baton/v1/default/agent//out/result",
            "baton/v1/default/agent/x/in/result", "baton/v1/default/agent/x/out/result/more",
            "baton/v1/default/run/x/state", "baton/v1/default/run/\(run)/other", "baton/v1/default/decision/\(run)/x",
            "baton/v1/default/orchestrator", "baton/v1/default/orchestrator/other", "baton/v1/default/runs/x",
            "baton/v1/default/req/" + String(repeating: "a", count: 129),
        ])
    func strangers(topic: String) { #expect(Self.topics.parse(topic) == nil) }

    @Test("Names are of letters, digits, - and _, and bounded")
    func names() {
        for name in ["a", "A-z_09", String(repeating: "a", count: 128)] { #expect(Topics.isName(name)) }
        for name in ["", "a/b", "+", "#", "a.b", "é", "a ", String(repeating: "a", count: 129)] {
            #expect(!Topics.isName(name))
        }
    }

    @Test("The filters of each side take what is meant for it, and nothing of the others")
    func filters() {
        let toAgent = Self.topics.agentFilters("pm-1")
        let toOrchestrator = Self.topics.orchestratorFilters
        func taken(_ topic: String, _ filters: [String]) -> Bool { filters.contains { Self.matches($0, topic) } }
        for (topic, _, address) in Self.table {
            switch address {
            case .request, .get, .put, .beat, .decline, .result, .mark:
                #expect(taken(topic, toOrchestrator) && !taken(topic, toAgent))
            case .task, .control, .artifact, .orchestratorState:
                #expect(taken(topic, toAgent) && !taken(topic, toOrchestrator))
            case .agentState:
                #expect(taken(topic, toOrchestrator) && !taken(topic, toAgent), "another agent's presence")
            case .reply, .runState, .runLog, .decision, .runs:
                #expect(!taken(topic, toAgent) && !taken(topic, toOrchestrator))
            }
        }
        #expect(taken(Self.topics.agentState("pm-1"), toAgent))
        #expect(Self.topics.retainedRunFilters.contains { Self.matches($0, Self.topics.runState(Self.run)) })
    }

    /// MQTT 3.1.1, section 4.7.1.
    private static func matches(_ filter: String, _ topic: String) -> Bool {
        let filter = filter.split(separator: "/", omittingEmptySubsequences: false)
        let topic = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard filter.count == topic.count else { return false }
        return zip(filter, topic).allSatisfy { $0 == "+" || $0 == $1 }
    }
}
