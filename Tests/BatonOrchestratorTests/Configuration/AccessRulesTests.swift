import BatonEngine
import BatonMessages
import Testing

@testable import BatonOrchestrator

@Suite struct AccessRulesTests {
    private func rules(_ text: String) throws -> AccessRules { try AccessRules(parsing: text) }

    private func presence(_ roles: [String], slots: Int = 1) -> Presence {
        Presence(state: .online, roles: roles, slots: slots, epoch: 1)
    }

    @Test("Who is not named may nothing; the star is everybody else")
    func names() throws {
        let strict = try rules(#"{"agents": {"ann": {}}, "clients": {"ci": {}}}"#)
        #expect(strict.admitted(presence(["x"]), of: "ann")?.refused == [])
        #expect(strict.admitted(presence(["x"]), of: "eve") == nil)
        let list = Request(id: "1", kind: .list(ListRequest()))
        #expect(strict.refusal(of: list, from: "ci") == nil)
        #expect(strict.refusal(of: list, from: "eve") == "eve is not in the access file")
        let open = try rules(#"{"agents": {"*": {"roles": ["x"]}}, "clients": {"*": {"kind": "admin"}}}"#)
        #expect(open.admitted(presence(["x", "y"]), of: "eve")?.presence.roles == ["x"])
        #expect(open.refusal(of: list, from: "eve") == nil)
        #expect(try rules("{}").refusal(of: list, from: "ci") != nil)
    }

    @Test("Of roles and slots only what is allowed counts, and nothing when no role is")
    func agents() throws {
        let rules = try rules(#"{"agents": {"ann": {"roles": ["pm", "po"], "slots": 2}}}"#)
        let much = rules.admitted(presence(["pm", "dev"], slots: 9), of: "ann")
        #expect(much?.presence.roles == ["pm"] && much?.presence.slots == 2)
        #expect(much?.refused == ["the role dev", "9 slots in place of 2"])
        #expect(rules.admitted(presence(["dev"]), of: "ann") == nil)
        // A will, which need not list any.
        #expect(rules.admitted(presence([]), of: "ann") != nil)
    }

    @Test("A kind has its requests; what is said beside it counts")
    func clients() throws {
        let rules = try rules(
            #"""
            {"clients": {"a": {"kind": "dashboard"}, "b": {"kind": "trigger", "workflows": ["sdlc"]},
             "c": {"kind": "trigger", "requests": ["decide"], "decisions": ["ok"]}, "d": {"kind": "admin"}}}
            """#)
        func start(_ workflow: String) -> Request { Request(id: "1", kind: .start(StartRequest(workflow: workflow))) }
        let pause = Request(id: "1", kind: .pause(RunRequest(run: Identifier("01a207ee-51b3-7b94-a20d-a23000000000")!)))
        #expect(rules.refusal(of: start("sdlc"), from: "a") == "a may not make the request start")
        #expect(rules.refusal(of: start("sdlc"), from: "b") == nil)
        #expect(rules.refusal(of: start("other"), from: "b") == "b may not start other")
        #expect(rules.refusal(of: pause, from: "b") != nil && rules.refusal(of: pause, from: "d") == nil)
        #expect(rules.refusal(of: start("sdlc"), from: "c") != nil)
        // Who may list runs may ask who is there to work.
        let agents = Request(id: "1", kind: .agents(AgentsRequest()))
        #expect(rules.refusal(of: agents, from: "a") == "a may not make the request agents")
        #expect(rules.refusal(of: agents, from: "b") == nil && rules.refusal(of: agents, from: "c") != nil)
        #expect(rules.refusal(ofAnswerTo: "ok", from: "c") == nil)
        #expect(rules.refusal(ofAnswerTo: "launch", from: "c") == "c may not answer launch")
        #expect(rules.refusal(ofAnswerTo: "launch", from: "d") == nil)
    }

    @Test("The text that is written is read as the same rules")
    func roundTrip() throws {
        var written = AccessRules()
        written.agents["ann"] = .init(roles: ["pm", "po"], slots: 3, speaker: "ann-out")
        written.agents["*"] = .init(roles: nil, slots: nil)
        written.clients["ci"] = .init(.trigger)
        written.clients["ci"]?.workflows = ["sdlc"]
        written.clients["lead"] = .init(.admin)
        written.clients["lead"]?.requests = ["get", "decide"]
        written.clients["lead"]?.decisions = []
        #expect(try rules(written.text) == written)
        #expect(try rules(AccessRules().text) == AccessRules())
    }

    @Test(
        "What would give more or other rights than was meant is refused, with the member's name",
        arguments: [
            ("[]", "the file must be an object"), ("{", "not JSON"),
            (#"{"agent": {}}"#, "there is no member agent"), (#"{"agents": []}"#, "the file.agents must be an object"),
            (#"{"agents": {"a/b": {}}}"#, "is no name"), (#"{"agents": {"a": {"role": "x"}}}"#, "no member role"),
            (#"{"agents": {"a": {"roles": "x"}}}"#, "agents.a.roles must be a list of names"),
            (#"{"agents": {"a": {"slots": 0}}}"#, "agents.a.slots must be a number from 1"),
            (#"{"clients": {"c": {"kind": "root"}}}"#, "clients.c.kind must be one of"),
            (#"{"clients": {"c": {"requests": ["strat"]}}}"#, "not strat"),
            (#"{"clients": {"c": {"workflows": [1]}}}"#, "clients.c.workflows must be a list"),
        ])
    func wrong(text: String, words: String) throws {
        let error = #expect(throws: SettingsError.self) { try AccessRules(parsing: text) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
