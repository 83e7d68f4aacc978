import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct TeamTests {
    private func team(_ text: String) -> (team: Team?, diagnostics: [Diagnostic]) {
        TeamReader.read(Array(text.utf8), file: "teams/team-x.yaml")
    }

    @Test("A team as it is published")
    func read() {
        let (team, diagnostics) = team(
            "bundle:\n  name: Team X\n  icon: 🚀\nagents:\n  - bmad-orchestrator\n  - '*'\nworkflows: null\n")
        #expect(diagnostics.isEmpty)
        #expect(team == Team(name: "team-x", title: "Team X", agents: ["bmad-orchestrator", "*"]))
        #expect(self.team("agents: [a]\nworkflows: [w.yaml]").team?.workflows == ["w.yaml"])
        #expect(self.team("agents: [a]").team?.title == "team-x")
    }

    @Test(
        "What is no team is a warning, never an error",
        arguments: ["[", "", "a: 1", "[a]", "agents: {a: b}", "agents: [[a]]"])
    func bad(text: String) {
        let (team, diagnostics) = team(text)
        #expect(team == nil)
        #expect(diagnostics.allSatisfy { $0.severity == .warning })
        #expect(diagnostics.isEmpty == text.isEmpty)
    }

    @Test("Roles compare as names of artifacts do; a star is everybody")
    func roles() {
        let team = Team(name: "t", title: "T", agents: ["ux_expert", "pm"])
        #expect(team.has("ux-expert"))
        #expect(!team.has("ux"))
        #expect(Team(name: "t", title: "T", agents: ["*"]).has("anybody"))
    }

    @Test("A team is meant for the workflows that its file lists, by their files or ids")
    func meant() throws {
        let plan = try #require(compile("workflow: {id: w, sequence: [{agent: pm}]}").plan)
        let team = Team(name: "t", title: "T", agents: [], workflows: ["w.yaml", "play.md"])
        #expect(team.isMeant(for: plan, file: nil))
        #expect(!Team(name: "t", title: "T", agents: [], workflows: ["x.yaml"]).isMeant(for: plan, file: "v.yaml"))
        #expect(Team(name: "t", title: "T", agents: [], workflows: ["v"]).isMeant(for: plan, file: "v.yaml"))
    }

    @Test("Of several roles of a step one is enough; the owners of flagged documents are in the team anyway")
    func missing() throws {
        let text = """
            workflow: {id: w, sequence: [{agent: pm}, {agent: qa/dev}, {agent: sm/dev}, \
            {agent: various, updates: x.md}, {agent: qa/dev}, {step: note, notes: go}]}
            """
        let plan = try #require(compile(text).plan)
        #expect(Team(name: "t", title: "T", agents: ["pm", "sm"]).missingRoles(of: plan) == ["qa/dev"])
        #expect(Team(name: "t", title: "T", agents: ["pm", "dev"]).missingRoles(of: plan) == [])
        #expect(Team(name: "t", title: "T", agents: []).missingRoles(of: plan) == ["pm", "qa/dev", "sm/dev"])
    }
}
