import BatonEngine
import Testing

@Suite struct ReviewLoopTests {
    /// A brief and a PRD, a review of all, fixes by the owners, then `end`.
    private func review(maxRounds: Int = 3, options: RunOptions = RunOptions()) -> RunUnderTest {
        RunUnderTest(
            [
                agent("analyst", creates: "brief.md", id: "brief"), agent("pm", creates: "prd.md", id: "prd"),
                block("loop", .review(ReviewLoop(review: 3, fix: 4, maxRounds: maxRounds))),
                agent("po", id: "check") {
                    $0.validates = ["all_artifacts"]
                    $0.requires = [.allArtifacts]
                },
                Step(
                    id: "fix", phase: .plan, kind: .fixFlagged(FixFlagged(review: 3, task: 5)),
                    condition: Condition(symbol: "po_issues", source: .verdict(step: 3))),
                agent("", id: "fix-task") { $0.roles = [] },
                agent("sm", creates: "story.md", id: "end"),
            ], body: .sequence([0, 1, 2, 6]), start: RunStart(project: "p", client: "c", options: options))
    }

    private let passed: JSON = ["passed": true]

    private func flagged(_ names: String...) -> JSON {
        ["passed": false, "flagged": .array(names.map { ["artifact": .string($0), "reason": "thin"] })]
    }

    @Test("A review that passes ends the loop, and the fix is recorded as skipped")
    func passes() {
        var run = review()
        run.complete("brief")
        run.complete("prd")
        run.complete("check", verdict: passed)
        #expect(run.status("fix") == .skipped)
        #expect(run.ready == ["end"])
    }

    @Test("Flagged artifacts go to their owners side by side, and then to the review again")
    func fixes() {
        var run = review()
        run.complete("brief")
        run.complete("prd")
        run.complete("check", verdict: flagged("brief.md", "prd"))
        #expect(run.ready == ["fix-task", "fix-task"])
        let tasks = run.state.tasks.filter { run.state.plan.steps[$0.step].id == "fix-task" }
        #expect(tasks.map { run.state.roles(of: $0) } == [["analyst"], ["pm"]])
        #expect(tasks.map { run.state.work(of: $0)!.updates.map(\.name.text) } == [["brief.md"], ["prd.md"]])
        #expect(run.state.work(of: tasks[0])!.notes.contains("brief.md: thin"))
        run.complete("fix-task")
        #expect(run.ready == ["fix-task"])
        run.complete("fix-task")
        #expect(run.ready == ["check"])
        #expect(run.state.tasks.last?.round == 2)
        #expect(run.state.artifact("brief.md")?.version == 2)
        run.complete("check", verdict: passed)
        #expect(run.ready == ["end"])
        #expect(run.restored() == run.state)
        #expect(run.replayed() == run.state)
    }

    /// Found by simulation (seed 71428): the fix was to be made again by the step's role, which is nobody's.
    @Test("A fix that the review does not take as it is handed over is made again by its owner")
    func refusedFix() {
        var run = review()
        run.complete("brief")
        run.complete("prd")
        run.complete("check", verdict: flagged("prd.md"))
        run.complete("fix-task")
        let check = run.open!
        let lease = run.dispatch(agent: "ann")
        run.apply(
            .attemptEnded(
                task: check.ordinal, lease: lease, outcome: .refused, message: "which users?", mayRetry: true))
        #expect(run.ready == ["fix-task"])
        let again = run.state.tasks.last!
        #expect(run.state.roles(of: again) == ["pm"])
        let work = run.state.work(of: again)!
        #expect(work.roles == ["pm"] && work.updates.map(\.name.text) == ["prd.md"])
        #expect(work.notes.contains("prd.md: thin") && work.notes.hasSuffix("which users?"))
        run.complete("fix-task")
        #expect(run.ready == ["check"] && run.state.artifact("prd.md")?.version == 3)
        run.complete("check", verdict: passed)
        #expect(run.ready == ["end"])
        #expect(run.restored() == run.state)
        #expect(run.replayed() == run.state)
    }

    @Test("max_rounds counts reviews; at the bound a person decides on another round, acceptance or the end")
    func bound() {
        func atBound() -> RunUnderTest {
            var run = review(maxRounds: 2)
            run.complete("brief")
            run.complete("prd")
            run.complete("check", verdict: flagged("prd.md"))
            run.complete("fix-task")
            run.complete("check", verdict: flagged("prd.md"))
            return run
        }
        var run = atBound()
        #expect(run.state.status == .attention)
        #expect(run.ready == [])
        run.answer("loop_bound", "another_round")
        #expect(run.state.status == .running)
        run.complete("fix-task")
        run.complete("check", verdict: flagged("prd.md"))
        #expect(run.state.status == .attention)
        run.answer("loop_bound", "accept")
        #expect(run.ready == ["end"])
        var cancelled = atBound()
        cancelled.answer("loop_bound", "cancel")
        #expect(cancelled.state.status == .cancelled)
    }

