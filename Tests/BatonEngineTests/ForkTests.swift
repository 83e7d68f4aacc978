import BatonEngine
import Testing

@Suite("Forked runs")
struct ForkTests {
    private let other = Identifier(run: Seed(high: 5, low: 6), now: Timestamp(milliseconds: 1_700_000_000_000))

    private func run() -> RunUnderTest {
        RunUnderTest([
            agent("analyst", creates: "brief.md", id: "brief") {
                $0.reports = [Report(name: "is_big", kind: .boolean, question: "Is it?")]
            },
            agent("pm", creates: "prd.md", requires: ["brief.md"], id: "prd"),
            agent("architect", creates: "arch.md", requires: ["prd.md"], id: "arch"),
        ])
    }

    private func place(_ run: RunUnderTest, _ step: String, _ facts: JSON = [:], scope: String? = nil) -> RunState.Cut?
    {
        let index = run.state.plan.steps.firstIndex { $0.id == step }!
        return RunState.cut(
            run.history, of: run.state.id, run.state.plan, at: index, scope: scope, with: facts)
    }

    /// The run that goes on from a cut, and all its inputs.
    private func fork(_ run: RunUnderTest, _ cut: RunState.Cut, _ fork: RunFork) -> (RunState, [RunInput]) {
        var state = RunState(id: other, plan: run.state.plan)
        let last = run.history.last!
        var inputs = cut.before
        inputs.append(RunInput(now: last.now + 1, seed: last.seed, event: .forked(fork)))
        inputs.append(RunInput(now: last.now + 2, seed: Seed(high: 7, low: 9), event: cut.event))
        for input in inputs {
            #expect(state.accepts(input.event), "\(input.event.kind)")
            _ = state.apply(input)
        }
        return (state, inputs)
    }

    @Test("What was done before the step is there, under the new run's ids; the step waits to be done")
    func carried() throws {
        var run = run()
        run.complete("brief", facts: ["is_big": true])
        run.complete("prd")
        run.complete("arch")
        #expect(run.state.status == .completed)
        let cut = try #require(place(run, "arch"))
        let (state, inputs) = fork(
            run, cut,
            RunFork(run: run.state.id, step: "arch", leftAt: cut.at, keeping: cut.event.attemptedTask, by: "ann"))
        #expect(state.status == .running)
        #expect(state.tasks.map(\.status) == [.completed, .completed, .waiting])
        #expect(state.artifacts.map(\.digest) == run.state.artifacts.prefix(2).map(\.digest))
        #expect(state.handoffs.values.allSatisfy { $0.run == other && $0.validate().isEmpty })
        // Its history alone gives it, written and read back.
        var replayed = RunState(id: other, plan: run.state.plan)
        for input in inputs {
            var writer = JSONWriter()
            input.event.write(to: &writer)
            let event = try #require(RunEvent(kind: input.event.kind, json: try JSON.parse(writer.text)))
            #expect(event == input.event)
            _ = replayed.apply(RunInput(now: input.now, seed: input.seed, event: event))
        }
        #expect(replayed == state)
    }

    @Test("The fork's facts hold in place of what the input that led to the step brought")
    func facts() throws {
        var run = run()
        run.complete("brief", facts: ["is_big": true])
        let cut = try #require(place(run, "prd", ["is_big": false]))
        guard case .completed(let report) = cut.event else { return #expect(Bool(false), "\(cut.event)") }
        #expect(report.facts == [:])
        let origin = RunFork(
            run: run.state.id, step: "prd", facts: ["is_big": false], leftAt: cut.at, keeping: cut.event.attemptedTask,
            by: "ann")
        let (state, _) = fork(run, cut, origin)
        #expect(state.fact("is_big")?.value == false && run.state.fact("is_big")?.value == true)
    }

    @Test("At the first step the start itself is the cut, with the facts in it")
    func first() throws {
        let run = run()
        let cut = try #require(place(run, "brief", ["is_big": 1]))
        #expect(cut.before.isEmpty)
        guard case .started(let start) = cut.event else { return #expect(Bool(false), "\(cut.event)") }
        #expect(start.facts == ["is_big": 1])
    }

    @Test("A step that was not reached, and an item that is none, give nothing to begin from")
    func notReached() {
        var run = run()
        run.complete("brief")
        #expect(place(run, "arch") == nil)
        #expect(place(run, "prd", scope: "story-1") == nil)
        #expect(place(run, "prd", scope: "") != nil)
    }

    @Test("What agents had for the other run is taken back, with no attempt counted")
    func takenBack() throws {
        var run = run()
        run.dispatch()
        let task = run.open!
        #expect(task.status == .running && task.attempt == 1)
        let output = run.apply(.forked(RunFork(run: other, step: "prd", leftAt: run.now, by: "ann")))
        #expect(run.open!.status == .waiting && run.open!.attempt == 0 && run.open!.dispatch == nil)
        #expect(output.effects == [.ready(task: task.ordinal)] && output.attempts.isEmpty)
        #expect(run.replayed() == run.state && run.restored() == run.state)
        run.complete("brief")
        #expect(run.ready == ["prd"])
    }

    @Test("The time between the other run and the fork counts against no budget, and against no task")
    func gap() throws {
        var run = run()
        run.complete("brief")
        run.complete("prd")
        let week: Int64 = 7 * 86_400_000
        let before = run.state.spending.wallMilliseconds(at: run.now)
        let cut = try #require(place(run, "arch"))
        var state = RunState(id: other, plan: run.state.plan)
        for input in cut.before { _ = state.apply(input) }
        let seed = Seed(high: 7, low: 8)
        let later = run.now + week
        let origin = RunFork(
            run: run.state.id, step: "arch", leftAt: cut.at, keeping: cut.event.attemptedTask, by: "ann")
        _ = state.apply(RunInput(now: later, seed: seed, event: .forked(origin)))
        _ = state.apply(RunInput(now: later + 1, seed: seed, event: cut.event))
        #expect(abs(state.spending.wallMilliseconds(at: later + 1) - before) < 1000)
        let spent = state.tasks.map(\.spentMilliseconds)
        #expect(spent.allSatisfy { $0 < 1000 }, "\(spent)")
    }
}
