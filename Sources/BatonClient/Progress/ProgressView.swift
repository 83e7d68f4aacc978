import BatonMessages

/// Draws a run for a terminal: a function from a snapshot to lines.
///
/// ```text
/// Greenfield Full-Stack  0197a1b2-…
/// ████████████░░░░░░░░░░░░░░░░░░  40 %  4 of 10 steps  0:42  running
///
/// ✔ discovery  0:12
///   ✔ analyst-brief     analyst  project-brief.md
/// ▸ plan
///   ▸ pm-prd            pm       pm-1, 0:04
/// · design
///
/// needs an answer: user_wants_a_logo  at designer-logo
///   Is a logo wanted?  (true or false)
///   for 0:12, since 2026-01-31T12:00:00.000Z; whoever the broker lets send requests may answer
///   baton decide 0197a1b2-… user_wants_a_logo=true
/// ```
public struct ProgressView: Sendable {
    /// Columns; no line is wider.
    public var width: Int
    /// Lines; what does not fit is summed up, finished phases first. nil: as many as there are.
    public var height: Int?
    public var style: TerminalStyle
    /// Says how to answer what is asked.
    public var questions: QuestionText
    /// Without a height: above ``foldedLines``, what is over or has not begun is summed up, too.
    public var foldsLongRuns = true

    /// So many lines of steps are still told in full.
    static let foldedLines = 60

    public init(
        width: Int, height: Int? = nil, style: TerminalStyle = .plain, questions: QuestionText = QuestionText()
    ) {
        self.width = max(20, width)
        self.height = height
        self.style = style
        self.questions = questions
    }

    /// - Parameter note: a line below everything: that the broker is gone, for one.
    public func lines(_ run: RunSnapshot, now: Timestamp, note: String? = nil) -> [String] {
        let head = header(run, now: now) + [""]
        guard let height else {
            let body = body(run, foldsLongRuns ? Self.foldedLines : .max, Detail.unbounded, now: now)
            return head + body + footer(run, note: note, questions: .max, now: now)
        }
        let foot = footer(run, note: note, questions: height / 3, now: now)
        let room = max(1, height - head.count - foot.count)
        let body = body(run, room, Detail.allCases, now: now)
        return Array((head + body.prefix(room) + foot).prefix(max(1, height)))
    }

    // MARK: Head and foot

    private func header(_ run: RunSnapshot, now: Timestamp) -> [String] {
        let id = run.run.description
        let title = TerminalText.fit(TerminalText.line(run.title), max(1, width - id.count - 2))
        let isNarrow = width < id.count + 12
        let first =
            isNarrow
            ? style.bold(TerminalText.fit(TerminalText.line(run.title), width))
            : "\(style.bold(title))  \(style.dim(id))"
        return [first, bar(run, now: now)]
    }

    private func bar(_ run: RunSnapshot, now: Timestamp) -> String {
        let percent = min(100, max(0, run.percent))
        let total = run.counts.values.reduce(0, +)
        let done = [StepStatus.completed, .provided, .skipped].reduce(0) { $0 + (run.counts[$1] ?? 0) }
        let elapsed = ElapsedTime.text(from: run.startedAt, to: run.endedAt ?? now)
        let number = "\(percent)".leftPadded(3) + " %"
        let tail = "\(done) of \(total) steps  \(elapsed)  "
        let columns = min(40, width - number.count - tail.count - run.status.rawValue.count - 4)
        guard columns >= 5 else {
            return TerminalText.fit("\(number)  \(elapsed)  \(run.status.rawValue)", width)
        }
        let filled = columns * percent / 100
        let bar =
            style.green(String(repeating: "█", count: filled))
            + style.dim(String(repeating: "░", count: columns - filled))
        return "\(bar)  \(number)  \(tail)\(run.status.paint(run.status.rawValue, style))"
    }

    /// - Parameter questions: how many lines questions may take; the oldest are shown.
    private func footer(_ run: RunSnapshot, note: String?, questions room: Int, now: Timestamp) -> [String] {
        var lines: [String] = []
        if let reason = run.reason, !reason.isEmpty {
            let text = TerminalText.fit("\(run.status.rawValue): \(TerminalText.line(reason))", width)
            lines.append(run.status.paint(text, style))
        }
        if let used = UsageText.line(run) { lines.append(style.dim(TerminalText.fit(used, width))) }
        if !run.waitingFor.isEmpty, !run.status.isFinal {
            let roles = run.waitingFor.map { "\(TerminalText.line($0.role)) (\($0.tasks))" }
            lines.append(
                style.yellow(TerminalText.fit("waiting for an agent: \(roles.joined(separator: ", "))", width)))
        }
        if !run.status.isFinal { lines += asked(run, room: room, now: now) }
        if let note { lines.append(style.yellow(TerminalText.fit(TerminalText.line(note), width))) }
        return lines.isEmpty ? [] : [""] + lines
    }

    private func asked(_ run: RunSnapshot, room: Int, now: Timestamp) -> [String] {
        var lines: [String] = []
        for (index, question) in run.decisions.enumerated() {
            var text = questions.lines(question, width: width, now: now)
            // How it can be answered goes before how it stands.
            if lines.count + text.count > room { text = questions.lines(question, width: width) }
            text = text.map { TerminalText.fit($0, width) }
            guard lines.count + text.count <= room || (index == 0 && text.count <= room + 3) else {
                let rest = questions.rest(run.decisions.count - index, isAll: index == 0, of: run.run)
                return lines + [style.yellow(TerminalText.fit(rest, width))]
            }
            lines += [style.yellow(text[0])] + text.dropFirst()
        }
        return lines
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
