import Testing

@testable import BatonClient

/// What a person was typing when somebody else was first, and the keys on narrow terminals.
@Suite struct WatchScreenKeepingTests {
    private static let approval: DecisionEntry = {
        var question = Samples.question(
            "approve_prd", step: "prd", question: "Approve prd.md (version 1)?", .oneOf(Decision.approvalAnswers))
        question.kind = .approval
        question.approval = ApprovalEntry(documents: [.init(id: Samples.run.child(3), name: "prd.md", version: 1)])
        return question
    }()

    private static func screen(lines: Int = 24) -> WatchScreen {
        var screen = WatchScreen(size: .init(columns: 80, lines: lines), style: .plain)
        screen.take(.snapshot(Samples.snapshot(decisions: [approval])))
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

    private static func decided(_ answer: JSON) -> RunUpdate {
        let then: JSON = [
            ["kind": "decided", "decision": 7, "name": "approve_prd", "answer": answer, "by": "bob"]
        ]
        return .event(Samples.event(20, "decided", then: then))
    }

    @Test(
        "What was typed stays when somebody else answers first, with who it was, until Esc", arguments: [true, false])
    func typedIsKept(eventFirst: Bool) {
        var screen = Self.screen()
        _ = press(&screen, .character("a"), .character("3"), .enter)
        type(&screen, "Shorter, and say who it is for")
        let gone = RunUpdate.snapshot(Samples.snapshot(sequence: 21))
        for update in eventFirst ? [Self.decided("approve"), gone] : [gone, Self.decided("approve")] {
            screen.take(update)
            #expect(Self.text(screen).contains("Shorter, and say who it is for"))
        }
        #expect(
            Self.text(screen).contains("bob answered: approve. What you typed was not sent:"), "\(Self.text(screen))")
        // Whoever types on, or sends, does not lose it.
        #expect(press(&screen, .character("q"), .enter, .backspace, .character("x")) == nil)
        #expect(Self.text(screen).contains("Shorter, and say who it is for"))
        screen.take(.snapshot(Samples.snapshot(sequence: 22)))
        #expect(Self.text(screen).contains("Shorter, and say who it is for"))
        _ = press(&screen, .escape)
        #expect(screen.isAtHome)
    }

    @Test("So does what was on its way when somebody else was faster")
    func lateIsKept() {
        var screen = Self.screen()
        _ = press(&screen, .character("a"), .character("3"), .enter)
        type(&screen, "Shorter")
        #expect(press(&screen, .enter) != nil)
        screen.take(.snapshot(Samples.snapshot(sequence: 21)))
        let sentence = "approve_prd was answered already: approve; nothing has changed"
        screen.take(.late(Self.approval.id, sentence))
        let shown = Self.text(screen).replacing("\n", with: " ")
        #expect(shown.contains("\(sentence). What you typed was not sent:") && shown.contains("Shorter"), "\(shown)")
        _ = press(&screen, .escape)
        #expect(screen.isAtHome)
        // Of an edited document, where it is.
        screen = Self.screen()
        _ = press(&screen, .character("a"), .character("e"))
        screen.take(Self.decided("approve"))
        screen.take(.late(Self.approval.id, sentence, kept: "Your prd.md is in /tmp/prd.md"))
        #expect(Self.text(screen).contains("bob answered: approve. What you typed was not sent:"))
        #expect(Self.text(screen).contains("Your prd.md is in /tmp/prd.md"))
        // Nothing was typed, or the form was left: a sentence is enough.
        screen = Self.screen()
        _ = press(&screen, .character("a"), .enter)
        screen.take(.late(Self.approval.id, sentence))
        #expect(screen.isAtHome && Self.text(screen).contains(sentence))
    }

    @Test("A long text that was kept is scrolled, and all of it can be read")
    func keptIsScrolled() {
        var screen = Self.screen(lines: 10)
        _ = press(&screen, .character("a"), .character("3"), .enter)
        _ = press(&screen, .paste((1...30).map { "line \($0)" }.joined(separator: "\n")))
        screen.take(.snapshot(Samples.snapshot(sequence: 21)))
        #expect(Self.text(screen).contains("line 1\n") && !Self.text(screen).contains("line 30"))
        _ = press(&screen, .end)
        #expect(Self.text(screen).contains("line 30"))
    }

    @Test("The keys can be read on a narrow terminal, and are named there", arguments: [30, 40, 60, 80])
    func narrowKeys(columns: Int) {
        var screen = Self.screen()
        screen.resize(.init(columns: columns, lines: 24))
        #expect(screen.lines(now: Samples.time(42)).last?.contains("? keys") == true)
        _ = press(&screen, .character("?"))
        var shown: [String] = []
        for _ in 1...40 {
            let lines = screen.lines(now: Samples.time(42))
            shown += lines.dropFirst(2).dropLast(2).filter { !shown.contains($0) }
            if !lines[23].contains("scroll") { break }
            _ = press(&screen, .down)
        }
        let words = shown.joined(separator: " ").split(separator: " ").joined(separator: " ")
        for text in [
            "a answer what the run asks: choose, or type; approve, reject, amend",
            "e at an approval: edit the document in $VISUAL or $EDITOR, and amend it so",
            "Ctrl-C leave, with exit code 130",
        ] { #expect(words.contains(text), "\(columns): \(words)") }
        #expect(!words.contains("…"))
        _ = press(&screen, .escape)
        #expect(screen.isAtHome)
    }
}