    @Test("An artifact that nobody owns is asked about; a role in the verdict goes before the owner")
    func owners() {
        var run = RunUnderTest(
            [
                block("loop", .review(ReviewLoop(review: 1, fix: 2))),
                agent("po", id: "check") { $0.validates = ["all_artifacts"] },
                Step(
                    id: "fix", phase: .plan, kind: .fixFlagged(FixFlagged(review: 1, task: 3)),
                    condition: Condition(symbol: "po_issues", source: .verdict(step: 1))),
                agent("", id: "fix-task") { $0.roles = [] },
            ], body: .sequence([0]),
            start: RunStart(project: "p", client: "c", artifacts: [content("given.md")]))
        run.complete("check", verdict: flagged("given.md"))
        #expect(run.state.decisions.map(\.kind) == [.owner])
        run.answer("given.md_owner", "po")
        #expect(run.state.roles(of: run.state.tasks.last!) == ["po"])
        run.complete("fix-task")
        run.complete(
            "check",
            verdict: ["passed": false, "flagged": [["artifact": "given.md", "reason": "", "role": "architect"]]])
        #expect(run.state.roles(of: run.state.tasks.last!) == ["architect"])
    }

    @Test("A verdict must say whether it passed, and flag what is there")
    func faults() {
        var run = review()
        run.complete("brief")
        run.complete("prd")
        let task = run.state.tasks.last!
        func faults(_ verdict: JSON?) -> [String] {
            run.state.faults(
                in: TaskReport(task: task.ordinal, lease: Identifier(high: 0, low: 0), artifacts: [], verdict: verdict))
        }
        #expect(faults(nil).count == 1)
        #expect(faults(["passed": "yes"]) == ["verdict.passed must be true or false"])
        #expect(faults(["passed": false]) == ["a verdict that does not pass must flag an artifact"])
        #expect(faults(flagged("nowhere.md")) == ["verdict.flagged[0].artifact: there is no artifact nowhere.md"])
        #expect(faults(["passed": true]) == [])
        #expect(faults(flagged("prd.md")) == [])
    }

    @Test("Feedback that was addressed goes back to the review, for as long as the review reports some")
    func feedback() {
        let reported = Condition(symbol: "qa_left_items", source: .reporter(step: 2))
        var run = RunUnderTest(
            [
                agent("dev", creates: "code.md", id: "code"),
                block("loop", .review(ReviewLoop(review: 2, fix: 3))),
                agent("qa", updates: ["code.md"], id: "review") {
                    $0.reports = [Report(name: "qa_left_items", kind: .boolean, question: "?")]
                },
                agent("dev", updates: ["code.md"], id: "address", condition: reported),
            ], body: .sequence([0, 1]))
        run.complete("code")
        run.complete("review", facts: ["qa_left_items": true])
        #expect(run.ready == ["address"])
        run.complete("address")
        #expect(run.ready == ["review"])
        // The report of the first round says nothing of the second.
        run.complete("review")
        #expect(run.state.decisions.map(\.name) == ["qa_left_items"])
        run.answer("qa_left_items", false)
        #expect(run.state.status == .completed)
    }

    @Test("When the optional review was not enabled, neither it nor the fix runs")
    func optionalReview() {
        let reported = Condition(symbol: "qa_left_items", source: .reporter(step: 1))
        let run = RunUnderTest(
            [
                block("loop", .review(ReviewLoop(review: 1, fix: 2))),
                agent("qa", updates: ["code.md"], id: "review", isOptional: true),
                agent("dev", updates: ["code.md"], id: "address", condition: reported),
            ], body: .sequence([0]))
        #expect(run.state.status == .completed)
        #expect(run.status("review") == .skipped && run.status("address") == nil)
    }
}

@Suite struct RoutingTests {
    private func routing() -> RunUnderTest {
        RunUnderTest(
            [
                agent("analyst", creates: "scope.md", id: "classify") {
                    $0.reports = [
                        Report(name: "classification", kind: .enum, question: "?", options: ["small", "major"])
                    ]
                },
                Step(
                    id: "route", phase: .plan,
                    kind: .routes(
                        Routes(
                            selector: Condition(symbol: "classification", source: .reporter(step: 0)),
                            routes: [
                                .init(name: "small", body: 2, endsRun: true), .init(name: "major", body: nil),
                            ], question: "Which?"))),
                agent("pm", creates: "story.md", id: "small"),
                agent(
                    "pm", creates: "prd.md", id: "prd",
                    condition: Condition(symbol: "major_path", source: .route(step: 1, name: "major"))),
            ], body: .sequence([0, 1, 3]))
    }

    @Test("A route with an agent ends the run after it")
    func exit() {
        var run = routing()
        run.complete("classify", facts: ["classification": "small"])
        #expect(run.ready == ["small"])
        run.complete("small")
        #expect(run.state.status == .completed)
        #expect(run.status("prd") == nil)
    }

    @Test("A route that continues goes on, and is a fact under its name and as its path")
    func goesOn() {
        var run = routing()
        run.complete("classify", facts: ["classification": "major"])
        #expect(run.ready == ["prd"])
        #expect(run.state.fact("major")?.value == true)
        #expect(run.state.fact("major_path")?.value == true)
        #expect(run.state.fact("small_path")?.value == false)
    }

    @Test("An unknown route is the user's to decide, among the routes")
    func asked() {
        var run = routing()
        run.complete("classify")
        let decision = run.state.decisions[0]
        #expect(decision.answers == .oneOf(["small", "major"]))
        #expect(!run.state.accepts(.decided(decision: decision.ordinal, value: "huge", by: "x")))
        run.answer("classification", "major")
        #expect(run.ready == ["prd"])
        #expect(!run.state.accepts(.decided(decision: decision.ordinal, value: "small", by: "late")))
    }
}
