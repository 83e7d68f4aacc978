import BatonEngine
import Testing

@Suite struct BudgetTests {
    private let steps = [
        agent("analyst", creates: "brief.md"), agent("pm", creates: "prd.md"), agent("dev", creates: "code.md"),
    ]

    private func run(_ budget: RunBudget, _ steps: [Step]? = nil, body: Block? = nil) -> RunUnderTest {
        RunUnderTest(
            steps ?? self.steps, body: body,
            start: RunStart(project: "p", client: "test", options: RunOptions(budget: budget)))
    }

    private func limits(
        tokens: Int64? = nil, cost: Int64? = nil, wall: Int64? = nil
    ) -> RunBudget { RunBudget(run: .init(tokens: tokens, costMillionths: cost, wallMilliseconds: wall)) }

    // MARK: Counting

    @Test("What agents report is summed, of attempts that failed as well, per task and per run")
    func sums() {
        var run = run(RunBudget())
        let lease = run.dispatch()
        let task = run.open!.ordinal
        run.apply(
            .attemptEnded(
                task: task, lease: lease, outcome: .rejected, message: "no", mayRetry: true,
                usage: ["input_tokens": 70, "output_tokens": 30, "cost": 0.25]))
        run.apply(.retryDue(task: task))
        run.use(["tokens": 500, "cost": 0.1, "seconds": 2.5, "model": "m"])
        run.use(nil)
        #expect(run.state.spending.usage.tokens == 600 && run.state.spending.usage.inputTokens == 70)
        #expect(run.state.spending.usage.costMillionths == 350_000 && run.state.spending.usage.milliseconds == 2500)
        #expect(run.state.tasks[0].usage == run.state.spending.usage && run.state.tasks[1].usage.isZero)
        #expect(run.state.tasks[0].spentMilliseconds == 20)
        #expect(run.restored() == run.state && run.replayed() == run.state)
    }

    @Test("What is no number of the kind counts as nothing, and no sum overflows")
    func strange() {
        #expect(Usage(["tokens": -5, "cost": "much", "seconds": 1e300, "input_tokens": 1.5]).isZero)
        #expect(Usage(.string("x")).isZero && Usage(nil).isZero)
        var sum = Usage(["tokens": .int(Usage.maxCount)])
        for _ in 1...20 { sum += sum }
        #expect(sum.tokens == Usage.maxCount)
        #expect(Usage(sum.json) == sum)
    }

    // MARK: Limits of a run

    @Test("At a limit the run needs a person; what is out may finish; a larger budget lets it go on")
    func tokens() throws {
        var run = run(limits(tokens: 1000))
        run.use(["tokens": 999])
        #expect(run.state.status == .running)
        let output = run.use(["tokens": 201])
        #expect(run.state.status == .attention && run.state.isHeld)
        let reason = try #require(run.state.reason)
        #expect(reason.contains("1200 tokens of 1000 tokens"))
        #expect(reason.contains("baton resume \(run.state.id) --budget tokens=2400"))
        #expect(output.effects.contains(.pause) && output.log.contains(.budgetReached(limit: "tokens", reason: reason)))
        let next = RunEvent.dispatched(
            task: run.open!.ordinal, agent: "a", role: "dev", lease: Identifier(high: 1, low: 1))
        #expect(!run.state.accepts(next))
        #expect(run.restored() == run.state)

        // Less than what is used does not help, and says so.
        #expect(!run.apply(.budgeted(limits(tokens: 1100), by: "ann")).effects.contains(.resume))
        #expect(run.state.reason?.contains("1200 tokens of 1100 tokens") == true)
        #expect(run.apply(.budgeted(limits(tokens: 5000), by: "ann")).effects == [.resume])
        #expect(run.state.status == .running && run.state.reason == nil && run.state.accepts(next))
        run.use(["tokens": 1])
        #expect(run.state.status == .completed)
        #expect(run.replayed() == run.state && run.restored() == run.state)
    }

    @Test("Nobody is asked when everything is done by then")
    func doneByThen() {
        var run = run(limits(cost: 1_000_000), [agent("dev", creates: "code.md")])
        run.use(["cost": 7])
        #expect(run.state.status == .completed && run.state.spending.stop == nil)
    }

    @Test("What is out when the limit is reached finishes, and may complete the run")
    func outMeanwhile() {
        let parallel = block("both", .block(.parallel(Parallel(elements: [1, 2], join: .all, failsFast: false))))
        var run = run(
            limits(tokens: 10), [parallel, agent("pm", creates: "a.md"), agent("dev", creates: "b.md")],
            body: .sequence([0]))
        let tasks = run.state.tasks.filter { $0.status == .waiting }.map(\.ordinal)
        let leases = tasks.map { Identifier(high: 7, low: UInt64($0)) }
        for (task, lease) in zip(tasks, leases) {
            run.apply(.dispatched(task: task, agent: "a", role: "pm", lease: lease))
        }
        run.apply(
            .completed(
                TaskReport(task: tasks[0], lease: leases[0], artifacts: [content("a.md")], usage: ["tokens": 99])))
        #expect(run.state.status == .attention)
        run.apply(.completed(TaskReport(task: tasks[1], lease: leases[1], artifacts: [content("b.md")])))
        #expect(run.state.status == .completed && run.replayed() == run.state)
    }

