import BatonEngine
import Testing

@Suite("Approvals")
struct ApprovalTests {
    private func steps(_ policy: ApprovalPolicy? = ApprovalPolicy()) -> [Step] {
        [
            agent("pm", creates: "prd.md", phase: .discovery) { $0.approval = policy },
            agent("architect", creates: "arch.md", requires: ["prd.md"], phase: .plan),
        ]
    }

    private func check(_ run: RunUnderTest) {
        #expect(run.replayed() == run.state)
        #expect(run.restored() == run.state)
    }

    private func version(_ name: String, in run: RunUnderTest) -> Int? {
        run.state.artifact(ArtifactName(name))?.version
    }

    @Test("The run waits at a step that is to be approved, and goes on when it is")
    func approved() {
        var run = RunUnderTest(steps())
        let output = run.complete("pm-prd.md")
        #expect(run.state.status == .running)
        #expect(run.ready == [])
        let decision = run.question!
        #expect(decision.kind == .approval)
        #expect(decision.question == "Approve prd.md (version 1)?")
        #expect(output.effects.contains(.decision(decision.ordinal)))
        #expect(!run.state.isOut(decision.task, lease: run.state.task(decision.task)!.dispatch!.lease))
        check(run)
        run.vote("approve", by: "ann", "well done")
        #expect(run.ready == ["architect-arch.md"])
        let vote = run.state.decisions[0].approval!.votes[0]
        #expect([vote.by, vote.answer, vote.comment] == ["ann", "approve", "well done"])
        #expect(vote.at == run.now)
        run.complete("architect-arch.md")
        #expect(run.state.status == .completed)
        check(run)
    }

    @Test("Who rejects ends the run with the reason; tried again, it is asked again, and the result counts once")
    func rejected() {
        var run = RunUnderTest(steps())
        run.complete("pm-prd.md")
        run.vote("reject", by: "ann", "not for us")
        #expect(run.state.status == .failed)
        #expect(run.state.reason == "approve_pm-prd.md was rejected by ann: not for us")
        check(run)
        run.apply(.retried(tasks: [], by: "ann"))
        #expect(run.ready == [])
        #expect(run.question?.question == "Approve prd.md (version 1)?")
        #expect(run.state.authors(of: run.question!.approval!) == ["agent-pm"])
        check(run)
        run.vote("approve")
        #expect(run.ready == ["architect-arch.md"])
        check(run)
    }

    @Test("Amended twice, with the feedback and the old version in hand, then approved; restarted in between")
    func amended() {
        var run = RunUnderTest(steps())
        run.complete("pm-prd.md")
        for round in 1...2 {
            let asked = run.question!.ordinal
            run.vote("amend", by: "ann", "shorter, please (\(round))")
            #expect(run.question == nil, "nobody approves what is being changed")
            #expect(run.ready == ["pm-prd.md"])
            run.state = run.restored()
            let task = run.state.tasks.last!
            #expect(task.round == round + 1)
            #expect(run.state.work(of: task)!.notes.hasSuffix("ann wants it amended:\nshorter, please (\(round))"))
            let inHand = run.state.handoffs[task.ordinal]!.contextIDs.map {
                run.state.artifactVersion($0.ordinal)!.version
            }
            #expect(inHand == [round])
            check(run)
            run.complete("pm-prd.md")
            #expect(version("prd.md", in: run) == round + 1)
            #expect(run.question!.ordinal != asked)
            #expect(run.question!.question == "Approve prd.md (version \(round + 1))?")
            check(run)
        }
        run.vote("approve")
        run.complete("architect-arch.md")
        #expect(run.state.status == .completed)
        #expect(run.state.decisions.map(\.answer) == ["amend", "amend", "approve"])
        check(run)
    }

    @Test("An edited document is a version of its own, by the person, and the author goes on from it")
    func edited() {
        var run = RunUnderTest(steps())
        run.complete("pm-prd.md")
        let edited = content("prd.md", seed: 77)
        run.vote("amend", by: "ann", document: edited)
        let version = run.state.artifact(ArtifactName("prd.md"))!
        #expect(version.version == 2)
        #expect(version.role == "user")
        #expect(version.madeFrom.compactMap(run.state.artifactVersion).map(\.version) == [1])
        #expect(run.state.decisions[0].approval!.votes[0].version == version.ordinal)
        let task = run.state.tasks.last!
        #expect(run.state.handoffs[task.ordinal]!.contextIDs.map(\.ordinal) == [version.ordinal])
        check(run)
        run.complete("pm-prd.md")
        #expect(run.question?.question == "Approve prd.md (version 3)?")
        #expect(run.state.authors(of: run.question!.approval!) == ["agent-pm", "ann"])
    }

