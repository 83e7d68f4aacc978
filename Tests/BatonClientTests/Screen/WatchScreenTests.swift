import Testing

@testable import BatonClient

@Suite struct WatchScreenTests {
    private static let approval: DecisionEntry = {
        var question = Samples.question(
            "approve_prd", step: "prd", question: "Approve prd.md (version 1)?", .oneOf(Decision.approvalAnswers))
        question.kind = .approval
        question.approval = ApprovalEntry(
            documents: [.init(id: Samples.run.child(3), name: "prd.md", version: 1)], by: ["ann", "bob"], quorum: 2,
            missing: 2, fourEyes: true)
        return question
    }()

    private static func screen(
        _ decisions: [DecisionEntry] = [], status: RunStatus = .running, lines: Int = 24, events: Int = 3,
        hasPager: Bool = false
    ) -> WatchScreen {
        var screen = WatchScreen(size: .init(columns: 80, lines: lines), style: .plain, hasPager: hasPager)
        let step = Samples.step("pm-prd", .plan, .running, agent: "pm-1", since: Samples.time(38))
        let milestones = [Milestone(phase: .plan, reachedAt: nil)]
        screen.take(
            .snapshot(Samples.snapshot([step], status: status, milestones: milestones, decisions: decisions)))
        for number in stride(from: 1, through: events, by: 1) {
            screen.take(.event(Samples.event(number, "dispatched", step: "step-\(number)", agent: "pm-1")))
        }
        return screen
    }

    private static func text(_ screen: WatchScreen) -> String {
        screen.lines(now: Samples.time(42)).joined(separator: "\n")
    }

    private func press(_ screen: inout WatchScreen, _ keys: Key...) -> WatchScreen.Wish? {
        var wish: WatchScreen.Wish?
        for key in keys { wish = screen.press(key) }
        return wish
    }

