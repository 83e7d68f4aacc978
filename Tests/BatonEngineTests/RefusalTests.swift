import BatonEngine
import Testing

@Suite("Refused handoffs")
struct RefusalTests {
    private func check(_ run: RunUnderTest) {
        #expect(run.replayed() == run.state)
        #expect(run.restored() == run.state)
    }

    private func run() -> RunUnderTest {
        RunUnderTest([
            agent("pm", creates: "prd.md", phase: .discovery),
            agent("architect", creates: "arch.md", requires: ["prd.md"], phase: .plan),
        ])
    }

    @discardableResult
    private func refuse(_ run: inout RunUnderTest, _ missing: String) -> RunOutput {
        let lease = run.dispatch(agent: "ann")
        return run.apply(
            .attemptEnded(
                task: run.open!.ordinal, lease: lease, outcome: .refused, message: missing, mayRetry: true))
    }

    @Test("What is missing goes to who handed over, with its old version; then the task is handed over anew")
    func once() {
        var run = run()
        run.complete("pm-prd.md")
        let task = run.open!.ordinal
        let key = run.open!.idempotencyKey
        let output = refuse(&run, "how many users?")
        #expect(run.ready == ["pm-prd.md"])
        #expect(run.state.task(task)!.attempt == 0 && run.state.task(task)!.idempotencyKey != key)
        #expect(
            output.log.contains(
                .handoffRefused(step: "architect-arch.md", by: "ann", to: "pm-prd.md", reason: "how many users?")))
        check(run)
        run.state = run.restored()
        let amending = run.state.tasks.last!
        #expect(run.state.work(of: amending)!.notes.hasSuffix("ann (architect) wants it amended:\nhow many users?"))
        #expect(
            run.state.handoffs[amending.ordinal]!.contextIDs.map {
                run.state.artifactVersion($0.ordinal)!.version
            } == [1])
        let decision = run.state.decisions[0]
        #expect(decision.kind == .handoff && decision.status == .answered && decision.answer == "how many users?")
        #expect(run.question == nil, "nobody is asked")

        let before = run.state.handoffs[task]!.id
        run.complete("pm-prd.md")
        #expect(run.ready == ["architect-arch.md"])
        let handoff = run.state.handoffs[task]!
        #expect(handoff.id != before && run.state.artifactVersion(handoff.contextIDs[0].ordinal)!.version == 2)
        check(run)
        run.complete("architect-arch.md")
        #expect(run.state.status == .completed)
        check(run)
    }

    @Test("The second refusal needs a person, who may have it tried again")
    func twice() {
        var run = run()
        run.complete("pm-prd.md")
        refuse(&run, "how many users?")
        run.complete("pm-prd.md")
        refuse(&run, "still no number")
        #expect(run.state.status == .attention)
        #expect(run.state.reason == "step architect-arch.md: ann refuses the handoff again: still no number")
        check(run)
        run.apply(.retried(tasks: [run.open!.ordinal], by: "lead"))
        #expect(run.ready == ["architect-arch.md"])
        run.complete("architect-arch.md")
        #expect(run.state.status == .completed)
        check(run)
    }

    @Test("What no agent handed over goes to a person at once")
    func nobody() {
        var run = run()
        refuse(&run, "no idea what to do")
        #expect(run.state.status == .attention)
        #expect(
            run.state.reason == "step pm-prd.md: ann refuses the handoff, which no agent made: no idea what to do")
        check(run)
    }

    @Test("Who can't add what is missing leaves it to a person")
    func notAdded() {
        var run = run()
        run.complete("pm-prd.md")
        refuse(&run, "how many users?")
        let amending = run.state.tasks.last!.ordinal
        run.apply(.failed(task: amending, by: "lead", reason: "nobody knows"))
        #expect(run.state.status == .attention)
        #expect(run.state.reason?.contains("what is missing was not added") == true)
        check(run)
    }

    @Test("A run that is cancelled meanwhile takes all of it back")
    func cancelled() {
        var run = run()
        run.complete("pm-prd.md")
        refuse(&run, "how many users?")
        run.apply(.cancelled(by: "lead", reason: ""))
        #expect(run.state.tasks.allSatisfy { $0.status.isEnded })
        check(run)
    }
}
