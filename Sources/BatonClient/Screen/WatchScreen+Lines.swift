/// What is to be seen.
extension WatchScreen {
    /// A smaller terminal shows only that it is one.
    static let smallest = Size(columns: 20, lines: 6)

    /// Exactly as many lines as the terminal has, none wider than it is.
    package func lines(now: Timestamp) -> [String] {
        guard size.columns >= Self.smallest.columns, size.lines >= Self.smallest.lines else {
            return filled([TerminalText.fit("too small; q leaves", size.columns)], size.lines)
        }
        guard let view = views.last else { return home(now: now) }
        let body = self.body(view, now: now)
        return filled([style.bold(TerminalText.fit(body.title, size.columns)), ""] + body.lines, size.lines - 2)
            + [status, help(body.help)]
    }

    /// The lines between the title and what stands at the bottom.
    var bodyHeight: Int { max(1, size.lines - 4) }

    private func body(_ view: View, now: Timestamp) -> (title: String, lines: [String], help: String) {
        let (width, height) = (size.columns, bodyHeight)
        switch view {
        case .answer(let form):
            return (form.title, form.lines(width: width, height: height, style: style, now: now), form.help)
        case .kept(let kept):
            let lines = kept.lines(width: width, height: height, style: style)
            return (AnswerForm(kept.question).title, lines, "Esc dismisses it  ↑↓ scroll")
        case .questions(let choice):
            return ("Questions", questions(choice), "Enter answer  ↑↓ choose  Esc back")
        case .documents(let list):
            let lines = list.lines(width: width, height: height, style: style)
            return ("Documents", lines, "Enter open  ↑↓ choose  Esc back")
        case .document(let pages):
            let versions = pages.latest > 1 ? "  ←→ versions" : ""
            return (
                pages.title, pages.shown(height: height),
                "\(pages.place(height: height))  ↑↓ Space b scroll\(versions)  q back"
            )
        case .steps(let scrolled):
            let lines = allSteps(now: now)
            let place = scrolled.place(count: lines.count, height: height)
            return ("Steps", Array(scrolled.shown(lines, height: height)), "\(place)  ↑↓ Space b scroll  q back")
        case .keys(let scrolled):
            let lines = keyLines
            guard lines.count > height else { return ("Keys", lines, "any key leads back") }
            let place = scrolled.place(count: lines.count, height: height)
            return ("Keys", Array(scrolled.shown(lines, height: height)), "\(place)  ↑↓ scroll  Esc back")
        }
    }

    /// Every step, whatever the terminal's height.
    func allSteps(now: Timestamp?) -> [String] {
        guard let run, let now else { return [] }
        var view = ProgressView(width: size.columns, style: style, questions: .onScreen)
        view.foldsLongRuns = false
        return view.lines(run, now: now)
    }

    private func questions(_ choice: Choice) -> [String] {
        let questions = run?.decisions ?? []
        return choice.window(bodyHeight).filter(questions.indices.contains).map { index in
            let question = questions[index]
            let item = question.item.map { " of \(TerminalText.line($0))" } ?? ""
            let text = "\(TerminalText.line(question.name))\(item): \(TerminalText.line(question.question))"
            let line = TerminalText.fit(choice.mark(index) + text, size.columns)
            return index == choice.selected ? style.bold(line) : line
        }
    }

    // MARK: The run

    private func home(now: Timestamp) -> [String] {
        guard let run else { return filled(["the run is being asked for …"], size.lines - 1) + [help("q leave")] }
        let height = size.lines - 2
        let view = ProgressView(
            width: size.columns, height: height - (logHeight > 0 ? logHeight + 1 : 0), style: style,
            questions: .onScreen)
        let progress = view.lines(run, now: now)
        let room = height - progress.count - 1
        guard logHeight > 0, room > 0 else { return filled(progress, height) + [status, help(help(for: run))] }
        let events = log.shown(height: room).map { TerminalText.fit($0, size.columns) }
        return filled(progress + [rule] + events, height) + [status, help(help(for: run))]
    }

    /// How many lines the log has at least.
    var logHeight: Int {
        let height = size.lines - 2
        if isLogLarge { return max(1, height - 8) }
        return height < 12 ? 0 : max(3, height / 3)
    }

    private var rule: String {
        let title = log.below > 0 ? "── log, \(log.below) newer lines below: End " : "── log "
        let line = title + String(repeating: "─", count: max(0, size.columns - TerminalText.width(title)))
        return style.dim(TerminalText.fit(line, size.columns))
    }

    private var status: String {
        guard let text = notice ?? note else { return "" }
        return style.yellow(TerminalText.fit(TerminalText.line(text), size.columns))
    }

    private func help(_ text: String) -> String { style.dim(TerminalText.fit(text, size.columns)) }

    /// The keys that do something now; where there is no room for all, the first, and the one that tells the others.
    private func help(for run: RunSnapshot) -> String {
        let questions = run.decisions.count
        var keys = ["q leave"]
        if questions > 0 { keys.append(questions == 1 ? "a answer" : "a answer (\(questions))") }
        keys.append("d documents")
        switch run.status {
        case .paused: keys.append("p resume")
        case .running, .attention: keys.append("p pause")
        case .completed, .failed, .cancelled: break
        }
        keys += ["s steps", "↑↓ log", "? keys"]
        while keys.count > 2, TerminalText.width(keys.joined(separator: "  ")) > size.columns {
            keys.remove(at: keys.count - 2)
        }
        return keys.joined(separator: "  ")
    }

    private func filled(_ lines: [String], _ height: Int) -> [String] {
        lines.prefix(height) + Array(repeating: "", count: max(0, height - lines.count))
    }

    /// What each key does, broken between words where the terminal is narrow.
    var keyLines: [String] {
        Self.keys.flatMap { key, meaning in
            TextWrap.hanging(TerminalText.pad(key, 13) + meaning, width: size.columns, indent: 13)
        }
    }

    private static let keys = [
        ("q", "leave; the run goes on"),
        ("a", "answer what the run asks: choose, or type; approve, reject, amend"),
        (
            "d",
            "documents: Enter opens one, ← and → show older and newer versions; what is longer than the screen also "
                + "in $PAGER, where that is set"
        ),
        ("e", "at an approval: edit the document in $VISUAL or $EDITOR, and amend it so"),
        ("s", "every step"),
        ("p", "pause the run, or let it go on"),
        ("l", "a large log, or a small one"),
        ("↑ ↓ k j", "scroll the log by a line"),
        ("PgUp PgDn", "by a page; Home and End to its ends"),
        ("Esc", "back"),
        ("Ctrl-L", "draw everything again"),
        ("Ctrl-Z", "to the shell; fg comes back"),
        ("Ctrl-C", "leave, with exit code 130"),
    ]
}