    @Test("Pausing and a used up budget hold independently of each other")
    func pause() {
        var run = run(limits(tokens: 10))
        run.apply(.paused(by: "ann", reason: ""))
        run.apply(.budgeted(limits(tokens: 1), by: "ann"))
        run.apply(.resumed(by: "ann"))
        run.use(["tokens": 3])
        #expect(run.state.status == .attention)
        run.apply(.paused(by: "ann", reason: ""))
        #expect(run.state.status == .paused)
        #expect(run.apply(.resumed(by: "ann")).effects.isEmpty)
        #expect(run.state.status == .attention)
        run.apply(.paused(by: "ann", reason: ""))
        #expect(!run.apply(.budgeted(limits(tokens: 100), by: "ann")).effects.contains(.resume))
        #expect(run.state.status == .paused && run.state.spending.stop == nil)
        #expect(run.apply(.resumed(by: "ann")).effects == [.resume])
        #expect(run.state.status == .running && run.replayed() == run.state)
    }

    // MARK: Time

    @Test("The run's time is looked at when it is due, and stands while the run does")
    func wallTime() throws {
        var run = run(limits(wall: 60_000))
        let due = try #require(run.state.timeDueAt)
        #expect(due - run.state.startedAt == 60_000)
        run.now = run.now + 20_000
        run.apply(.paused(by: "ann", reason: ""))
        #expect(run.state.timeDueAt == nil && !run.state.accepts(.timeDue))
        run.now = run.now + 9_000_000
        let effects = run.apply(.resumed(by: "ann")).effects
        let later = try #require(run.state.timeDueAt)
        #expect(effects.contains(.wakeRun(at: later)) && later - run.now == 60_000 - 20_010)
        run.now = later
        run.apply(.timeDue)
        #expect(run.state.status == .attention && run.state.reason?.contains("60.01 s of time of 60 s") == true)
        let more = run.apply(.budgeted(limits(wall: 3_600_000), by: "ann"))
        #expect(run.state.status == .running)
        #expect(more.effects.contains { if case .wakeRun = $0 { true } else { false } })
        #expect(run.replayed() == run.state && run.restored() == run.state)
    }

    @Test("Conditions read what was used, as facts.usage")
    func facts() {
        var run = run(RunBudget())
        run.use(["input_tokens": 1, "output_tokens": 2, "cost": 0.5])
        let usage = run.state.usageFact
        #expect(usage["tokens"] == 3 && usage["cost"] == 0.5 && usage["wall_time"]?.double ?? -1 > 0)
    }

    // MARK: Limits of a step

    @Test("A step that has used up its budget is not given out again, and the other branches go on")
    func step() throws {
        let parallel = block("both", .block(.parallel(Parallel(elements: [1, 2], join: .all, failsFast: false))))
        var budget = RunBudget()
        budget.steps["pm_a"] = .init(tokens: 100)
        var run = run(
            budget, [parallel, agent("pm", creates: "a.md", id: "pm-a"), agent("dev", creates: "b.md", id: "dev-b")],
            body: .sequence([0]))
        let task = run.state.tasks.first { run.state.plan.steps[$0.step].id == "pm-a" }!.ordinal
        let lease = Identifier(high: 5, low: 5)
        run.apply(.dispatched(task: task, agent: "a", role: "pm", lease: lease))
        run.apply(
            .attemptEnded(
                task: task, lease: lease, outcome: .failed, message: "no", mayRetry: true, usage: ["tokens": 130]))
        #expect(run.state.status == .running)
        let output = run.apply(.retryDue(task: task))
        #expect(!output.effects.contains(.ready(task: task)) && run.status("pm-a") == .attention)
        #expect(run.state.status == .attention && run.ready == ["dev-b"])
        let reason = try #require(run.state.task(task)?.reason)
        #expect(reason.contains("130 tokens of 100 tokens") && reason.contains("--budget pm-a.tokens=260"))
        #expect(run.state.isOverBudget(run.state.task(task)!))
        run.complete("dev-b")

        var more = RunBudget()
        more.steps["pm-a"] = .init(tokens: 1000)
        run.apply(.budgeted(more, by: "ann"))
        #expect(!run.state.isOverBudget(run.state.task(task)!))
        run.apply(.retried(tasks: [task], by: "ann"))
        #expect(run.ready == ["pm-a"])
        run.complete("pm-a")
        #expect(run.state.status == .completed && run.replayed() == run.state)
    }

