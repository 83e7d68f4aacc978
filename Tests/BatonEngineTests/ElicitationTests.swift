import BatonEngine
import Testing

@Suite("Sections that are talked over")
struct ElicitationTests {
    private func check(_ run: RunUnderTest) {
        #expect(run.replayed() == run.state)
        #expect(run.restored() == run.state)
    }

    private func run(_ elicitation: RunOptions.Elicitation = .interactive, approve: Bool = false) -> RunUnderTest {
        RunUnderTest(
            [
                agent("pm", creates: "prd.md", phase: .discovery) {
                    if approve { $0.approval = ApprovalPolicy() }
                },
                agent("architect", creates: "arch.md", requires: ["prd.md"], phase: .plan),
            ],
            start: RunStart(project: "p", client: "c", options: RunOptions(elicitation: elicitation)))
    }

    private func sections(_ names: String..., draft: String = "one") -> [ElicitedSection] {
        names.map {
            ElicitedSection(document: ArtifactName("prd.md"), section: $0, title: $0.uppercased(), draft: draft)
        }
    }

    private func open(_ run: RunUnderTest) -> [String] {
        run.state.decisions.filter { $0.status == .open }.map { decision in
            "\(decision.name): \(decision.approval?.sections.first?.draft ?? "")"
        }
    }

    private func answer(_ run: inout RunUnderTest, _ value: JSON, _ comment: String = "") {
        let decision = run.state.decisions.last { $0.status == .open }!
        let words = AnswerWords(comment: comment)
        #expect(run.state.fault(inAnswer: value, to: decision, by: "ann", words) == nil)
        run.apply(.decided(decision: decision.ordinal, value: value, by: "ann", words: words))
    }

    @Test("One section after the other is asked about; then the run goes on")
    func proceeds() {
        var run = run()
        run.complete("pm-prd.md", elicited: sections("goals", "users"))
        #expect(open(run) == ["elicit_pm-prd.md_goals: one"])
        #expect(run.state.decisions[0].question == "Is “GOALS” of prd.md as you want it?")
        #expect(run.ready == [])
        check(run)
        run.state = run.restored()
        answer(&run, "proceed")
        #expect(open(run) == ["elicit_pm-prd.md_users: one"])
        answer(&run, "proceed")
        #expect(run.ready == ["architect-arch.md"])
        check(run)
        run.complete("architect-arch.md")
        #expect(run.state.status == .completed)
        check(run)
    }

    @Test("Feedback goes to the author for that section alone, and the new draft is asked about, as often as it takes")
    func feedback() {
        var run = run()
        run.complete("pm-prd.md", elicited: sections("goals", "users"))
        for round in 2...3 {
            answer(&run, "feedback", "for whom? (\(round))")
            #expect(open(run) == [] && run.ready == ["pm-prd.md"])
            run.state = run.restored()
            let task = run.state.tasks.last!
            let work = run.state.work(of: task)!
            #expect(work.creates.map(\.name.text) == ["prd.md"] && work.updates.isEmpty && work.reports.isEmpty)
            #expect(
                work.notes.hasSuffix(
                    "prd.md, section “GOALS” (goals): ann wants it otherwise, and only this section; everything else "
                        + "stays as it is:\nfor whom? (\(round))"))
            check(run)
            run.complete("pm-prd.md", elicited: sections("goals", "users", draft: "\(round)"))
            #expect(open(run) == ["elicit_pm-prd.md_goals: \(round)"])
            check(run)
        }
        answer(&run, "proceed")
        #expect(open(run) == ["elicit_pm-prd.md_users: 3"], "as the last version has it")
        answer(&run, "proceed")
        #expect(run.ready == ["architect-arch.md"])
        check(run)
    }

    @Test("An author who can't change the section leaves it as it is: it is asked about again, and why is said")
    func notChanged() {
        var run = run()
        run.complete("pm-prd.md", elicited: sections("goals", "users"))
        answer(&run, "feedback", "for whom?")
        run.fail("pm-prd.md", "no idea")
        #expect(run.state.status == .attention)
        run.apply(.skipped(task: run.state.tasks.last!.ordinal, by: "ann", reason: "leave it"))
        #expect(open(run) == ["elicit_pm-prd.md_goals: one"])
        #expect(run.state.decisions.last!.question.contains("It was not changed"))
        check(run)
        answer(&run, "proceed")
        answer(&run, "proceed")
        #expect(run.ready == ["architect-arch.md"])
        check(run)
    }

    @Test("What is talked over is approved behind it")
    func approval() {
        var run = run(approve: true)
        run.complete("pm-prd.md", elicited: sections("goals"))
        answer(&run, "proceed")
        #expect(open(run) == ["approve_pm-prd.md: "])
        check(run)
        run.answer("approve_pm-prd.md", "approve")
        #expect(run.ready == ["architect-arch.md"])
        check(run)
    }

    @Test("A run that was cancelled in between and is taken up again asks for what was left")
    func takenUpAgain() {
        var run = run()
        run.complete("pm-prd.md", elicited: sections("goals", "users"))
        answer(&run, "proceed")
        let task = run.state.tasks[0].ordinal
        run.apply(.failed(task: task, by: "ann", reason: "enough"))
        check(run)
        run.apply(.retried(tasks: [task], by: "ann"))
        #expect(open(run) == ["elicit_pm-prd.md_users: one"])
        check(run)
        answer(&run, "proceed")
        #expect(run.ready == ["architect-arch.md"])
        check(run)
    }

    @Test("Feedback says what; nothing else is an answer")
    func refused() {
        var run = run()
        run.complete("pm-prd.md", elicited: sections("goals"))
        let decision = run.state.decisions[0]
        func fault(_ value: JSON) -> String? { run.state.fault(inAnswer: value, to: decision, by: "ann") }
        #expect(fault("feedback") == "feedback needs a comment, or an edited document")
        #expect(fault("approve") == "elicit_pm-prd.md_goals must be one of proceed, feedback")
        #expect(fault("proceed") == nil)
    }

    @Test("yolo asks nobody")
    func yolo() {
        var run = run(.yolo)
        run.complete("pm-prd.md", elicited: sections("goals"))
        #expect(run.ready == ["architect-arch.md"] && run.state.decisions.isEmpty)
        check(run)
    }
}