    private func type(_ screen: inout WatchScreen, _ text: String) {
        for character in text { #expect(screen.press(.character(character)) == nil) }
    }

    @Test(
        "Progress, who works on what and for how long, the question, the newest events and the keys are on one screen")
    func home() {
        let lines = Self.screen([Samples.question()]).lines(now: Samples.time(42))
        #expect(lines.count == 24)
        #expect(lines[0] == "Greenfield  0197a1b2-c3d4-7e5f-8a9b-112233440000")
        #expect(lines[1].hasSuffix("0 of 1 steps  0:42  running"))
        #expect(lines[3...4] == ["▸ plan", "  ▸ pm-prd  pm  pm-1, 0:04"])
        #expect(
            lines[6...8] == [
                "needs an answer: user_wants_a_logo  at designer-logo", "  Is a logo wanted?  (true or false)",
                "  for 0:42; whoever the broker lets send requests may answer",
            ])
        #expect(lines[9].hasPrefix("── log ────"))
        #expect(
            lines[10...12] == [
                "0:01  step-1: given to pm-1", "0:02  step-2: given to pm-1", "0:03  step-3: given to pm-1",
            ])
        #expect(lines[23] == "q leave  a answer  d documents  p pause  s steps  ↑↓ log  ? keys")
        #expect(!lines.joined().contains("baton decide"))
    }

    @Test("q leaves, Ctrl-C interrupts and Ctrl-Z suspends, wherever one is")
    func leaving() {
        var screen = Self.screen([Self.approval])
        #expect(press(&screen, .character("q")) == .leave)
        #expect(press(&screen, .character("a"), .control("c")) == .interrupt)
        #expect(press(&screen, .control("z")) == .suspend)
        #expect(press(&screen, .control("l")) == .redraw)
        #expect(press(&screen, .character("q")) == nil)
        #expect(screen.isAtHome)
        for key in [Key.character("d"), .character("s"), .character("?")] {
            #expect(press(&screen, key, .control("c")) == .interrupt)
            _ = press(&screen, .escape)
            #expect(screen.isAtHome, "\(key)")
        }
    }

    @Test("What is longer than the screen goes to the pager, if there is one, without what a terminal would obey")
    func paging() {
        for (hasPager, lines, isPaged) in [(true, 21, true), (true, 20, false), (false, 21, false)] {
            var screen = Self.screen(hasPager: hasPager)
            #expect(press(&screen, .character("d")) == .listDocuments)
            screen.take(.documents(.success([Samples.artifact("a.md", [1])])))
            #expect(press(&screen, .enter) == .read(name: "a.md", version: 1))
            let text = String(repeating: "line\u{1B}[2J\n", count: lines)
            let wish = screen.take(.document(name: "a.md", version: 1, .success(text)))
            #expect(wish == (isPaged ? .page(String(repeating: "line\n", count: lines)) : nil), "\(lines)")
            // When the pager is left, other versions can be had.
            #expect(Self.text(screen).contains("a.md, version 1"))
        }
    }

    @Test("A document that is to be approved is edited: the one there is, or the one that is chosen")
    func editing() {
        var screen = Self.screen([Self.approval])
        _ = press(&screen, .character("a"))
        #expect(Self.text(screen).contains("e edit it"))
        #expect(press(&screen, .character("e")) == .edit(Self.approval, name: "prd.md", version: 1))
        #expect(press(&screen, .character("e")) == nil, "one editor at a time")
        screen.take(.answer(Self.approval.id, .failure(ClientError(.file, "prd.md was not changed"))))
        #expect(Self.text(screen).contains("prd.md was not changed"))

        var several = Self.approval
        several.approval?.documents.append(.init(id: Samples.run.child(4), name: "brief.md", version: 2))
        screen = Self.screen([several])
        _ = press(&screen, .character("a"))
        #expect(press(&screen, .character("e")) == nil)
        #expect(Self.text(screen).contains("› prd.md") && Self.text(screen).contains("press e"))
        #expect(press(&screen, .down, .character("e")) == .edit(several, name: "brief.md", version: 2))
        screen.take(.answer(several.id, .success("amended")))
        #expect(screen.isAtHome)

        screen = Self.screen([Samples.question()])
        _ = press(&screen, .character("a"))
        #expect(!Self.text(screen).contains("edit it") && press(&screen, .character("e")) == nil)
        #expect(press(&screen, .escape, .character("d"), .character("e")) == nil)
    }

    @Test("A question is answered by choosing one of its answers")
    func choosing() {
        var screen = Self.screen([Samples.question()])
        #expect(press(&screen, .character("a")) == nil)
        #expect(
            Self.text(screen).contains("Is a logo wanted?\nasked for 0:42, since \(Samples.start)\n\n› true\n  false\n")
        )
        let request = DecideRequest(run: Samples.run, decision: Samples.run.child(7), value: .bool(false))
        #expect(press(&screen, .down, .enter) == .answer(request, .fact))
        #expect(Self.text(screen).contains("on its way"))
        // Until it is known what came of it, nothing is sent again.
        #expect(press(&screen, .enter) == nil)
        screen.take(.answer(Samples.run.child(7), .success("user_wants_a_logo = false")))
        #expect(screen.isAtHome)
        #expect(Self.text(screen).contains("user_wants_a_logo = false"))
        #expect(press(&screen, .up) == nil)
        #expect(!Self.text(screen).contains("user_wants_a_logo = false"))
    }

    @Test("Where any value may be given it is typed: a number is one")
    func values() {
        var screen = Self.screen([Samples.question("price", .anything)])
        _ = press(&screen, .character("a"))
        #expect(press(&screen, .enter) == nil)
        #expect(Self.text(screen).contains("type an answer first"))
        // Keys that do something elsewhere are letters here.
        type(&screen, "q12")
        #expect(
            press(&screen, .home, .delete, .enter)
                == .answer(DecideRequest(run: Samples.run, decision: Samples.run.child(7), value: 12), .fact))
    }

    @Test("An approval says who may answer; to approve takes no words, to amend needs some, to reject may have some")
    func approvals() {
        let id = Samples.run.child(7)
        func request(_ answer: String, _ comment: String? = nil) -> WatchScreen.Wish {
            .answer(DecideRequest(run: Samples.run, decision: id, value: .string(answer), comment: comment), .approval)
        }
        var screen = Self.screen([Self.approval])
        _ = press(&screen, .character("a"))
        let shown = Self.text(screen)
        for words in [
            "approve_prd, at prd", "Approve prd.md (version 1)?", "may be answered by: ann, bob; not by who wrote it",
            "2 of 2 have to approve yet", "asked for 0:42, since \(Samples.start)", "› approve",
            "amend    back to its author",
        ] { #expect(shown.contains(words), "\(words) in \(shown)") }
        #expect(press(&screen, .enter) == request("approve"))

        screen = Self.screen([Self.approval])
        #expect(press(&screen, .character("a"), .character("3"), .enter, .enter) == nil)
        #expect(Self.text(screen).contains("say what is to be changed first"))
        type(&screen, " Shorter, pl")
        #expect(press(&screen, .paste("ease\nand clear"), .enter) == request("amend", "Shorter, please\nand clear"))

        screen = Self.screen([Self.approval])
        #expect(press(&screen, .character("a"), .character("2"), .enter) == nil)
        #expect(press(&screen, .enter) == request("reject"))

        screen = Self.screen([Self.approval])
        _ = press(&screen, .character("a"), .character("c"))
        type(&screen, "Good")
        #expect(press(&screen, .enter) == request("approve", "Good"))
        // Refused: the words are still there.
        screen.take(.answer(id, .failure(ClientError(.refused(.notAllowed), "ann may not"))))
        #expect(Self.text(screen).contains("Good▏\nann may not"))
        #expect(press(&screen, .enter) == request("approve", "Good"))
    }

    @Test("Esc leads back from words to the choice, and from there to the run")
    func back() {
        var screen = Self.screen([Self.approval])
        _ = press(&screen, .character("a"), .character("3"), .enter, .escape)
        #expect(Self.text(screen).contains("› approve"))
        _ = press(&screen, .escape)
        #expect(screen.isAtHome)
    }

    @Test("Of several questions one is chosen; what somebody else has answered is gone")
    func several() {
        let (first, second) = (Samples.question(), Samples.question("second", .anything, ordinal: 8))
        var screen = Self.screen([first, second])
        #expect(Self.text(screen).contains("a answer (2)"))
        _ = press(&screen, .character("a"), .down)
        #expect(Self.text(screen).contains("› second: Is a logo wanted?"))
        _ = press(&screen, .enter)
        type(&screen, "x")
        for _ in 1...2 { _ = press(&screen, .backspace) }
        screen.take(.snapshot(Samples.snapshot(sequence: 9, decisions: [first])))
        #expect(Self.text(screen).contains("second is not asked any more"))
        #expect(Self.text(screen).contains("› user_wants_a_logo"))
        _ = press(&screen, .escape)
        #expect(press(&screen, .character("a")) == nil)
        screen.take(.snapshot(Samples.snapshot(sequence: 10)))
        #expect(screen.isAtHome)
        #expect(press(&screen, .character("a")) == nil)
        #expect(Self.text(screen).contains("nothing is asked"))
    }

    @Test("That a document has changed while one decides about it is said")
    func changes() {
        var screen = Self.screen([Self.approval])
        _ = press(&screen, .character("a"))
        var newer = Self.approval
        newer.approval?.documents[0].version = 2
        screen.take(.snapshot(Samples.snapshot(sequence: 9, decisions: [newer])))
        #expect(Self.text(screen).contains("about: prd.md (version 2)"))
        #expect(Self.text(screen).contains("has changed: look at it again"))
    }

    @Test("A run is paused, and a paused one goes on")
    func pausing() {
        var screen = Self.screen()
        #expect(press(&screen, .character("p")) == .pause)
        screen.take(.steered(.success("the run is paused")))
        #expect(Self.text(screen).contains("the run is paused"))
        screen = Self.screen(status: .paused)
        #expect(Self.text(screen).contains("p resume"))
        #expect(press(&screen, .character("p")) == .resume)
        screen.take(.steered(.failure(ClientError(.noReply, "no answer"))))
        #expect(Self.text(screen).contains("no answer"))
        screen = Self.screen(status: .completed)
        #expect(press(&screen, .character("p")) == nil)
    }

    @Test("A document is opened from the list, scrolled, and compared with its older version")
    func documents() {
        var screen = Self.screen(lines: 10)
        #expect(press(&screen, .character("d")) == .listDocuments)
        #expect(Self.text(screen).contains("being fetched"))
        screen.take(
            .documents(
                .success([
                    Samples.artifact("brief.md", [1]), Samples.artifact("prd.md", [1], ordinal: 2),
                    Samples.artifact("prd.md", [1, 2], version: 2, ordinal: 3),
                ])))
        #expect(
            Self.text(screen).contains(
                "› brief.md  version 1  pm in s, 1 bytes\n  prd.md    version 2  pm in s, 2 bytes"))
        #expect(press(&screen, .down, .enter) == .read(name: "prd.md", version: 2))
        let text = (1...30).map { "line \($0)" }.joined(separator: "\n") + "\n"
        // Of another version: too late.
        screen.take(.document(name: "prd.md", version: 1, .success("old")))
        #expect(Self.text(screen).contains("being fetched"))
        screen.take(.document(name: "prd.md", version: 2, .success(text)))
        #expect(Self.text(screen).hasPrefix("prd.md, version 2\n\nline 1\nline 2\n"))
        _ = press(&screen, .character(" "))
        #expect(Self.text(screen).hasPrefix("prd.md, version 2\n\nline 6\n"))
        _ = press(&screen, .end)
        #expect(Self.text(screen).contains("line 30\n\n100 %"))
        _ = press(&screen, .up, .pageUp, .home, .up)
        #expect(Self.text(screen).contains("\n\nline 1\n"))
        #expect(press(&screen, .right) == nil)
        #expect(press(&screen, .left) == .read(name: "prd.md", version: 1))
        screen.take(.document(name: "prd.md", version: 1, .failure(ClientError(.notFound, "it is gone"))))
        #expect(Self.text(screen).contains("it is gone"))
        #expect(Self.text(screen).hasPrefix("Documents"))
    }

    @Test("What an approval is about is opened from there, and one comes back to it")
    func looking() {
        var screen = Self.screen([Self.approval])
        _ = press(&screen, .character("a"))
        #expect(press(&screen, .character("d")) == .read(name: "prd.md", version: 1))
        screen.take(.document(name: "prd.md", version: 1, .success("# PRD")))
        #expect(Self.text(screen).contains("# PRD"))
        _ = press(&screen, .character("q"))
        #expect(Self.text(screen).contains("› approve"))
    }

    @Test("The log follows, stays where one has scrolled to, and becomes larger")
    func log() {
        var screen = Self.screen(events: 100)
        #expect(Self.text(screen).contains("step-100: given"))
        _ = press(&screen, .up, .up)
        #expect(Self.text(screen).contains("── log, 2 newer lines below: End ──"))
        screen.take(.event(Samples.event(101, "dispatched", step: "step-101", agent: "pm-1")))
        #expect(Self.text(screen).contains("step-98: given"))
        #expect(!Self.text(screen).contains("step-99: given"))
        _ = press(&screen, .end, .character("l"))
        #expect(Self.text(screen).contains("step-101: given"))
        _ = press(&screen, .home)
        #expect(Self.text(screen).contains("step-1: given"))
    }

    @Test("Every step can be scrolled through")
    func steps() {
        var screen = WatchScreen(size: .init(columns: 80, lines: 12), style: .plain)
        let steps = (1...50).map { Samples.step("step-\($0)", .plan, .completed) }
        screen.take(.snapshot(Samples.snapshot(steps, milestones: [Milestone(phase: .plan, reachedAt: nil)])))
        #expect(!Self.text(screen).contains("step-20 "))
        _ = press(&screen, .character("s"))
        #expect(Self.text(screen).contains("✔ step-1 "))
        _ = press(&screen, .end)
        #expect(Self.text(screen).contains("✔ step-50"))
    }

    @Test("Who reads something when the run ends is told, and not cut off")
    func ending() {
        var screen = Self.screen()
        _ = press(&screen, .character("s"))
        screen.take(.snapshot(Samples.snapshot(status: .completed, sequence: 9)))
        #expect(!screen.isAtHome)
        #expect(Self.text(screen).contains("the run is completed; Esc leads back"))
        _ = press(&screen, .escape)
        #expect(screen.isAtHome)
    }

    @Test("That the broker is gone is said while it is")
    func connection() {
        var screen = Self.screen()
        screen.take(.connection(isUp: false, reason: "reset"))
        #expect(Self.text(screen).contains("the broker is gone (reset); trying again"))
        screen.take(.connection(isUp: true, reason: nil))
        #expect(!Self.text(screen).contains("the broker is gone"))
    }
}
