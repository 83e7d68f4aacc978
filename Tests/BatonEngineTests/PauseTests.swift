import BatonEngine
import Testing

@Suite struct PauseTests {
    private let steps = [agent("analyst", creates: "brief.md"), agent("pm", creates: "prd.md", requires: ["brief.md"])]

    @Test("A paused run gives nothing out; what is out may finish, and the run goes on to what comes next")
    func pause() {
        var run = RunUnderTest(steps)
        let lease = run.dispatch()
        let output = run.apply(.paused(by: "ann", reason: "lunch"))
        #expect(output.effects == [.pause])
        #expect(run.state.status == .paused)
        #expect(run.state.reason == "paused by ann: lunch")
        #expect(run.restored() == run.state)

        let report = TaskReport(task: run.open!.ordinal, lease: lease, artifacts: [content("brief.md")])
        run.apply(.completed(report))
        #expect(run.ready == ["pm-prd.md"])
        let next = RunEvent.dispatched(task: run.open!.ordinal, agent: "a", role: "pm", lease: lease)
        #expect(!run.state.accepts(next))
        #expect(run.state.status == .paused)

        #expect(run.apply(.resumed(by: "ann")).effects == [.resume])
        #expect(run.state.status == .running)
        #expect(run.state.reason == nil)
        #expect(run.state.accepts(next))
        run.work()
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state)
    }

    @Test("What comes twice, and what comes too late, is not accepted")
    func twice() {
        var run = RunUnderTest(steps)
        #expect(!run.state.accepts(.resumed(by: "ann")))
        run.apply(.paused(by: "ann", reason: ""))
        #expect(!run.state.accepts(.paused(by: "bob", reason: "me too")))
        run.apply(.cancelled(by: "ann", reason: ""))
        #expect(run.state.pause == nil)
        #expect(!run.state.accepts(.resumed(by: "ann")))
        #expect(!run.state.accepts(.paused(by: "ann", reason: "")))
    }

    @Test("Questions are answered while a run is paused, and needing a person shows when it goes on")
    func meanwhile() {
        let condition = Condition(symbol: "user_wants_more", source: .user)
        var run = RunUnderTest(
            [
                block(
                    "both", .block(.parallel(Parallel(elements: [1, 2], join: .all, failsFast: false)))),
                agent("pm", creates: "more.md", condition: condition), agent("dev", creates: "code.md"),
            ], body: .sequence([0]))
        run.apply(.paused(by: "ann", reason: ""))
        run.answer("user_wants_more", true)
        #expect(run.ready == ["pm-more.md", "dev-code.md"] || run.ready == ["dev-code.md", "pm-more.md"])
        run.apply(.resumed(by: "ann"))
        let lease = Identifier(high: 1, low: 1)
        let task = run.state.tasks.last!.ordinal
        run.apply(.dispatched(task: task, agent: "a", role: "dev", lease: lease))
        run.apply(.paused(by: "ann", reason: "again"))
        run.apply(.attemptEnded(task: task, lease: lease, outcome: .failed, message: "broke", mayRetry: false))
        #expect(run.state.status == .paused)
        run.apply(.resumed(by: "ann"))
        #expect(run.state.status == .attention)
        #expect(run.state.reason == "step dev-code.md: 1 attempt failed, the last one: broke")
        #expect(run.replayed() == run.state)
    }

    @Test("The runs that are steps of a paused run are paused with it")
    func children() {
        let child = ChildRun(workflow: "other", inputs: [:], requires: [])
        var run = RunUnderTest([Step(id: "child", phase: .build, kind: .childRun(child))])
        guard case .childRun(let id) = run.open?.detail else {
            Issue.record("no child run")
            return
        }
        #expect(
            run.apply(.paused(by: "ann", reason: "lunch")).effects == [.pause, .pauseChild(run: id, reason: "lunch")])
        #expect(run.apply(.resumed(by: "ann")).effects == [.resume, .resumeChild(run: id)])
    }
}
