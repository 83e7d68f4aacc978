import BatonClient
import Testing

@Suite struct StandstillTests {
    private let now = Samples.time(3600)

    private func lines(_ snapshot: RunSnapshot, verdicts: [String: [String]] = [:]) -> [String] {
        Standstill(snapshot, verdicts: verdicts).lines(now: now)
    }

    @Test("A role that nobody has is named, with how many tasks wait and for how long")
    func noAgent() {
        let steps = [
            Samples.step("a", .plan, .waiting, since: Samples.time(1800)),
            Samples.step("b", .plan, .waiting, since: Samples.time(600)),
            Samples.step("c", .plan, .waiting, role: "qa", since: Samples.time(0)),
        ]
        let lines = lines(Samples.snapshot(steps, waitingFor: [WaitingFor(role: "pm", tasks: 2)]))
        #expect(lines[0] == "no agent for pm: 2 tasks wait, for 50:00")
        #expect(lines[1].contains("--role pm"))
        #expect(lines.count == 2)
    }

    @Test("An agent that has the role and gets nothing is named, with why and what ends it")
    func heldBack() {
        let steps = [Samples.step("a", .plan, .waiting, since: Samples.time(1800))]
        let snapshot = Samples.snapshot(steps, waitingFor: [WaitingFor(role: "pm", tasks: 1)])
        let reason = "it failed 3 times in a row, and gets nothing until it reports in again"
        let benched = AgentStanding(id: "one", state: .online, roles: ["qa", "pm"], isBenched: true, reason: reason)
        let muted = AgentStanding(
            id: "two", state: .online, roles: ["pm"], mutedUntil: Samples.time(4000), reason: "it did not claim")
        func lines(_ agents: [AgentStanding]) -> [String] {
            Standstill(snapshot, agents: agents).lines(now: now)
        }
        #expect(
            lines([benched]) == [
                "no agent for pm that may work: 1 task waits, for 30:00", "  one is benched: \(reason)",
                "  restarting it ends that; another agent with --role pm takes it, too",
            ])
        #expect(
            lines([benched, muted]) == [
                "no agent for pm that may work: 1 task waits, for 30:00", "  one is benched: \(reason)",
                "  two is muted: it did not claim",
                "  restarting it ends that; another agent with --role pm takes it, too",
            ])
        for others in [
            [AgentStanding(id: "one", state: .online, roles: ["qa"], isBenched: true, reason: reason)],
            [AgentStanding(id: "one", state: .offline, roles: ["pm"], isBenched: true)],
        ] { #expect(lines(others)[0] == "no agent for pm: 1 task waits, for 30:00") }
        let free = AgentStanding(id: "free", state: .online, roles: ["pm"], slots: 1, count: 1)
        #expect(lines([benched, free])[0] == "no agent for pm is free: 1 task waits, for 30:00")
        #expect(lines([benched, free])[1] == "  free has 1 of 1 tasks")
        #expect(lines([benched, free]).contains("  one is benched: \(reason)"))
    }

    @Test("A task that several roles may take waits for any of them")
    func heldBackOfSeveralRoles() {
        let snapshot = Samples.snapshot(
            [Samples.step("a", .plan, .waiting)], waitingFor: [WaitingFor(role: "pm/qa", tasks: 1)])
        let agent = AgentStanding(id: "one", state: .online, roles: ["qa"], isBenched: true, reason: "why")
        let lines = Standstill(snapshot, agents: [agent]).lines(now: now)
        #expect(lines.contains("  one is benched: why"))
        #expect(lines.last == "  restarting it ends that; another agent with --role pm takes it, too")
    }

    @Test("A question says since when it is open, and who may answer")
    func unanswered() {
        let lines = lines(Samples.snapshot(decisions: [Samples.question(item: "epic-1")]))
        #expect(lines[0] == "not answered: user_wants_a_logo (epic-1)  for 1:00:00, since \(Samples.start)")
        #expect(lines[1].contains("may answer"))
    }

    @Test("A run that needs a person as a whole says why, and what to do")
    func whole() {
        let reason = "the run's budget is used up. Raise it to go on: baton resume x --budget tokens=20"
        let lines = lines(Samples.snapshot(status: .attention, reason: reason))
        #expect(
            lines == [
                "needs a person: the run's budget is used up. Raise it to go on:",
                "  baton resume x --budget tokens=20",
            ])
    }

    @Test("A bound tells the verdict that led to its question, when the loop is no step of the plan")
    func impliedLoop() {
        let question = DecisionEntry(
            id: Samples.run.child(7), run: Samples.run, workflow: "w", step: "look-loop", kind: .bound,
            name: "look-loop_bound", question: "1 reviews: another round?",
            answers: .oneOf(["another_round", "accept"]), askedAt: Samples.start)
        let event = Samples.event(
            5, "completed", step: "look",
            input: ["verdict": ["flagged": [["artifact": "prd.md", "reason": "no goals"]]]],
            then: [
                ["kind": "verdict", "step": "look", "passed": false, "flagged": ["prd.md"]],
                ["kind": "asked", "decision": 7, "name": "look-loop_bound", "question": "1 reviews: another round?"],
            ])
        let snapshot = Samples.snapshot([Samples.step("look", .validate, .completed)], decisions: [question])
        #expect(lines(snapshot, verdicts: Standstill.lastVerdicts(in: [event])).contains("    prd.md: no goals"))
    }

    @Test("An approval says who may answer it, and how many still have to")
    func approval() {
        var question = Samples.question()
        question.approval = ApprovalEntry(
            documents: [], by: ["ann", "po"], quorum: 2, missing: 1, fourEyes: true)
        let line = lines(Samples.snapshot(decisions: [question]))[1]
        #expect(
            line == "  ann or po may answer, by name or role, and nobody who wrote on it; 1 of 2 are missing")
    }

    @Test("A budget that is used up is told with what was used of it", arguments: [149, 150, 151] as [Int64])
    func budget(tokens: Int64) {
        var run = Samples.snapshot(status: .attention)
        run.budget = RunBudget(run: .init(tokens: 150, wallMilliseconds: 9000))
        run.usage.tokens = tokens
        let lines = lines(run)
        guard tokens >= 150 else { return #expect(lines == []) }
        #expect(lines.first?.hasPrefix("its budget is used up; used: \(tokens) of 150 tokens") == true, "\(lines)")
        #expect(lines.last == "  baton resume \(Samples.run) --budget LIMIT=MORE raises it, and lets the run go on")
        run.reason = "the run's budget is used up. Raise it to go on: baton resume x --budget tokens=300"
        #expect(self.lines(run).last == "  baton resume x --budget tokens=300")
    }

    @Test("A step whose budget is used up is not said to have failed")
    func stepBudget() {
        var step = Samples.step("pm-prd", .plan, .attention, attempt: 2, reason: "the step's budget is used up: 9 of 5")
        step.attempts = [.init(attempt: 1, agent: "pm-1", outcome: .failed, message: "x", at: Samples.time(3000))]
        let lines = lines(Samples.snapshot([step], status: .attention))
        #expect(lines.count == 1 && lines[0].contains("needs a person"), "\(lines)")
        #expect(lines[0].hasSuffix("the step's budget is used up: 9 of 5"))
    }

    @Test("A step that was given up tells its last error, every attempt, and how to try again")
    func givenUp() {
        var step = Samples.step("pm-prd", .plan, .attention, attempt: 2, reason: "failed")
        step.attempts = [
            .init(attempt: 1, agent: "pm-1", outcome: .timedOut, message: "", at: Samples.time(3000)),
            .init(attempt: 2, agent: "pm-2", outcome: .failed, message: "exit code 7", at: Samples.time(3540)),
        ]
        let lines = lines(Samples.snapshot([step], status: .attention, reason: "step pm-prd: failed"))
        #expect(
            lines == [
                "pm-prd: given up after 2 attempts; the last error: exit code 7",
                "  attempt 1  pm-1  timed_out  10:00 ago", "  attempt 2  pm-2  failed  1:00 ago  exit code 7",
                "  baton retry \(Samples.run) pm-prd",
            ])
    }

    @Test("A step that needs a person without an attempt that counted says why, a reason a line, and how to go on")
    func refused() {
        let step = Samples.step(
            "code", .build, .attention, role: "dev", since: Samples.time(3540),
            reason: "dan refuses the handoff again: no basis\n- who pays\n- how many orders")
        #expect(
            lines(Samples.snapshot([step], status: .attention)) == [
                "code: needs a person  for 1:00: dan refuses the handoff again: no basis", "  - who pays",
                "  - how many orders", "  baton retry \(Samples.run) code",
            ])
    }

    @Test("A bound tells what the last verdict of the review below it found")
    func bound() {
        let question = DecisionEntry(
            id: Samples.run.child(7), run: Samples.run, workflow: "w", step: "loop", kind: .bound, name: "loop_bound",
            question: "3 reviews: another round?", answers: .oneOf(["another_round", "accept"]), askedAt: Samples.start)
        let review = Samples.step("review", .validate, .completed, in: ["loop"])
        let events = [
            Samples.event(
                1, "completed", step: "review", input: ["verdict": ["flagged": [["artifact": "old.md"]]]],
                then: [["kind": "verdict", "step": "review", "passed": false, "flagged": ["old.md"]]]),
            Samples.event(
                2, "completed", step: "review",
                input: ["verdict": ["flagged": [["artifact": "prd.md", "reason": "no goals"]]]],
                then: [["kind": "verdict", "step": "review", "passed": false, "flagged": ["prd.md"]]]),
        ]
        let verdicts = Standstill.lastVerdicts(in: events)
        #expect(verdicts == ["review": ["prd.md: no goals"]])
        let snapshot = Samples.snapshot([review], status: .attention, decisions: [question])
        #expect(Standstill(snapshot).needsVerdicts)
        let lines = lines(snapshot, verdicts: verdicts)
        #expect(lines[0].hasPrefix("at its bound: loop_bound"))
        #expect(lines.contains("    prd.md: no goals"))
    }

    @Test("A review that passes in the end leaves no verdict behind")
    func passed() {
        let events = [
            Samples.event(1, step: "r", then: [["kind": "verdict", "passed": false, "flagged": ["a"]]]),
            Samples.event(2, step: "r", then: [["kind": "verdict", "passed": true, "flagged": []]]),
        ]
        #expect(Standstill.lastVerdicts(in: events).isEmpty)
    }

    @Test("A run that goes on, or is completed, is held up by nothing")
    func nothing() {
        let step = Samples.step("a", .plan, .running, agent: "pm-1", since: Samples.start)
        #expect(Standstill(Samples.snapshot([step])).causes.isEmpty)
        #expect(Standstill(Samples.snapshot([step], status: .completed)).causes.isEmpty)
    }

    @Test("A paused run says why, and how it goes on")
    func paused() {
        #expect(
            lines(Samples.snapshot(status: .paused, reason: "by ann")) == [
                "paused: by ann", "  baton resume \(Samples.run)",
            ])
        #expect(lines(Samples.snapshot(status: .paused, reason: "paused by ann: lunch"))[0] == "paused by ann: lunch")
    }

    @Test("Escape sequences and reordering in names, reasons and errors reach no terminal, and no line is too wide")
    func hostile() {
        let evil = "\u{1B}]0;owned\u{7}\u{1B}[2Jx\u{202E}y\r\n\u{9B}31mz"
        var step = Samples.step("s" + evil, .plan, .attention, reason: evil)
        step.item = evil
        step.attempts = [.init(attempt: 1, agent: evil, outcome: .failed, message: evil, at: Samples.start)]
        var other = step
        other.attempts = []
        let snapshot = Samples.snapshot(
            [step, other], status: .paused, reason: evil, waitingFor: [WaitingFor(role: evil, tasks: 1)],
            decisions: [Samples.question(evil, item: evil, step: nil, question: evil)])
        let lines = Standstill(snapshot).lines(now: now, width: 60)
        #expect(lines.count > 8)
        for line in lines {
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
            #expect(!line.unicodeScalars.contains("\u{202E}"))
            #expect(TerminalText.width(line) <= 60)
        }
    }
}
