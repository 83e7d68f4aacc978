import BatonEngine
import Testing

/// What a person does about a step that came to nothing.
@Suite struct ReviveTests {
    private func task(_ run: RunUnderTest, _ step: String) -> TaskState {
        run.state.tasks.last { run.state.plan.steps[$0.step].id == step }!
    }

    private func steps(_ policy: FailurePolicy = .attention) -> [Step] {
        [
            agent("pm", creates: "prd.md") {
                $0.onFailure = policy
                $0.retry.maxAttempts = 2
            }, agent("dev", creates: "code.md", requires: ["prd.md"]),
        ]
    }

    @Test("A task that needs a person is tried again with a fresh set of attempts; their numbers go on")
    func retryAttention() {
        var run = RunUnderTest(steps())
        for _ in 0..<2 {
            let lease = run.dispatch()
            run.apply(
                .attemptEnded(
                    task: run.open!.ordinal, lease: lease, outcome: .timedOut, message: "late", mayRetry: true))
            if run.open!.retryAt != nil { run.apply(.retryDue(task: run.open!.ordinal)) }
        }
        #expect(run.state.status == .attention)
        let task = run.open!.ordinal
        let output = run.apply(.retried(tasks: [task], by: "ann"))
        #expect(output.effects == [.ready(task: task)])
        #expect(run.state.status == .running)
        #expect(run.state.reason == nil)
        #expect(!run.state.accepts(.retried(tasks: [task], by: "ann")))
        let lease = run.dispatch()
        #expect(run.open!.attempt == 3)
        run.apply(
            .attemptEnded(task: task, lease: lease, outcome: .timedOut, message: "late", mayRetry: true))
        #expect(run.open!.retryAt != nil, "the third attempt is the first of the new ones")
        #expect(run.restored() == run.state)
        run.apply(.retryDue(task: task))
        run.work()
        run.work()
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state)
    }

    @Test("A run that a step made fail goes on from there, with what was cancelled along with it")
    func retryFailed() {
        var run = RunUnderTest(
            [
                block("both", .block(.parallel(Parallel(elements: [1, 2], join: .all, failsFast: true)))),
                agent("pm", creates: "prd.md") {
                    $0.onFailure = .fail
                    $0.retry.maxAttempts = 1
                }, agent("dev", creates: "code.md"), agent("qa", creates: "report.md"),
            ], body: .sequence([0, 3]))
        let lease = Identifier(high: 7, low: 7)
        let dev = task(run, "dev-code.md").ordinal
        run.apply(.dispatched(task: dev, agent: "d", role: "dev", lease: lease))
        run.fail("pm-prd.md")
        #expect(run.state.status == .failed)
        #expect(run.status("dev-code.md") == .cancelled)
        #expect(run.restored() == run.state)

        run.state = run.restored()
        let output = run.apply(.retried(tasks: [], by: "ann"))
        #expect(run.state.status == .running)
        #expect(run.state.endedAt == nil)
        #expect(Set(run.ready) == ["pm-prd.md", "dev-code.md"])
        #expect(output.attempts.map(\.outcome) == [.cancelled], "what was out is over, and says so")
        #expect(output.attempts.map(\.lease) == [lease])
        run.complete("pm-prd.md")
        run.complete("dev-code.md")
        run.complete("qa-report.md")
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state)
    }

    /// Found by the simulation, seed 3091728.
    @Test("A document that waited for its approval when its run failed waits for it again, after a restart too")
    func waitingForApproval() {
        var run = RunUnderTest(
            [
                block("both", .block(.parallel(Parallel(elements: [1, 2], join: .all, failsFast: true)))),
                agent("pm", creates: "prd.md") { $0.onFailure = .fail },
                agent("dev", creates: "code.md") { $0.approval = ApprovalPolicy() },
            ], body: .sequence([0]))
        run.complete("dev-code.md")
        #expect(run.restored() == run.state)
        run.fail("pm-prd.md")
        #expect(run.state.status == .failed)
        #expect(run.restored() == run.state)
        run.apply(.retried(tasks: [], by: "ann"))
        #expect(run.question?.name == "approve_dev-code.md")
        #expect(run.restored() == run.state)
        run.vote("approve")
        run.complete("pm-prd.md")
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state)
    }

    @Test("What the run has gone on without is not taken up again")
    func tooLate() {
        var run = RunUnderTest(
            [
                block("both", .block(.parallel(Parallel(elements: [1, 2], join: .any, failsFast: false)))),
                agent("pm", creates: "prd.md") { $0.onFailure = .fail }, agent("dev", creates: "code.md"),
                agent("qa", creates: "report.md"),
            ], body: .sequence([0, 3]))
        run.fail("pm-prd.md")
        #expect(run.state.canRetry(task(run, "pm-prd.md")), "the other branch may still fail")
        run.complete("dev-code.md")
        #expect(run.ready == ["qa-report.md"])
        #expect(!run.state.canRetry(task(run, "pm-prd.md")))
        #expect(!run.state.canSkip(task(run, "pm-prd.md")))
        run.apply(.cancelled(by: "ann", reason: ""))
        #expect(!run.state.accepts(.retried(tasks: [], by: "ann")))
    }

    @Test("One of several items that failed is tried again, and the others stay as they ended")
    func oneItem() {
        let make = agent("dev", creates: "part.md") { $0.onFailure = .fail }
        let cycle = ForEach(
            items: .list(["a", "b", "c"]), item: "part", body: 1, maxParallel: 3, maxItems: 9, failsFast: false)
        var run = RunUnderTest([block("parts", .forEach(cycle), onFailure: .attention), make], body: .sequence([0]))
        run.fail("dev-part.md@part-1")
        run.fail("dev-part.md@part-3")
        run.complete("dev-part.md@part-2")
        #expect(run.state.status == .attention)
        let third = run.state.tasks.first { $0.scope == "part-3" }!.ordinal
        run.apply(.retried(tasks: [third], by: "ann"))
        #expect(run.ready == ["dev-part.md@part-3"])
        run.complete("dev-part.md@part-3")
        #expect(run.state.status == .attention, "the first one is still missing")
        // The whole: everything below it that failed.
        run.apply(.retried(tasks: [task(run, "parts").ordinal], by: "ann"))
        #expect(run.ready == ["dev-part.md@part-1"])
        run.complete("dev-part.md@part-1")
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state)
    }

    @Test("A skipped task counts as skipped, whatever it was at, and nothing waits for what it would have made")
    func skip() {
        var waiting = RunUnderTest(steps())
        let output = waiting.apply(.skipped(task: waiting.open!.ordinal, by: "ann", reason: "not needed"))
        #expect(waiting.status("pm-prd.md") == .skipped)
        #expect(waiting.state.tasks[0].reason == "skipped by ann: not needed")
        #expect(waiting.ready == ["dev-code.md"])
        #expect(output.effects.contains { if case .withdraw = $0 { true } else { false } })

        var out = RunUnderTest(steps())
        let lease = out.dispatch()
        let task = out.open!.ordinal
        out.apply(.skipped(task: task, by: "ann", reason: ""))
        #expect(!out.state.isOut(task, lease: lease))

        var failed = RunUnderTest(steps(.fail))
        failed.fail("pm-prd.md")
        #expect(failed.state.status == .failed)
        failed.apply(.skipped(task: failed.state.tasks[0].ordinal, by: "ann", reason: ""))
        #expect(failed.state.status == .running)
        #expect(failed.ready == ["dev-code.md"])
        for run in [waiting, out, failed] {
            #expect(run.replayed() == run.state)
            #expect(run.restored() == run.state)
        }
    }

    @Test("Skipping a step that waits for an answer takes the question back")
    func skipQuestion() {
        let condition = Condition(symbol: "user_wants_more", source: .user)
        var run = RunUnderTest([agent("pm", creates: "more.md", condition: condition), agent("dev", creates: "c.md")])
        run.apply(.skipped(task: run.open!.ordinal, by: "ann", reason: ""))
        #expect(run.state.decisions.map(\.status) == [.withdrawn])
        #expect(run.ready == ["dev-c.md"])
    }

    @Test("A step that a person lets fail is treated as its on_failure says; attention has been given")
    func fail() {
        func failed(_ policy: FailurePolicy) -> RunUnderTest {
            var run = RunUnderTest(steps(policy))
            run.apply(.failed(task: run.open!.ordinal, by: "ann", reason: "hopeless"))
            return run
        }
        #expect(failed(.fail).state.status == .failed)
        #expect(failed(.attention).state.status == .failed)
        #expect(failed(.attention).state.reason == "step pm-prd.md: failed by ann: hopeless")
        #expect(failed(.skip).ready == ["dev-code.md"])
    }

    @Test("A run that a person let fail goes on where it was")
    func failRun() {
        var run = RunUnderTest(steps())
        run.work()
        run.dispatch()
        run.apply(.failed(task: nil, by: "ann", reason: ""))
        #expect(run.state.reason == "failed by ann")
        run.apply(.retried(tasks: [], by: "ann"))
        #expect(run.ready == ["dev-code.md"])
        run.work()
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state)
    }

    @Test("A step that was a run of its own begins a new one")
    func childRun() {
        let child = ChildRun(workflow: "other", inputs: [:], requires: [])
        var run = RunUnderTest([Step(id: "child", phase: .build, kind: .childRun(child))])
        guard case .childRun(let first) = run.open?.detail else {
            Issue.record("no child run")
            return
        }
        run.apply(.childEnded(ChildReport(task: run.open!.ordinal, run: first, status: .failed, reason: "broke")))
        #expect(run.state.status == .failed)
        let output = run.apply(.retried(tasks: [], by: "ann"))
        guard case .childRun(let second) = run.open?.detail else {
            Issue.record("no second child run")
            return
        }
        #expect(second != first)
        #expect(output.effects == [.startChild(task: run.open!.ordinal, run: second)])
        #expect(!run.state.accepts(.childEnded(ChildReport(task: run.open!.ordinal, run: first, status: .failed))))
    }
}
