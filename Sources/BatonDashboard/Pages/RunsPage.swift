import BatonClient

/// Every run at a glance, and what is asked of people.
struct RunsPage {
    let frame: Frame
    let overview: Overview
    let now: Timestamp

    var html: HTML { frame.page(sheet) }

    var sheet: Sheet {
        Sheet(
            title: "Runs", place: .runs, events: "/events", overview: overview,
            pieces: [
                .init(head, id: "head"), .init(questions, id: "questions"), .init(rows.isEmpty ? "" : search),
                .init(runs, id: "runs"),
            ])
    }

    private var rows: [RunRow] { overview.index?.runs ?? [] }

    private var open: Int { number({ !$0.status.isFinal }, or: \.active) }

    /// How many runs are so. The index names the last of those that are going on; of more, the orchestrator says how
    /// many there are.
    private func number(_ isMeant: (RunRow) -> Bool, or all: (OrchestratorState.Runs) -> Int) -> Int {
        let named = rows.count(where: isMeant)
        guard rows.count(where: { !$0.status.isFinal }) >= WireLimits.runsPerList else { return named }
        return max(named, overview.orchestrator.map { all($0.runs) } ?? 0)
    }

    private var head: HTML {
        let stuck = number(\.needsPerson, or: \.attention)
        let asked = overview.questions.count
        let agents = overview.orchestrator?.agents.count ?? 0
        return """
            <div id="head" data-part class="headline"><h1>Runs</h1>
            <ul class="figures" aria-label="Sums">\
            <li><b>\(open)</b> going on</li>\
            <li class="\(stuck > 0 ? "alarm" : "")"><b>\(stuck)</b> need a person</li>\
            <li class="\(asked > 0 ? "alarm" : "")"><b>\(asked)</b> question\(asked == 1 ? "" : "s")</li>\
            <li><b>\(agents)</b> agent\(agents == 1 ? "" : "s")</li></ul></div>
            """
    }

    private var questions: HTML {
        let shown = overview.questions.prefix(50)
        let cards = shown.map { question in
            let run = question.run.description
            let title = rows.first { $0.run == question.run }?.title ?? question.workflow
            let from: HTML = "<p class=\"from\"><a href=\"\(Address.run(run))\">\(title)</a></p>"
            return QuestionForm(frame: frame, question: question, now: now, from: from).html
        }
        return Frame.part("questions", "Questions", cards.isEmpty ? "" : "<div class=\"cards\">\(cards)</div>")
    }

    private var runs: HTML {
        guard !rows.isEmpty else {
            let why: HTML =
                overview.index == nil
                ? """
                Nothing was heard of the orchestrator yet; is <code>baton serve</code> running on this broker and \
                namespace?
                """
                : "There is no run yet. <code>baton start WORKFLOW</code> begins one."
            let start: HTML =
                frame.isReadOnly || overview.index == nil ? "" : "<p><a href=\"/start\">Start the first</a></p>"
            return Frame.part("runs", "All runs", "<p class=\"empty\">\(why)</p>\(start)")
        }
        let groups: [(String, [RunRow])] = [
            ("Needs a person", rows.filter(\.needsPerson)),
            ("Going on", rows.filter { !$0.needsPerson && !$0.status.isFinal }),
            ("Over", rows.filter { $0.status.isFinal }),
        ]
        let lists = groups.filter { !$0.1.isEmpty }.map { name, rows in
            HTML("<h3>\(name) <span class=\"count\">\(rows.count)</span></h3><ul class=\"runs\">\(rows.map(row))</ul>")
        }
        let missing = open - rows.count { !$0.status.isFinal }
        let more: HTML =
            missing > 0
            ? "<p class=\"what\">\(missing) more are going on, begun earlier; <code>baton list</code> has them.</p>"
            : ""
        return Frame.part("runs", "All runs", "\(lists.joined())\(more)")
    }

    private var search: HTML {
        """
        <div class="tools"><p class="filter"><label for="filter">Filter</label> <input id="filter" type="search" \
        autocomplete="off" placeholder="title, workflow, project, state" data-filter="runs"></p></div>
        """
    }

    private func row(_ row: RunRow) -> HTML {
        let run = row.run.description
        let time: HTML =
            row.endedAt.map { end in
                "took \(ElapsedTime.text(milliseconds: end.milliseconds(since: row.startedAt))), \(Frame.moment(end))"
            } ?? frame.elapsed(since: row.startedAt, now: now)
        let reason: HTML = row.reason.map { $0.isEmpty ? "" : "<p class=\"reason\">\($0)</p>" } ?? ""
        let asks: HTML =
            row.questions == 0
            ? "" : "<span class=\"asks\">\(row.questions) question\(row.questions == 1 ? "" : "s")</span>"
        // A run that was given no project is one of its own.
        let project = row.project == run ? "" : " · \(row.project)"
        return """
            <li class="run s-\(row.status.rawValue)"><a href="\(Address.run(run))"><b>\(row.title)</b>\
            <span class="id">\(run.prefix(8))</span></a>\
            <p class="what">\(row.workflow)\(project)\(row.phase.map { " · \($0.rawValue)" } ?? "")</p>\
            \(reason)\
            <p class="state">\(Icon.badge(row.status))\(asks)<progress max="100" value="\(row.percent)" \
            aria-label="Progress">\(row.percent) %</progress><span class="pct">\(row.percent) %</span>\
            <span class="time">\(time)</span></p></li>
            """
    }
}
