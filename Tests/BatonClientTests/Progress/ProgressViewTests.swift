import BatonClient
import Testing

@Suite struct ProgressViewTests {
    static let steps = [
        Samples.step("analyst-brief", .discovery, .completed, role: "analyst", artifacts: ["brief.md"]),
        Samples.step("research", .discovery, .skipped, role: "analyst", reason: "nobody enabled it"),
        Samples.step("pm-prd", .plan, .running, agent: "pm-1", since: Samples.time(38), attempt: 2),
        Samples.step("po-check", .plan, .waiting, role: "po"),
        Samples.step("architect-doc", .design, .pending, role: "architect"),
    ]
    static let run = Samples.snapshot(
        steps,
        milestones: [
            Milestone(phase: .discovery, reachedAt: Samples.time(12)), Milestone(phase: .plan, reachedAt: nil),
            Milestone(phase: .design, reachedAt: nil),
        ], waitingFor: [WaitingFor(role: "po", tasks: 1)])

    @Test("A run is drawn phase by phase and step by step")
    func whole() {
        let lines = ProgressView(width: 80).lines(Self.run, now: Samples.time(42), note: "the broker is gone")
        #expect(
            lines == [
                "Greenfield  0197a1b2-c3d4-7e5f-8a9b-112233440000",
                "████████████████░░░░░░░░░░░░░░░░░░░░░░░░   40 %  2 of 5 steps  0:42  running",
                "",
                "✔ discovery  0:12",
                "  ✔ analyst-brief  analyst    brief.md",
                "  – research       analyst    skipped: nobody enabled it",
                "▸ plan",
                "  ▸ pm-prd         pm         pm-1, 0:04, attempt 2",
                "  ○ po-check       po         waits for an agent",
                "· design",
                "  · architect-doc  architect",
                "",
                "waiting for an agent: po (1)",
                "the broker is gone",
            ])
    }

    /// A loop that is over, and a for-each that is under way, of which a step belongs to another phase.
    static let nested = Samples.snapshot(
        [
            holder("polish", .plan, .loop, .completed),
            Samples.step("write", .plan, .completed, artifacts: ["a.md"], in: ["polish"]),
            Samples.step("check", .plan, .completed, role: "po", in: ["polish"]),
            holder("stories", .plan, .forEach, .running, tally: .init(ended: 1, total: 3), since: Samples.time(30)),
            holder("sides", .plan, .block, .running, in: ["stories"]),
            item("draft", .plan, .running, in: ["stories", "sides"]),
            item("code", .build, .pending, in: ["stories"]),
        ],
        milestones: [Milestone(phase: .plan, reachedAt: nil), Milestone(phase: .build, reachedAt: nil)])

    private static func holder(
        _ id: String, _ phase: Phase, _ kind: StepEntry.Kind, _ state: StepStatus, tally: StepEntry.Tally? = nil,
        since: Timestamp? = nil, in path: [String] = []
    ) -> StepEntry {
        StepEntry(
            id: id, phase: phase, kind: kind, roles: [], state: state, since: since, path: path, tally: tally)
    }

    private static func item(_ id: String, _ phase: Phase, _ state: StepStatus, in path: [String]) -> StepEntry {
        StepEntry(
            id: id, phase: phase, kind: .agent, roles: ["dev"], state: state, agent: "dev-1",
            since: Samples.time(40), path: path, tally: .init(ended: 1, total: 3),
            item: state == .pending ? nil : "story-2", round: state == .pending ? nil : 2)
    }

    @Test("What holds others is a heading above them, with how far it is; each step says for which item it runs")
    func nesting() {
        let lines = ProgressView(width: 80).lines(Self.nested, now: Samples.time(42))
        #expect(
            Array(lines.dropFirst(3)) == [
                "▸ plan",
                "  ✔ polish     loop",
                "    ✔ write    pm        a.md",
                "    ✔ check    po",
                "  ▸ stories    for each  1/3  0:12",
                "    ▸ sides    block",
                "      ▸ draft  dev       1/3  story-2  round 2  dev-1, 0:02",
                "· build",
                "  · code       dev       1/3",
            ])
    }

    @Test("Where there is little room, what is over or has not begun is one line")
    func folding() {
        let lines = ProgressView(width: 80, height: 11).lines(Self.nested, now: Samples.time(42))
        #expect(
            Array(lines.dropFirst(3)) == [
                "▸ plan",
                "  ✔ polish     loop      2 steps",
                "  ▸ stories    for each  1/3  0:12",
                "    ▸ sides    block",
                "      ▸ draft  dev       1/3  story-2  round 2  dev-1, 0:02",
                "· build",
                "  · code       dev       1/3",
            ])
    }

    @Test("A long run is folded without a height, too, unless all of it is wanted")
    func longRuns() {
        let steps = (1...80).map { Samples.step("step-\($0)", .plan, .completed) }
        let run = Samples.snapshot(
            steps + [Samples.step("last", .build, .running)],
            milestones: [
                Milestone(phase: .plan, reachedAt: Samples.time(9)), Milestone(phase: .build, reachedAt: nil),
            ])
        var view = ProgressView(width: 80)
        #expect(view.lines(run, now: Samples.time(9))[3] == "✔ plan  0:09  80 steps")
        #expect(view.lines(run, now: Samples.time(9)).count == 6)
        view.foldsLongRuns = false
        #expect(view.lines(run, now: Samples.time(9)).count == 3 + 83)
    }

    @Test("An open question is shown with the command that answers it, also where there is little room")
    func questions() {
        let run = Samples.snapshot(
            [Samples.step("pm-prd", .plan, .waiting, reason: "waits for an answer: user_wants_a_logo")],
            decisions: [Samples.question(), Samples.question("second", ordinal: 8)])
        let answer = "  baton decide 0197a1b2-c3d4-7e5f-8a9b-112233440000 user_wants_a_logo=true"
        let standing = [
            "  for 0:09, since \(Samples.start); whoever the broker lets send", "  requests may answer",
        ]
        let whole = ProgressView(width: 80).lines(run, now: Samples.time(9))
        #expect(whole[4] == "  ○ pm-prd  pm  waits for an answer: user_wants_a_logo")
        #expect(
            whole[6...11] == [
                "needs an answer: user_wants_a_logo  at designer-logo", "  Is a logo wanted?  (true or false)",
                standing[0], standing[1], answer, "needs an answer: second  at designer-logo",
            ])
        var brief = QuestionText()
        brief.tellsStanding = false
        let bare = ProgressView(width: 80, questions: brief).lines(run, now: Samples.time(9))
        #expect(bare[8] == answer)
        let short = ProgressView(width: 80, height: 9).lines(run, now: Samples.time(9))
        #expect(short.count == 9)
        #expect(short[7] == answer)
        #expect(short[8] == "1 more question: baton decisions 0197a1b2-c3d4-7e5f-8a9b-112233440000")
    }

    @Test("What does not fit is summed up, finished phases first")
    func heights() {
        let now = Samples.time(42)
        #expect(ProgressView(width: 80, height: 40).lines(Self.run, now: now).count == 13)
        let eleven = ProgressView(width: 80, height: 11).lines(Self.run, now: now)
        #expect(
            eleven[3...7] == [
                "✔ discovery  0:12  2 steps", "▸ plan", "  ▸ pm-prd         pm         pm-1, 0:04, attempt 2",
                "  ○ po-check       po         waits for an agent", "· design  1 step",
            ])
        let eight = ProgressView(width: 80, height: 8).lines(Self.run, now: now)
        #expect(eight[3...5] == ["✔ discovery  0:12  2 steps", "▸ plan  2 steps", "· design  1 step"])
    }

    @Test("No line is wider and no drawing taller than the terminal, whatever comes in")
    func bounds() {
        let names = ["a", String(repeating: "long-", count: 30), "漢字漢字漢字漢字漢字", "\u{1B}[2Jx\ny", "🚀🚀🚀", ""]
        var random = SplitMix(state: 3)
        for _ in 0..<300 {
            let steps = (0..<random.number(in: 0...40)).map { _ in
                Samples.step(
                    random.pick(names), random.pick(Phase.allCases), random.pick(StepStatus.allCases),
                    role: random.pick(names), agent: random.pick(names), since: Samples.time(3),
                    attempt: random.number(in: 0...3), reason: random.pick(names), artifacts: names)
            }
            let run = Samples.snapshot(
                steps, status: random.pick(RunStatus.allCases), reason: random.pick(names),
                percent: random.number(in: 0...100), milestones: [Milestone(phase: .plan, reachedAt: nil)],
                waitingFor: names.map { WaitingFor(role: $0, tasks: 1) }, title: random.pick(names))
            let (width, height) = (random.number(in: 1...200), random.number(in: 1...60))
            let lines = ProgressView(width: width, height: height).lines(run, now: Samples.time(50), note: names[3])
            #expect(lines.count <= height)
            for line in lines {
                #expect(TerminalText.width(line) <= max(20, width), "\(line)")
                #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
            }
        }
    }

    @Test("Colours change nothing but the colours")
    func colors() {
        let now = Samples.time(42)
        let plain = ProgressView(width: 70, height: 12).lines(Self.run, now: now)
        let colored = ProgressView(width: 70, height: 12, style: TerminalStyle(usesColor: true)).lines(
            Self.run, now: now)
        #expect(colored != plain)
        #expect(colored.map { TerminalText.line($0) } == plain)
    }

    @Test("An ended run shows how long it took, and why it ended")
    func ended() {
        let run = Samples.snapshot(
            [Samples.step("pm-prd", .plan, .cancelled)], status: .cancelled, reason: "cancelled by ann", percent: 0)
        let lines = ProgressView(width: 60).lines(run, now: Samples.time(9999))
        #expect(lines[1].hasSuffix("0 %  0 of 1 steps  1:30  cancelled"))
        #expect(lines.last == "cancelled: cancelled by ann")
    }

    @Test(
        "Times are read as people say them",
        arguments: [
            (-5000, "0:00"), (0, "0:00"), (999, "0:00"), (7000, "0:07"), (725_000, "12:05"), (3_723_000, "1:02:03"),
        ]
            as [(Int64, String)])
    func times(milliseconds: Int64, text: String) { #expect(ElapsedTime.text(milliseconds: milliseconds) == text) }
}
