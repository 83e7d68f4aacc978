import BatonEngine
import Testing

@Suite struct AttemptTests {
    private func fail(
        _ run: inout RunUnderTest, _ outcome: AttemptOutcome = .failed, mayRetry: Bool = true
    ) -> RunOutput {
        let lease = run.dispatch()
        return run.apply(
            .attemptEnded(
                task: run.open!.ordinal, lease: lease, outcome: outcome, message: "it broke", mayRetry: mayRetry))
    }

    @Test("A failed attempt is followed by another after a delay that doubles, until the attempts are used up")
    func retries() throws {
        var run = RunUnderTest([agent("pm", creates: "prd.md")])
        var delays: [Int64] = []
        for _ in 0..<2 {
            _ = fail(&run)
            let due = try #require(run.open?.retryAt)
            delays.append(due - run.now)
            #expect(
                !run.state.accepts(.dispatched(task: run.open!.ordinal, agent: "a", role: "pm", lease: run.state.id)))
            #expect(run.apply(.retryDue(task: run.open!.ordinal)).effects == [.ready(task: run.open!.ordinal)])
        }
        #expect((800...1200).contains(delays[0]) && (1600...2400).contains(delays[1]), "\(delays)")
        let last = fail(&run)
        #expect(run.state.status == .attention)
        #expect(run.state.reason == "step pm-prd.md: 3 attempts failed, the last one: it broke")
        #expect(last.attempts.map(\.attempt) == [3])
    }

    @Test("A lost attempt goes to another agent at once, under the same idempotency key; a failed one gets a new key")
    func keys() {
        var run = RunUnderTest([agent("pm", creates: "prd.md")])
        let key = run.open!.idempotencyKey
        #expect(fail(&run, .lost).effects == [.ready(task: run.open!.ordinal)])
        #expect(run.open!.idempotencyKey == key)
        #expect(run.open!.attempt == 1)
        _ = fail(&run, .rejected)
        #expect(run.open!.idempotencyKey != key)
    }

    @Test("Declined and withdrawn attempts are not counted", arguments: [AttemptOutcome.declined, .withdrawn])
    func uncounted(outcome: AttemptOutcome) {
        var run = RunUnderTest([agent("pm", creates: "prd.md")])
        for _ in 0..<10 { #expect(fail(&run, outcome).effects == [.ready(task: run.open!.ordinal)]) }
        #expect(run.open!.attempt == 0)
        #expect(run.state.status == .running)
    }

    @Test("An error that the agent calls final is not tried again")
    func notRetryable() {
        var run = RunUnderTest([agent("pm", creates: "prd.md")])
        _ = fail(&run, mayRetry: false)
        #expect(run.state.status == .attention)
    }

    @Test("on_failure decides over the run when the attempts are used up")
    func onFailure() {
        func run(_ policy: FailurePolicy) -> RunState {
            var run = RunUnderTest([
                agent("pm", creates: "prd.md") {
                    $0.onFailure = policy
                    $0.retry.maxAttempts = 1
                }, guidance("end"),
            ])
            _ = fail(&run)
            return run.state
        }
        #expect(run(.fail).status == .failed)
        #expect(run(.skip).status == .completed)
        #expect(run(.skip).tasks[0].status == .skipped)
        #expect(run(.attention).status == .attention)
    }

    @Test("A retry policy that leaves out a cause does not retry it")
    func causes() {
        var run = RunUnderTest([agent("pm", creates: "prd.md") { $0.retry.causes = [.failed] }])
        _ = fail(&run, .timedOut)
        #expect(run.state.status == .attention)
    }
}

@Suite struct ResultTests {
    private func faults(_ step: Step, _ artifacts: [String], facts: JSON = [:]) -> [String] {
        var run = RunUnderTest([step])
        let lease = run.dispatch()
        return run.state.faults(
            in: TaskReport(
                task: run.open!.ordinal, lease: lease, artifacts: artifacts.map { content($0) }, facts: facts))
    }

    @Test("A result must bring what the step creates, and may leave out what is optional")
    func missing() {
        let step = agent("pm", creates: "prd.md", "extra.md?")
        #expect(faults(step, ["prd.md"]).isEmpty)
        #expect(faults(step, ["prd"]).isEmpty)
        #expect(faults(step, ["extra.md"]) == ["the result lacks the artifact prd.md"])
    }

