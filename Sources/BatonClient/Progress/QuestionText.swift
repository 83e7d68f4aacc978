import BatonMessages

/// An open question as people are shown it: what is asked, and the command that answers it, ready to be pasted into a
/// shell.
///
/// ```text
/// needs an answer: user_wants_story_review  epic-1/story-2  at analyst-story
///   Does the user want this story reviewed?  (true or false)
///   for 0:12, since 2026-01-31T12:00:00.000Z; whoever the broker lets send requests may answer
///   baton decide 0197a1b2-… --item epic-1/story-2 user_wants_story_review=true
/// ```
public struct QuestionText: Sendable {
    /// What the command needs beside the question to reach the same orchestrator (`["--broker", url]`).
    public var connection: [String]
    /// On a screen with keys a key answers, no command.
    private(set) var showsCommands = true

    /// Whether it says since when a question is open, who may answer, and until when.
    public var tellsStanding = true

    /// For a screen whose help line has the key that answers.
    static let onScreen: QuestionText = {
        var text = QuestionText()
        text.showsCommands = false
        return text
    }()

    public init(connection: [String] = []) { self.connection = connection }

    /// - Parameters:
    ///   - width: in columns; a command that is wider goes on in the next line behind a backslash.
    ///   - now: nil: it is not told how the question stands.
    public func lines(_ question: DecisionEntry, width: Int = .max, now: Timestamp? = nil) -> [String] {
        var head = "needs an answer: \(TerminalText.line(question.name))"
        if let item = question.item { head += "  \(TerminalText.line(item))" }
        if let step = question.step { head += "  at \(TerminalText.line(step))" }
        let text = "  \(TerminalText.line(question.question))  (\(Self.answers(to: question)))"
        return [TerminalText.fit(head, width)] + Self.wrap(text, width) + draft(of: question, width)
            + standing(of: question, width, now)
            + (showsCommands ? command(for: question, width: width) : [])
    }

    /// On a screen it is one line; all of it is told where the question is answered.
    private func standing(of question: DecisionEntry, _ width: Int, _ now: Timestamp?) -> [String] {
        guard tellsStanding, let now else { return [] }
        let standing = QuestionStanding(question)
        guard showsCommands else {
            return [TerminalText.fit("  " + TerminalText.line(standing.line(now: now)), width)]
        }
        let since = "for \(standing.asked(now: now)); \(standing.mayAnswer)"
        return ([since] + (standing.deadline(now: now).map { [$0] } ?? [])).flatMap {
            Self.wrap("  " + TerminalText.line($0), width)
        }
    }

    /// The beginning of the section that is asked about.
    private func draft(of question: DecisionEntry, _ width: Int) -> [String] {
        guard let draft = question.approval?.section?.draft else { return [] }
        let lines = draft.split(whereSeparator: \.isNewline)
        let shown = lines.prefix(Self.draftLines).map {
            TerminalText.fit("  | " + TerminalText.line(String($0)), width)
        }
        return shown + (lines.count > shown.count ? ["  | … (\(lines.count - shown.count) more lines)"] : [])
    }

    private static let draftLines = 12

    /// The command alone, with the first of the possible answers.
    public func command(for question: DecisionEntry, width: Int = .max) -> [String] {
        let answer =
            switch question.answers {
            case .boolean: "true"
            case .oneOf(let options): options.first ?? "VALUE"
            case .anything: "VALUE"
            }
        var words = ["baton", "decide", question.run.description]
        if question.kind == .approval {
            words = ["baton", "approve", question.run.description, "--decision"]
            let isPlain = Self.isPlainName(question.name) && question.item == nil
            words.append(isPlain ? question.name : question.id.description)
        } else if Self.isPlainName(question.name), question.item.map(Self.isPlainName) ?? true {
            if let item = question.item { words += ["--item", item] }
            words.append("\(question.name)=\(Self.quoted(answer))")
        } else {
            // A name that a shell or a terminal could take for something else is not repeated.
            words += ["--id", question.id.description, Self.quoted(answer)]
        }
        words += connection.map(Self.quoted)
        return Self.continued(words, width)
    }

    /// Stands for questions that have no room.
    func rest(_ count: Int, isAll: Bool, of run: Identifier) -> String {
        let what = "\(count)\(isAll ? "" : " more") question\(count == 1 ? "" : "s")"
        return showsCommands ? "\(what): baton decisions \(run)" : what
    }

    /// The possible answers in words.
    public static func answers(to question: DecisionEntry) -> String {
        switch question.answers {
        case .boolean: "true or false"
        case .oneOf(let options): options.map { TerminalText.line($0) }.joined(separator: ", ")
        case .anything: "any value"
        }
    }

    // MARK: Shells

    /// What begins with a hyphen would be an option.
    private static func isPlainName(_ word: String) -> Bool { isPlain(word) && !word.hasPrefix("-") }

    private static func isPlain(_ word: String) -> Bool {
        !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }

    /// A word that a shell (POSIX, section 2.2.2) takes as it is.
    private static func quoted(_ word: String) -> String {
        isPlain(word) ? word : "'\(TerminalText.line(word).replacing("'", with: "'\\''"))'"
    }

    /// The words of a command on as many lines as it needs.
    private static func continued(_ words: [String], _ width: Int) -> [String] {
        var lines: [String] = []
        var line = " "
        for (index, word) in words.enumerated() {
            let isLast = index == words.count - 1
            if line.count > 4, TerminalText.width(line) + 1 + TerminalText.width(word) + (isLast ? 0 : 2) > width {
                lines.append(line + " \\")
                line = "   "
            }
            line += " " + word
        }
        return lines + [line]
    }

    /// A text that begins with two spaces, broken between words.
    private static func wrap(_ text: String, _ width: Int) -> [String] {
        guard TerminalText.width(text) > width else { return [text] }
        var lines: [String] = []
        var line = " "
        for word in text.split(separator: " ") {
            if line.count > 1, TerminalText.width(line) + 1 + TerminalText.width(String(word)) > width {
                lines.append(line)
                line = " "
            }
            line += " " + word
        }
        return (lines + [line]).map { TerminalText.fit($0, width) }
    }
}