    @Test("A run that is a step of another gets what is left, and what it used counts")
    func child() throws {
        let child = ChildRun(workflow: "other", inputs: [:], requires: [])
        var run = run(
            limits(tokens: 1000),
            [
                agent("pm", creates: "a.md"), Step(id: "child", phase: .build, kind: .childRun(child)),
                agent("dev", creates: "b.md", phase: .build),
            ])
        run.use(["tokens": 400])
        let task = run.open!
        #expect(run.state.childStart(task.ordinal)?.start.options.budget.run.tokens == 600)
        guard case .childRun(let id) = task.detail else {
            Issue.record("no child run")
            return
        }
        let output = run.apply(
            .childEnded(ChildReport(task: task.ordinal, run: id, status: .completed, usage: ["tokens": 650])))
        #expect(run.state.spending.usage.tokens == 1050 && run.state.status == .attention)
        #expect(output.effects.contains(.pause) && run.replayed() == run.state)
    }

    @Test("What a step has left of its time bounds an attempt, beside the step's own timeout")
    func stepTime() throws {
        var budget = RunBudget()
        budget.steps["pm-a"] = .init(wallMilliseconds: 60_000)
        var run = run(budget, [agent("pm", creates: "a.md", id: "pm-a"), agent("dev", creates: "b.md")])
        let task = try #require(run.open)
        #expect(run.state.timeoutMilliseconds(of: task) == 60_000)
        let lease = run.dispatch()
        run.now = run.now + 45_000
        run.apply(
            .attemptEnded(
                task: task.ordinal, lease: lease, outcome: .failed, message: "no", mayRetry: true, usage: nil))
        let left = try #require(run.state.timeoutMilliseconds(of: task))
        #expect((14_000...15_000).contains(left))
        run.now = run.now + 1000
        run.apply(.retryDue(task: task.ordinal))
        let second = run.dispatch()
        // Waiting for the next attempt is nobody's time.
        #expect(run.state.timeoutMilliseconds(of: task) == left)
        run.now = run.now + left
        run.apply(
            .attemptEnded(
                task: task.ordinal, lease: second, outcome: .timedOut, message: "late", mayRetry: true, usage: nil))
        run.apply(.retryDue(task: task.ordinal))
        #expect(run.status("pm-a") == .attention && run.state.status == .attention)
        #expect(run.replayed() == run.state)

        // The shorter of the two.
        let bounded = self.run(budget, [agent("pm", creates: "a.md", id: "pm-a") { $0.timeoutMilliseconds = 5000 }])
        #expect(bounded.state.timeoutMilliseconds(of: try #require(bounded.open)) == 5000)
    }

    // MARK: The form

    @Test("Budgets are read with the field that is wrong, and written as they were")
    func form() {
        let text: JSON = [
            "tokens": 5000, "cost": 2.5, "wall_time": 7200, "steps": ["draft": ["tokens": 10, "wall_time": 0.5]],
        ]
        let (budget, faults) = RunBudget.read(text, path: "options.budget")
        #expect(faults.isEmpty && budget.run.costMillionths == 2_500_000 && budget.run.wallMilliseconds == 7_200_000)
        #expect(budget.limits(of: "Draft") == nil && budget.limits(of: "draft")?.wallMilliseconds == 500)
        #expect(RunBudget.read(budget.json, path: "b").budget == budget)
        for (wrong, field) in [
            (["tokens": 0], "b.tokens"), (["tokens": 1.5], "b.tokens"), (["cost": -1], "b.cost"),
            (["wall_time": "2h"], "b.wall_time"), (["steps": 7], "b.steps"), (["steps": ["x": []]], "b.steps.x"),
            (["steps": ["x": ["cost": 0]]], "b.steps.x.cost"), (7, "b"),
        ] as [(JSON, String)] {
            #expect(RunBudget.read(wrong, path: "b").faults.first?.hasPrefix(field + " must") == true, "\(wrong)")
        }
    }

    @Test("Inputs about budgets read back from the form in which history keeps them")
    func events() throws {
        var budget = limits(tokens: 5, cost: 1, wall: 1500)
        budget.steps["a"] = .init(tokens: 3)
        let lease = Identifier(high: 5, low: 6)
        for event in [
            .budgeted(budget, by: "ann"), .timeDue,
            .attemptEnded(
                task: 3, lease: lease, outcome: .failed, message: "m", mayRetry: false, usage: ["tokens": 3]),
            .childEnded(ChildReport(task: 3, run: lease, status: .failed, usage: ["tokens": 4])),
        ] as [RunEvent] {
            var writer = JSONWriter()
            event.write(to: &writer)
            #expect(RunEvent(kind: event.kind, json: try JSON.parse(writer.bytes)) == event)
        }
    }
}

extension RunUnderTest {
    /// Does the open task with everything it should create, and reports what it took.
    @discardableResult
    fileprivate mutating func use(_ usage: JSON?) -> RunOutput {
        let lease = dispatch()
        let task = open!
        guard case .agent(let work) = state.plan.steps[task.step].kind else { preconditionFailure("no agent step") }
        let artifacts = work.creates.map { content($0.name.text, seed: state.sequence) }
        return apply(
            .completed(
                TaskReport(task: task.ordinal, lease: lease, artifacts: artifacts, summary: "done", usage: usage)))
    }
}
