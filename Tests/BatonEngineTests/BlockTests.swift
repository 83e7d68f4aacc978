import BatonEngine
import Testing

@Suite struct BlockTests {
    private let three = [
        agent("a", creates: "a.md", id: "a"), agent("b", creates: "b.md", id: "b"),
        agent("c", creates: "c.md", id: "c"),
    ]

    private func parallel(
        _ join: Join, failsFast: Bool = false, onFailure: FailurePolicy = .fail
    ) -> RunUnderTest {
        let failing = three.map { step in
            guard case .agent(var work) = step.kind else { return step }
            work.onFailure = .fail
            return Step(id: step.id, phase: step.phase, kind: .agent(work))
        }
        let kind = Step.Kind.block(.parallel(Parallel(elements: [1, 2, 3], join: join, failsFast: failsFast)))
        return RunUnderTest(
            [block("join", kind, onFailure: onFailure)] + failing + [agent("d", creates: "d.md", id: "d")],
            body: .sequence([0, 4]))
    }

    @Test("Branches run side by side, and what follows waits for all of them")
    func all() {
        var run = parallel(.all)
        #expect(run.ready == ["a", "b", "c"])
        run.complete("b")
        run.complete("a")
        #expect(run.ready == ["c"])
        run.complete("c")
        #expect(run.ready == ["d"])
        run.complete("d")
        #expect(run.state.status == .completed)
    }

    @Test("A join of any or of N goes on without the rest, whose tasks are withdrawn")
    func anyAndCount() {
        var any = parallel(.any)
        let output = any.complete("b")
        #expect(any.ready == ["d"])
        #expect(any.status("a") == .cancelled && any.status("c") == .cancelled)
        #expect(
            output.effects.count { if case .withdraw = $0 { true } else { false } } == 2)
        var two = parallel(.count(2))
        two.complete("c")
        #expect(two.ready == ["a", "b"])
        two.complete("a")
        #expect(two.ready == ["d"])
    }

    @Test("A failing branch does not cancel its siblings, and the join says what failed")
    func failingBranch() {
        var run = parallel(.all)
        run.fail("b", "no disk")
        #expect(run.ready == ["a", "c"])
        run.complete("a")
        run.complete("c")
        #expect(run.state.status == .failed)
        #expect(run.state.reason == "step b: 1 attempt failed, the last one: no disk")
        var enough = parallel(.count(2))
        enough.fail("b")
        enough.complete("a")
        enough.complete("c")
        #expect(enough.ready == ["d"])
    }

    @Test("A join that fails fast ends its other branches at once")
    func failsFast() {
        var run = parallel(.all, failsFast: true)
        run.fail("b")
        #expect(run.state.status == .failed)
        #expect(run.status("a") == .cancelled && run.status("c") == .cancelled)
    }

    @Test("A join may be skipped when it fails, and the run goes on")
    func skippedOnFailure() {
        var run = parallel(.all, onFailure: .skip)
        run.fail("a")
        run.complete("b")
        run.complete("c")
        #expect(run.status("join") == .skipped)
        #expect(run.ready == ["d"])
    }

    @Test("A run in attention goes on in its other branches")
    func attention() {
        let kind = Step.Kind.block(.parallel(Parallel(elements: [1, 2, 3])))
        var run = RunUnderTest([block("join", kind)] + three, body: .sequence([0]))
        run.fail("a")
        #expect(run.state.status == .attention)
        run.complete("b")
        run.complete("c")
        #expect(run.state.status == .attention)
        #expect(run.status("b") == .completed && run.status("c") == .completed && run.status("join") == .running)
    }

    @Test("In a dataflow a step begins when those that it waits for have ended")
    func dataflow() {
        let flow = Dataflow(elements: [1, 2, 3, 4], after: [[], [0], [0], [1, 2]])
        var run = RunUnderTest(
            [block("flow", .block(.dataflow(flow)))] + three + [agent("d", creates: "d.md", id: "d")],
            body: .sequence([0]))
        #expect(run.ready == ["a"])
        run.complete("a")
        #expect(run.ready == ["b", "c"])
        run.complete("c")
        #expect(run.ready == ["b"])
        run.complete("b")
        #expect(run.ready == ["d"])
        run.complete("d")
        #expect(run.state.status == .completed)
    }

    @Test("A step whose predecessors end in one turn begins once")
    func predecessorsEndTogether() {
        let flow = Dataflow(elements: [0, 1, 2], after: [[], [], [0, 1]])
        let run = RunUnderTest(
            [guidance("x"), guidance("y"), agent("a", creates: "a.md", id: "a")], body: .dataflow(flow))
        #expect(run.ready == ["a"])
    }

    @Test("What waits for a failed step of a dataflow never begins; the others end")
    func failedDataflow() {
        let first = agent("a", creates: "a.md", id: "a") { $0.onFailure = .fail }
        let flow = Dataflow(elements: [0, 1, 2], after: [[], [0], []])
        var run = RunUnderTest([first] + three[1...], body: .dataflow(flow))
        run.fail("a")
        #expect(run.state.status == .running)
        run.complete("c")
        #expect(run.state.status == .failed)
        #expect(run.status("b") == nil)
    }

    @Test("A phase is finished when no outer element remains that holds a step of it")
    func milestones() {
        let steps = [
            block("side", .block(.parallel(Parallel(elements: [1, 2])))),
            agent("a", creates: "a.md", phase: .plan, id: "a"), agent("b", creates: "b.md", phase: .build, id: "b"),
            agent("c", creates: "c.md", phase: .launch, id: "c"),
        ]
        var run = RunUnderTest(steps, body: .sequence([0, 3]))
        run.complete("a")
        #expect(run.state.milestones.isEmpty)
        run.complete("b")
        #expect(Array(run.state.milestones.keys) == [.plan, .build])
        run.complete("c")
        #expect(Array(run.state.milestones.keys) == [.plan, .build, .launch])
    }
}