    @Test("What is no answer is refused: amend without a word, another document, a second approval")
    func refused() {
        var run = RunUnderTest(steps(ApprovalPolicy(quorum: 2)))
        run.complete("pm-prd.md")
        let asked = run.question!
        func fault(_ value: JSON, _ comment: String = "", _ document: String? = nil) -> String? {
            run.state.fault(
                inAnswer: value, to: run.state.decision(asked.ordinal)!, by: "ann",
                AnswerWords(comment: comment, document: document.map { content($0) }))
        }
        #expect(fault("amend") == "amend needs a comment, or an edited document")
        #expect(fault("amend", "", "arch.md") == "arch.md is not what is looked at: prd.md")
        #expect(fault("approve", "", "prd.md") == "a document goes with amend only")
        #expect(fault("yes") == "approve_pm-prd.md must be one of approve, reject, amend")
        run.vote("approve", by: "ann")
        #expect(fault("approve") == "ann has approved it already, and 1 more must")
        #expect(fault("reject") == nil, "who has approved may still reject")
    }

    @Test("As many people as are needed have to approve; those before an amendment have to look again")
    func quorum() {
        var run = RunUnderTest(steps(ApprovalPolicy(quorum: 2)))
        run.complete("pm-prd.md")
        run.vote("approve", by: "ann")
        #expect(run.question != nil)
        check(run)
        run.vote("amend", by: "bob", "shorter")
        run.complete("pm-prd.md")
        run.vote("approve", by: "bob")
        #expect(run.ready == [])
        run.vote("approve", by: "ann")
        #expect(run.ready == ["architect-arch.md"])
        check(run)
    }

    @Test(
        "Nobody answers in time",
        arguments: zip(ApprovalPolicy.OnTimeout.allCases, [RunStatus.running, .failed, .attention]))
    func timeout(policy: ApprovalPolicy.OnTimeout, status: RunStatus) {
        var run = RunUnderTest(steps(ApprovalPolicy(quorum: 2, timeoutMilliseconds: 60_000, onTimeout: policy)))
        let output = run.complete("pm-prd.md")
        let asked = run.question!
        #expect(output.effects.contains(.wakeDecision(asked.ordinal, at: run.now + 60_000)))
        run.state = run.restored()
        run.apply(.answerDue(decision: asked.ordinal))
        #expect(run.state.status == status)
        #expect(!run.state.accepts(.answerDue(decision: asked.ordinal)))
        check(run)
        switch policy {
        case .approve: #expect(run.ready == ["architect-arch.md"])
        case .reject: #expect(run.state.reason?.hasSuffix("nobody answered in time") == true)
        case .attention:
            run.vote("approve", by: "ann")
            run.vote("approve", by: "bob")
            #expect(run.state.status == .running)
            #expect(run.ready == ["architect-arch.md"])
        }
        check(run)
    }

    @Test("An amendment that fails for good leaves the older version, and it is asked about again")
    func failing() {
        var run = RunUnderTest([
            agent("pm", creates: "prd.md", phase: .discovery) {
                $0.approval = ApprovalPolicy()
                $0.onFailure = .fail
            }
        ])
        run.complete("pm-prd.md")
        run.vote("amend", by: "ann", "shorter")
        run.fail("pm-prd.md", "no idea")
        #expect(run.state.status == .running)
        #expect(
            run.question?.question
                == "Approve prd.md (version 1)? It was not amended: 1 attempt failed, the last one: no idea.")
        check(run)
        run.vote("approve")
        #expect(run.state.status == .completed)
    }

    @Test("Who skips a step that is being amended takes the amendment back")
    func skipped() {
        var run = RunUnderTest(steps())
        run.complete("pm-prd.md")
        let gate = run.question!.task
        run.vote("amend", by: "ann", "shorter")
        let output = run.apply(.skipped(task: gate, by: "ann", reason: "enough"))
        let amendment = run.state.tasks.first { $0.amendment != nil }!
        #expect(amendment.status == .cancelled)
        #expect(
            output.effects.contains { effect in
                guard case .withdraw(amendment.ordinal, _, _) = effect else { return false }
                return true
            })
        #expect(run.ready == ["architect-arch.md"])
        check(run)
    }

    @Test("What an amended review found takes the place of what it found before")
    func verdicts() {
        var run = RunUnderTest([
            agent("pm", creates: "prd.md"),
            agent("po", id: "review") {
                $0.validates = ["prd.md"]
                $0.approval = ApprovalPolicy()
            },
        ])
        run.complete("pm-prd.md")
        run.complete("review", verdict: ["passed": false, "flagged": [["artifact": "prd.md", "reason": "long"]]])
        run.vote("amend", by: "ann", "it is not long")
        run.complete("review", verdict: ["passed": true, "flagged": []])
        #expect(run.state.fact("review_verdict")?.value["passed"] == true)
        check(run)
    }
}