    @Test("A set is one document of its name, or any number inside it")
    func sets() {
        let step = agent("po", creates: "sharded-docs/")
        #expect(faults(step, ["sharded_docs/a.md", "sharded_docs/b.md"]).isEmpty)
        #expect(faults(step, ["sharded-docs.md"]).isEmpty)
        #expect(faults(step, ["other/a.md"]).count == 1)
    }

    @Test("Names that escape, and names that come twice, are refused by name")
    func names() {
        let step = agent("pm", creates: "prd.md")
        #expect(faults(step, ["prd.md", "../x"]) == ["the artifact name \"../x\" has the path component '..'"])
        #expect(faults(step, ["prd.md", "prd"]) == ["the artifact prd is in the result twice"])
    }

    @Test("A reported fact must be of the kind that was asked for")
    func facts() {
        let step = agent("qa") {
            $0.reports = [
                Report(name: "ok", kind: .boolean, question: "?"),
                Report(name: "size", kind: .enum, question: "?", options: ["small", "large"]),
            ]
        }
        #expect(faults(step, [], facts: ["ok": true, "size": "small"]).isEmpty)
        #expect(
            faults(step, [], facts: ["ok": "yes", "size": "medium"]) == [
                "facts.ok must be true or false, not a string", "facts.size must be one of small, large",
            ])
    }

    @Test("Versions count per name, equal content makes none, and lineage names what the task was given")
    func versions() {
        var run = RunUnderTest([
            agent("analyst", creates: "brief.md"), agent("pm", creates: "prd.md", requires: ["brief.md"]),
            agent("pm", requires: ["prd.md"], updates: ["prd.md"], id: "update"),
        ])
        run.work()
        run.work()
        let prd = run.state.artifact("prd.md")!
        #expect(prd.madeFrom == [run.state.artifact("brief")!.ordinal])
        let lease = run.dispatch()
        let same = ArtifactContent(name: "prd.md", digest: prd.digest, size: prd.size, mediaType: prd.mediaType)
        let output = run.apply(.completed(TaskReport(task: run.open!.ordinal, lease: lease, artifacts: [same])))
        #expect(output.log.contains(.unchanged(name: "prd.md")))
        #expect(run.state.artifact("prd.md")?.version == 1)
        #expect(run.state.status == .completed)
    }

    @Test("What nobody asked for is kept, but takes the place of nothing")
    func extras() {
        var run = RunUnderTest([agent("analyst", creates: "brief.md"), agent("pm", creates: "prd.md"), guidance("end")])
        run.work()
        let brief = run.state.artifact("brief.md")!
        run.work(artifacts: ["prd.md", "brief.md", "log.txt"])
        #expect(run.state.artifact("brief.md") == brief)
        #expect(run.state.artifacts.filter(\.isExtra).map(\.name.text) == ["brief.md", "log.txt"])
        #expect(run.state.artifacts.filter { $0.name == "brief.md" }.map(\.version) == [1, 2])
        #expect(run.replayed() == run.state)
    }
}

@Suite struct HandoffTests {
    @Test("A handoff names both sides, what goes along and what is expected")
    func handoff() throws {
        var run = RunUnderTest(
            [
                agent("analyst", creates: "brief.md", phase: .discovery),
                agent("ux-expert", creates: "spec.md", requires: ["brief.md"], phase: .design),
            ],
            prompts: [HandoffPrompt(key: "analyst_to_ux", text: "Take {{name}} on, {{unknown}}.")],
            start: RunStart(project: "shop", client: "c", inputs: ["name": "the shop", "idea": "sell tea"]))
        let first = try #require(run.state.handoffs.values.first)
        #expect(first.fromAgent == "user" && first.toAgent == "analyst")
        #expect(first.contextSummary.contains("sell tea"))
        run.work(summary: "wrote it")
        let second = try #require(run.state.handoffs.values.first)
        #expect(second.fromAgent == "analyst" && second.toAgent == "ux-expert")
        #expect(second.fromInstance == "agent-1")
        #expect(second.phase == .design)
        #expect(second.project == "shop")
        #expect(second.contextIDs == [run.state.id.child(run.state.artifact("brief")!.ordinal)])
        #expect(second.instructions == "Take the shop on, {{unknown}}.\n\nnotes of ux-expert")
        #expect(second.expectedOutputs == ["spec.md"])
        #expect(second.contextSummary == "analyst (analyst-brief.md): wrote it")
        #expect(second.metadata["from"]?.array?.count == 1)
    }
}
