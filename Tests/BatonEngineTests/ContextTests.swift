import BatonEngine
import Testing

/// What a task is given.
@Suite struct ContextTests {
    /// The documents that the step `last` is given, after a brief and a PRD.
    private func given(
        requires: [String], more: [Requirement] = []
    ) -> (names: [String], run: RunUnderTest) {
        var run = RunUnderTest([
            agent("analyst", creates: "brief.md"), agent("pm", creates: "prd.md"),
            agent("po", creates: "notes.md", requires: requires, id: "last") { $0.requires += more },
        ])
        run.work()
        run.work()
        let task = run.open!
        return (run.state.context(of: run.state.work(of: task)!, from: task.scope).map(\.name.text), run)
    }

    @Test("What its step requires; everything so far when it requires nothing")
    func required() {
        #expect(given(requires: ["brief.md"]).names == ["brief.md"])
        #expect(given(requires: []).names == ["brief.md", "prd.md"])
        #expect(given(requires: ["brief.md"], more: [.allArtifacts]).names == ["brief.md", "prd.md"])
    }

    @Test("Everything so far when nothing is there of what it requires; the rest, when some is")
    func missing() {
        #expect(given(requires: ["existing_analysis"]).names == ["brief.md", "prd.md"])
        #expect(given(requires: ["existing_analysis", "prd.md"]).names == ["prd.md"])
        var run = given(requires: ["existing_analysis"]).run
        run.work()
        #expect(run.state.artifacts.last?.madeFrom.count == 2)
        #expect(run.replayed() == run.state)
    }
}
