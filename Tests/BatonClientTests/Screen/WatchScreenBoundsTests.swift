import Testing

@testable import BatonClient

/// What holds of every view, whatever the terminal is and whatever comes from outside.
@Suite struct WatchScreenBoundsTests {
    /// Moves the cursor, sets the title and the clipboard, switches screens, turns text round.
    private static let hostile =
        "\u{1B}[2J\u{1B}[1;1H\u{1B}]0;owned\u{7}\u{1B}]52;c;cm0gLXJm\u{7}\u{9B}31m\u{1B}[?1049l\u{1B}Pq\u{1B}\\"
        + "\u{202E}txt.exe\u{2066}\u{200F}a\u{8}b\rc\nd\te\u{0}\u{85}"

    private static var question: DecisionEntry {
        var question = Samples.question(
            "q\(hostile)", item: hostile, step: hostile, question: hostile, .oneOf([hostile, "amend"]))
        question.kind = .approval
        question.approval = ApprovalEntry(
            documents: [.init(id: Samples.run.child(3), name: hostile, version: 1)], by: [hostile],
            votes: [ApprovalVote(by: hostile, answer: hostile, comment: hostile, at: Samples.start)],
            section: .init(document: hostile, id: hostile, title: hostile, draft: hostile + hostile))
        return question
    }

    private static func screen(_ size: WatchScreen.Size, _ style: TerminalStyle = .plain) -> WatchScreen {
        var screen = WatchScreen(size: size, style: style)
        let steps = [
            Samples.step(hostile, .plan, .running, role: hostile, agent: hostile, since: Samples.start),
            Samples.step("b\(hostile)", .build, .attention, reason: hostile, artifacts: [hostile]),
        ]
        screen.take(
            .snapshot(
                Samples.snapshot(
                    steps, reason: hostile, waitingFor: [WaitingFor(role: hostile, tasks: 1)],
                    decisions: [question, Samples.question("b\(hostile)", .anything, ordinal: 8)], title: hostile)))
        let then: JSON = [["kind": "attention", "step": .string(hostile), "reason": .string(hostile)]]
        screen.take(
            .event(Samples.event(1, hostile, step: hostile, item: hostile, agent: hostile, then: then)))
        screen.take(.connection(isUp: false, reason: hostile))
        return screen
    }

    /// Every view, one after the other, with hostile answers to what is wished.
    private static func visit(_ screen: inout WatchScreen, _ look: (WatchScreen) -> Void) {
        look(screen)
        // Questions; an approval; its draft; words for it; a refusal.
        for keys in [
            [Key.character("a")], [.enter], [.character("d")], [.escape, .character("2"), .enter],
            [.paste(hostile), .character("x")], [.enter],
        ] {
            for key in keys { _ = screen.press(key) }
            look(screen)
        }
        screen.take(.answer(question.id, .failure(ClientError(.refused(.invalidAnswer), hostile))))
        look(screen)
        screen.take(.late(question.id, hostile))
        look(screen)
        for _ in 1...4 { _ = screen.press(.escape) }
        // The document list and a document.
        _ = screen.press(.character("d"))
        screen.take(.documents(.success([Samples.artifact(hostile, [1])])))
        look(screen)
        _ = screen.press(.enter)
        screen.take(.document(name: hostile, version: 1, .success("# \(hostile)\n" + hostile)))
        look(screen)
        for key in [Key.escape, .escape, .character("s")] { _ = screen.press(key) }
        look(screen)
        for key in [Key.escape, .character("?")] { _ = screen.press(key) }
        look(screen)
        _ = screen.press(.escape)
        screen.take(.steered(.success(hostile)))
        look(screen)
    }

    @Test("Nothing from outside moves the cursor, changes the terminal or turns text round, in any view")
    func harmless() {
        var views = 0
        var screen = Self.screen(.init(columns: 80, lines: 40))
        Self.visit(&screen) { screen in
            views += 1
            for line in screen.lines(now: Samples.time(1)) {
                let bad = line.unicodeScalars.filter { scalar in
                    switch scalar.value {
                    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F: true
                    default: false
                    }
                }
                #expect(bad.isEmpty, "\(line.debugDescription)")
            }
        }
        #expect(views == 14)
    }

    @Test("Colours are the only control sequences there are")
    func colours() {
        var screen = Self.screen(.init(columns: 80, lines: 40), TerminalStyle(usesColor: true))
        Self.visit(&screen) { screen in
            for line in screen.lines(now: Samples.time(1)) {
                let rest = line.replacing(/\u{1B}\[[0-9]+m/, with: "")
                #expect(!rest.contains("\u{1B}"), "\(line.debugDescription)")
                #expect(rest == line || line.hasSuffix("\u{1B}[0m") || line.contains("\u{1B}[0m "), "\(line)")
            }
        }
    }

    @Test("There are as many lines as the terminal has, none wider than it is, in any view and size")
    func sizes() {
        for columns in [1, 5, 19, 20, 21, 40, 79, 200] {
            for lines in [1, 2, 5, 6, 7, 9, 13, 24, 60] {
                var screen = Self.screen(.init(columns: columns, lines: lines))
                Self.visit(&screen) { screen in
                    let drawn = screen.lines(now: Samples.time(1))
                    #expect(drawn.count == lines, "\(columns)×\(lines)")
                    for line in drawn {
                        #expect(TerminalText.width(line) <= columns, "\(columns)×\(lines): \(line)")
                    }
                }
            }
        }
    }

    @Test("A resize keeps what one is at, and breaks text anew")
    func resizing() {
        var screen = Self.screen(.init(columns: 80, lines: 24))
        _ = screen.press(.character("d"))
        screen.take(.documents(.success([Samples.artifact("a.md", [1])])))
        _ = screen.press(.enter)
        screen.take(.document(name: "a.md", version: 1, .success(String(repeating: "word ", count: 30))))
        screen.resize(.init(columns: 24, lines: 8))
        let lines = screen.lines(now: Samples.time(1))
        #expect(lines.count == 8)
        #expect(lines[2] == "word word word word word")
    }

    @Test("Whatever keys are pressed, whatever comes, it goes on")
    func random() {
        var generator = SplitMix(state: 11)
        var screen = Self.screen(.init(columns: 60, lines: 20))
        let keys: [Key] =
            [.enter, .escape, .tab, .backspace, .delete, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end]
            + "adeslpq?cjkgG b1239xy".map { .character($0) } + [.control("w"), .control("u"), .paste(Self.hostile)]
        for turn in 1...5000 {
            switch screen.press(generator.pick(keys)) {
            case .answer(let request, _):
                screen.take(
                    generator.pick([
                        .answer(request.decision!, .success("done")),
                        .answer(request.decision!, .failure(ClientError(.noReply, "none"))),
                        .late(request.decision!, "somebody was faster"),
                    ]))
            case .edit(let question, _, _):
                screen.take(.answer(question.id, .failure(ClientError(.file, "it was not changed"))))
            case .listDocuments: screen.take(.documents(.success([Samples.artifact("a.md", [1], version: 3)])))
            case .read(let name, let version): screen.take(.document(name: name, version: version, .success("text")))
            default: break
            }
            if turn % 50 == 0 {
                let open = generator.pick([[], [Self.question], [Self.question, Samples.question()]])
                screen.take(.snapshot(Samples.snapshot(sequence: turn, decisions: open)))
                screen.resize(.init(columns: generator.number(in: 1...99), lines: generator.number(in: 1...40)))
            }
            #expect(screen.lines(now: Samples.time(Int64(turn))).count == screen.size.lines)
        }
    }
}
