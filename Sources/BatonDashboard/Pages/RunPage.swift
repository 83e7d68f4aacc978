import BatonClient

/// One run: what holds it up, what it asks, its plan, who worked when, and what it made.
struct RunPage {
    let frame: Frame
    let overview: Overview
    /// As it is, or as it was.
    let run: RunSnapshot
    let record: RunRecord
    /// The `seq` of its last event, which is later than the snapshot's when that shows how it was.
    var lastSequence = 0
    /// What was just done, as one of ``notices``.
    var notice: String?
    /// Who is there, where tasks wait for an agent.
    var agents: [AgentStanding] = []
    let now: Timestamp

    static let notices: [String: String] = [
        "answered": "The answer is taken.", "late": "The question was answered already; nothing has changed.",
        "pause": "The run is paused; what is under way ends first.", "resume": "The run goes on.",
        "started": "The run has begun.", "cancel": "The run is cancelled.", "retry": "It is tried again.",
    ]

    var id: String { run.run.description }

    var html: HTML { frame.page(sheet) }

    var sheet: Sheet {
        let timeline = TimelineView(Timeline(record.events), run, now: now).html
        return Sheet(
            title: run.title, events: "\(Address.run(id))/events", overview: overview,
            pieces: [
                .init(note), .init(head, id: "head"), .init(moments, id: "moments"), .init(why, id: "why"),
                .init(questions, id: "questions"), .init(Frame.part("plan", "Plan", plan), id: "plan"),
                .init(Frame.part("timeline", "Who worked when", timeline), id: "timeline"),
                .init(Frame.part("documents", "Documents", documents), id: "documents"),
                .init(Frame.part("handoffs", "Handoffs", handoffs), id: "handoffs"),
                .init(Frame.part("history", "History", history), id: "history"),
            ])
    }

    private var note: HTML {
        guard let text = notice.flatMap({ Self.notices[$0] }) else { return "" }
        return "<p class=\"notice\" role=\"status\">\(text)</p>"
    }

    private var head: HTML {
        // Of a long run, only some steps are listed.
        let isCounted = !run.counts.isEmpty
        let all = isCounted ? run.counts.values.reduce(0, +) : run.steps.count
        let done =
            isCounted
            ? run.counts.reduce(0) { $1.key.isEnded ? $0 + $1.value : $0 } : run.steps.count { $0.state.isEnded }
        let status = frame.isPast ? "\(run.sequence)" : run.status.rawValue
        let time: HTML =
            run.endedAt.map { "took \(ElapsedTime.text(milliseconds: $0.milliseconds(since: run.startedAt)))" }
            ?? frame.elapsed(since: run.startedAt, now: now)
        let reason: HTML = run.reason.map { $0.isEmpty ? "" : "<p class=\"reason\">\($0)</p>" } ?? ""
        let used = UsageText.line(run).map { HTML("<p class=\"what\">\($0)</p>") } ?? ""
        return """
            <div id="head" data-part class="headline" data-status="\(status)" data-said="\(said)">
            <h1>\(run.title)</h1>
            <p class="what">\(run.workflow)\(run.project == id ? "" : " · \(run.project)") · <code>\(id)</code></p>
            <p class="state">\(Icon.badge(run.status))<progress max="100" value="\(run.percent)" \
            aria-label="Progress">\(run.percent) %</progress><span class="pct">\(run.percent) %</span>\
            <span class="time">\(done) of \(all) steps · \(time)</span></p>
            \(past)\(reason)\(used)\(frame.hasForms ? controls : "")
            <nav class="inside" aria-label="On this page"><a href="#plan">Plan</a><a href="#timeline">Timeline</a>\
            <a href="#documents">Documents</a><a href="#handoffs">Handoffs</a><a href="#history">History</a></nav>
            </div>
            """
    }

    private var controls: HTML {
        if run.status.isFinal { return run.status == .failed ? "<p class=\"controls\">\(control("retry"))</p>" : "" }
        let first = run.status == .paused ? control("resume") : control("pause")
        let again = run.status == .attention ? control("retry") : ""
        return "<div class=\"controls\">\(first)\(again)\(control("cancel"))</div>"
    }

    private func control(_ action: String) -> HTML {
        let (name, question) =
            switch action {
            case "pause": ("Pause", "")
            case "resume": ("Resume", "")
            case "retry": ("Try again", "")
            default: ("Cancel", "Cancel this run? What is under way is stopped, and it cannot go on.")
            }
        return """
            <form method="post" action="\(Address.run(id))/control" data-confirm="\(question)">\(frame.proof)\
            <button type="submit" name="action" value="\(action)" class="\(action)">\(name)</button></form>
            """
    }

    private var why: HTML {
        let verdicts = Standstill.lastVerdicts(in: record.events)
        let lines = Standstill(run, verdicts: verdicts, agents: agents).lines(now: now)
        guard !lines.isEmpty else { return Frame.part("why", "What holds it up", "") }
        // A line that is indented belongs to the one before.
        var causes: [(String, [String])] = []
        for line in lines {
            if line.hasPrefix("  "), !causes.isEmpty {
                causes[causes.count - 1].1.append(String(line.dropFirst(2)))
            } else {
                causes.append((line, []))
            }
        }
        let items = causes.map { head, rest in
            HTML("<li><b>\(HTML(sentence: head))</b>\(rest.map { HTML("<span>\(HTML(sentence: $0))</span>") })</li>")
        }
        return Frame.part("why", "What holds it up", "<ul class=\"causes\">\(items)</ul>")
    }

    private var questions: HTML {
        let cards = run.decisions.filter { $0.status == .open }
            .map { QuestionForm(frame: frame, question: $0, now: now).html }
        return Frame.part("questions", "Questions", cards.isEmpty ? "" : "<div class=\"cards\">\(cards)</div>")
    }
}
