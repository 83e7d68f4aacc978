import BatonEngine
import Testing

@Suite struct RunStateTests {
    @Test("Steps run in the order of the file, and the run completes after the last")
    func sequence() {
        var run = RunUnderTest([
            agent("analyst", creates: "brief.md", phase: .discovery),
            guidance("advice", phase: .discovery),
            agent("pm", creates: "prd.md", requires: ["brief.md"], phase: .plan),
        ])
        #expect(run.state.status == .running)
        #expect(run.state.phase == .discovery)
        #expect(run.open?.step == 0)
        let output = run.work()
        #expect(run.open?.step == 2)
        #expect(output.log.contains(.guidance(step: "advice", notes: "notes of advice", condition: nil)))
        #expect(output.log.contains(.milestone(.discovery)))
        #expect(output.log.contains(.phaseEntered(.plan)))
        let last = run.work()
        #expect(run.state.status == .completed)
        #expect(last.effects.contains(.ended))
        #expect(Array(run.state.milestones.keys) == [.discovery, .plan])
        #expect(run.state.tasks.map(\.status) == [.completed, .completed, .completed])
    }

    @Test("Replaying a run's history gives its state")
    func replay() {
        var run = RunUnderTest([
            agent("analyst", creates: "brief.md"), agent("pm", creates: "prd.md", "notes.md?"), guidance("end"),
        ])
        run.work()
        let lease = run.dispatch()
        run.apply(.attemptEnded(task: run.open!.ordinal, lease: lease, outcome: .failed, message: "no", mayRetry: true))
        #expect(run.replayed() == run.state)
        run.apply(.retryDue(task: run.open!.ordinal))
        run.work(facts: ["x": 1])
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state)
    }

    @Test("Inputs read back from the form in which history keeps them")
    func eventsRoundTrip() throws {
        let lease = Identifier(high: 5, low: 6)
        let events: [RunEvent] = [
            .started(
                RunStart(
                    project: "p", client: "c", inputs: ["idea": "x"], facts: ["a": true], artifacts: [content("a.md")],
                    options: RunOptions(
                        optional: .only(["a"]), optionalSteps: .all, unanswered: .no, shard: .engine))),
            .dispatched(task: 3, agent: "a", role: "pm", lease: lease),
            .completed(
                TaskReport(
                    task: 3, lease: lease, artifacts: [content("b.md")], facts: ["f": [1]], summary: "s",
                    usage: ["tokens": 3],
                    choices: [["artifact": "b.md", "section": "risks", "condition": "c", "present": false]])),
            .attemptEnded(task: 3, lease: lease, outcome: .timedOut, message: "m", mayRetry: false),
            .retryDue(task: 3), .cancelled(by: "c", reason: "r"),
        ]
        for event in events {
            var writer = JSONWriter()
            event.write(to: &writer)
            #expect(RunEvent(kind: event.kind, json: try JSON.parse(writer.bytes)) == event)
        }
        #expect(RunEvent(kind: "completed", json: [:]) == nil)
        #expect(RunEvent(kind: "unheard_of", json: [:]) == nil)
    }

    @Test("An input that does not fit the state is not accepted")
    func accepts() {
        var run = RunUnderTest([agent("pm", creates: "prd.md")])
        let lease = run.dispatch()
        let task = run.open!.ordinal
        let other = Identifier(high: 1, low: 1)
        #expect(!run.state.accepts(.started(RunStart(project: "p", client: "c"))))
        #expect(!run.state.accepts(.dispatched(task: task, agent: "b", role: "pm", lease: other)))
        #expect(!run.state.accepts(.completed(TaskReport(task: task, lease: other, artifacts: []))))
        #expect(run.state.accepts(.completed(TaskReport(task: task, lease: lease, artifacts: []))))
        run.apply(.cancelled(by: "c", reason: ""))
        #expect(!run.state.accepts(.completed(TaskReport(task: task, lease: lease, artifacts: []))))
        #expect(!run.state.accepts(.cancelled(by: "c", reason: "")))
    }

    @Test("Cancelling withdraws what is out and says who did it")
    func cancel() {
        var run = RunUnderTest([agent("pm", creates: "prd.md")])
        let lease = run.dispatch()
        let output = run.apply(.cancelled(by: "cli-1", reason: "wrong idea"))
        #expect(run.state.status == .cancelled)
        #expect(run.state.reason == "cancelled by cli-1: wrong idea")
        #expect(
            output.effects.contains(
                .withdraw(task: run.state.tasks[0].ordinal, lease: lease, reason: "cancelled by cli-1: wrong idea")))
        #expect(run.state.tasks[0].status == .cancelled)
    }

    @Test("A step whose documents the start brought is recorded as provided and not run")
    func provided() {
        let start = RunStart(project: "p", client: "c", artifacts: [content("brief.md")])
        let run = RunUnderTest(
            [agent("analyst", creates: "brief.md"), agent("pm", creates: "prd.md", requires: ["brief"])], start: start)
        #expect(run.state.tasks.map(\.status) == [.provided, .waiting])
        #expect(run.state.handoffs.values.first?.contextIDs.count == 1)
    }
}

