import BatonClient

/// Bars over the time of a run: work, waiting for an agent, and waiting for a person, each of its own shape.
struct TimelineView {
    private let timeline: Timeline
    private let now: Timestamp
    private let start: Timestamp
    private let end: Timestamp

    /// Of long runs the last rows are shown.
    private static let maxRows = 120
    /// The width of the drawing in its own units.
    private static let width: Int64 = 10_000

    init(_ timeline: Timeline, _ run: RunSnapshot, now: Timestamp) {
        self.timeline = timeline
        let end = run.endedAt ?? max(now, run.updatedAt)
        self.now = end
        start = run.startedAt
        self.end = max(end, Timestamp(milliseconds: start.milliseconds + 1))
    }

    var html: HTML {
        guard !timeline.rows.isEmpty else { return "<p class=\"empty\">Nobody has had a task yet.</p>" }
        let rows = timeline.rows.suffix(Self.maxRows).map(row)
        return """
            \(sums)<ol class="bars">\(rows)</ol>
            <p class="axis" aria-hidden="true"><span>0:00</span>\
            <span>\(ElapsedTime.text(milliseconds: end.milliseconds(since: start)))</span></p>\(people)
            """
    }

    private var sums: HTML {
        func text(_ isMeant: (Timeline.Kind) -> Bool) -> String {
            ElapsedTime.text(milliseconds: timeline.sum(now: now, isMeant))
        }
        let working = text { kind in if case .working = kind { true } else { false } }
        return """
            <ul class="legend"><li><i class="k-work"></i>work <b>\(working)</b></li>\
            <li><i class="k-wait"></i>waited for an agent <b>\(text { $0 == .waiting })</b></li>\
            <li><i class="k-ask"></i>waited for a person <b>\(text { $0 == .asking })</b></li></ul>
            """
    }

    private func row(_ row: Timeline.Row) -> HTML {
        let bars = row.spans.map(bar)
        let said = row.spans.map { "\(word($0.kind)) \(duration($0))" }.joined(separator: ", ")
        let item: HTML = row.item.map { " <span class=\"item\">\($0)</span>" } ?? ""
        return """
            <li><span class="name">\(row.name)\(item)</span><svg viewBox="0 0 \(Self.width) 14" \
            preserveAspectRatio="none" role="img" aria-label="\(said)">\(bars)</svg></li>
            """
    }

    private func bar(_ span: Timeline.Span) -> HTML {
        let left = place(span.start)
        let width = max(Self.width / 400, place(span.end ?? now) - left)
        let (kind, y, height) =
            switch span.kind {
            case .working: ("k-work", 0, 14)
            case .waiting: ("k-wait", 5, 4)
            case .asking: ("k-ask", 2, 10)
            }
        return """
            <rect class="\(kind)" x="\(left)" y="\(y)" width="\(width)" height="\(height)">\
            <title>\(word(span.kind)), \(duration(span))</title></rect>
            """
    }

    private func place(_ at: Timestamp) -> Int64 {
        let span = end.milliseconds(since: start)
        let offset = min(max(0, at.milliseconds(since: start)), span)
        let part = Double(offset) / Double(span)
        return Int64(part * Double(Self.width))
    }

    private func word(_ kind: Timeline.Kind) -> String {
        switch kind {
        case .working(let agent): "\(agent) worked"
        case .waiting: "waited for an agent"
        case .asking: "waited for a person"
        }
    }

    private func duration(_ span: Timeline.Span) -> String {
        ElapsedTime.text(milliseconds: span.milliseconds(now: now))
    }

    private var people: HTML {
        let items = timeline.work(now: now).prefix(50).map { agent, tasks, milliseconds in
            HTML(
                """
                <li><b>\(agent)</b> \(tasks) task\(tasks == 1 ? "" : "s"), \
                \(ElapsedTime.text(milliseconds: milliseconds))</li>
                """)
        }
        return items.isEmpty ? "" : "<ul class=\"people\" aria-label=\"Work by agent\">\(items)</ul>"
    }
}