@Suite("Checkpoints")
struct CheckpointTests {
    private let steps = [
        agent("analyst", creates: "brief.md", phase: .discovery), agent("ux", phase: .discovery, id: "talk"),
        agent("pm", creates: "prd.md", phase: .plan), agent("dev", creates: "code.md", phase: .build),
    ]

    private func run(_ checkpoints: RunOptions.Checkpoints) -> RunUnderTest {
        RunUnderTest(
            steps,
            start: RunStart(project: "p", client: "test", options: RunOptions(checkpoints: checkpoints)))
    }

    private func check(_ run: RunUnderTest) {
        #expect(run.replayed() == run.state)
        #expect(run.restored() == run.state)
    }

    /// The questions of a run whose every question is approved.
    private func questions(_ checkpoints: RunOptions.Checkpoints) -> [String] {
        var run = run(checkpoints)
        while !run.state.status.isFinal {
            if run.question != nil { run.vote("approve") } else { run.complete(run.ready[0]) }
            check(run)
        }
        return run.state.decisions.map(\.name)
    }

    @Test("A run asks where its start says, and nowhere else")
    func places() {
        #expect(questions(.none) == [])
        #expect(questions(.phases) == ["phase_discovery", "phase_plan"])
        #expect(
            questions(.documents) == ["approve_analyst-brief.md", "approve_pm-prd.md", "approve_dev-code.md"])
        #expect(
            questions(.all) == [
                "approve_analyst-brief.md", "approve_talk", "phase_discovery", "approve_pm-prd.md", "phase_plan",
                "approve_dev-code.md",
            ])
    }

    @Test("What a step offers is asked for when the start wants it, by the step's own rules")
    func optional() {
        for checkpoints in RunOptions.Checkpoints.allCases {
            var run = RunUnderTest(
                [agent("pm", creates: "prd.md") { $0.approval = ApprovalPolicy(quorum: 2, isOptional: true) }],
                start: RunStart(project: "p", client: "test", options: RunOptions(checkpoints: checkpoints)))
            run.complete("pm-prd.md")
            let isAsked = checkpoints == .marked || checkpoints == .documents || checkpoints == .all
            #expect(run.question?.approval?.policy.quorum == (isAsked ? 2 : nil))
            check(run)
        }
    }

    @Test("A phase is amended by who made its document, and begins when it is approved")
    func phases() {
        var run = run(.phases)
        run.complete("analyst-brief.md")
        run.complete("talk")
        #expect(run.state.phase == .discovery)
        #expect(run.question?.question == "Go on from discovery to plan? It made brief.md (version 1).")
        run.vote("amend", by: "ann", "who is it for?")
        #expect(run.ready == ["analyst-brief.md"])
        check(run)
        run.state = run.restored()
        run.complete("analyst-brief.md")
        #expect(run.question?.question == "Go on from discovery to plan? It made brief.md (version 2).")
        run.vote("amend", by: "ann", document: content("brief.md", seed: 5))
        run.complete("analyst-brief.md")
        #expect(run.state.phase == .discovery)
        run.vote("approve")
        #expect(run.state.phase == .plan)
        #expect(run.ready == ["pm-prd.md"])
        check(run)
    }

    @Test("Tasks side by side that would begin a phase wait for the same answer")
    func together() {
        var run = RunUnderTest(
            [
                agent("analyst", creates: "brief.md", phase: .discovery),
                block("both", .block(.parallel(Parallel(elements: [2, 3])))),
                agent("pm", creates: "prd.md", phase: .plan), agent("ux", creates: "ui.md", phase: .plan),
            ], body: .sequence([0, 1]),
            start: RunStart(project: "p", client: "test", options: RunOptions(checkpoints: .phases)))
        run.complete("analyst-brief.md")
        #expect(run.state.decisions.count == 1)
        run.vote("amend", by: "ann", "shorter")
        run.complete("analyst-brief.md")
        #expect(run.state.decisions.count == 2)
        run.vote("approve")
        #expect(run.ready == ["pm-prd.md", "ux-ui.md"])
        check(run)
    }

    @Test("A phase that is rejected ends the run; tried again, it is asked about again")
    func rejected() {
        var run = run(.phases)
        run.complete("analyst-brief.md")
        run.complete("talk")
        run.vote("reject", by: "ann", "no market")
        #expect(run.state.status == .failed)
        run.apply(.retried(tasks: [], by: "ann"))
        #expect(run.question?.name == "phase_discovery")
        run.vote("approve")
        #expect(run.ready == ["pm-prd.md"])
        check(run)
    }
}

extension RunUnderTest {
    /// The open question.
    var question: Decision? { state.decisions.last { $0.status == .open } }

    @discardableResult
    mutating func vote(
        _ answer: String, by client: String = "ann", _ comment: String = "", document: ArtifactContent? = nil
    ) -> RunOutput {
        apply(
            .decided(
                decision: question!.ordinal, value: .string(answer), by: client,
                words: AnswerWords(comment: comment, document: document)))
    }
}