@Suite struct ConditionTests {
    private func status(
        _ step: Step, facts: JSON = [:], inputs: JSON = [:], options: RunOptions = RunOptions()
    ) -> (step: StepStatus?, run: RunStatus) {
        let start = RunStart(project: "p", client: "c", inputs: inputs, facts: facts, options: options)
        let run = RunUnderTest([step, guidance("end")], start: start)
        return (run.state.tasks.first?.status, run.state.status)
    }

    private let reported = Condition(symbol: "qa_left_items", source: .start)
    private let user = Condition(symbol: "user_wants_ai", source: .user)

    @Test("A condition that is known branches; one that is not known asks and never guesses")
    func knownAndUnknown() {
        let step = agent("dev", creates: "fix", condition: reported)
        #expect(status(step, facts: ["qa_left_items": true]) == (.waiting, .running))
        #expect(status(step, facts: ["qa-left-items": false]) == (.skipped, .completed))
        #expect(status(step, inputs: ["qa_left_items": true]) == (.waiting, .running))
        #expect(status(step) == (.waiting, .running))
        #expect(status(step, facts: ["qa_left_items": "yes"]) == (.attention, .attention))
    }

    @Test("The start can say what an unanswered condition is taken for")
    func unanswered() {
        let step = agent("dev", creates: "fix", condition: reported)
        #expect(status(step, options: RunOptions(unanswered: .no)) == (.skipped, .completed))
        #expect(status(step, options: RunOptions(unanswered: .yes)) == (.waiting, .running))
    }

    @Test("A user's condition on an optional product is itself the enabling")
    func userCondition() {
        let step = agent("ux", creates: "v0-prompt?", id: "v0", condition: user)
        #expect(status(step) == (.skipped, .completed))
        #expect(status(step, facts: ["user_wants_ai": true]) == (.waiting, .running))
        #expect(
            status(step, facts: ["user_wants_ai": false], options: RunOptions(optional: .all)) == (.skipped, .completed)
        )
        #expect(status(step, options: RunOptions(optional: .all)) == (.waiting, .running))
        #expect(status(step, options: RunOptions(optional: .only(["v0"]))) == (.waiting, .running))
    }

    @Test("A user's condition on a step that is not optional is not known until the user says it")
    func userConditionOnOrdinaryStep() {
        let start = RunStart(project: "p", client: "c")
        var run = RunUnderTest([agent("ux", creates: "spec", condition: user)], start: start)
        #expect(run.state.decisions.map(\.name) == ["user_wants_ai"])
        #expect(run.state.tasks[0].handoff == 0)
        run.answer("user_wants_ai", true)
        #expect(run.state.tasks[0].handoff != 0)
    }

    @Test("Guidance whose condition is not known is published with it, and never waits")
    func guidanceWithUnknownCondition() {
        var run = RunUnderTest([guidance("setup", condition: user)], start: nil)
        let output = run.apply(.started(RunStart(project: "p", client: "c")))
        #expect(run.state.status == .completed)
        #expect(output.log.contains(.guidance(step: "setup", notes: "notes of setup", condition: "user_wants_ai")))
    }

    @Test("An optional step runs only when it is enabled, and its condition holds")
    func optional() {
        let step = agent("po", creates: "retro", id: "retro", condition: reported, isOptional: true)
        #expect(status(step, facts: ["qa_left_items": true]) == (.skipped, .completed))
        let enabled = RunOptions(optional: .only(["retro"]))
        #expect(status(step, facts: ["qa_left_items": true], options: enabled) == (.waiting, .running))
        #expect(status(step, facts: ["qa_left_items": false], options: enabled) == (.skipped, .completed))
        #expect(status(step, options: enabled) == (.waiting, .running))
    }

    @Test("Facts that an agent reports are known to later conditions, and only those it was asked for")
    func reportedFacts() {
        let asked = agent("qa", creates: "report") {
            $0.reports = [Report(name: "qa_left_items", kind: .boolean, question: "?")]
        }
        let fix = agent(
            "dev", creates: "fix", condition: Condition(symbol: "qa_left_items", source: .reporter(step: 0)))
        var run = RunUnderTest([asked, fix])
        run.work(facts: ["qa_left_items": true, "user_approved": true])
        #expect(run.open?.step == 1)
        #expect(run.state.fact("qa_left_items")?.origin == "qa")
        #expect(run.state.fact("user_approved") == nil)
    }

    @Test("after_<artifact>_creation holds once the artifact exists")
    func engineCondition() {
        let condition = Condition(symbol: "after_prd_creation", source: .artifact("prd"))
        #expect(status(agent("pm", creates: "x", condition: condition)) == (.skipped, .completed))
        var run = RunUnderTest([agent("pm", creates: "prd.md"), agent("architect", creates: "a", condition: condition)])
        run.work()
        #expect(run.open?.step == 1)
    }
}
