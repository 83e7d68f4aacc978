import BatonClient

/// Who worked when, and what waited for whom: from a run's history.
struct Timeline: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Ready, and no agent has it.
        case waiting
        case working(agent: String)
        /// A question is open.
        case asking
    }

    struct Span: Sendable, Equatable {
        let kind: Kind
        let start: Timestamp
        /// nil: it goes on.
        var end: Timestamp?

        func milliseconds(now: Timestamp) -> Int64 { max(0, (end ?? now).milliseconds(since: start)) }
    }

    struct Row: Sendable, Equatable {
        let name: String
        let item: String?
        var spans: [Span] = []
    }

    /// In the order in which they began.
    private(set) var rows: [Row] = []
    private var places: [String: Int] = [:]

    init(_ events: some Sequence<LogEvent>) {
        for event in events { take(event) }
    }

    private mutating func take(_ event: LogEvent) {
        let key = event.task.map { "task \($0)" }
        switch event.kind {
        case "dispatched":
            if let key {
                close(key, at: event.at)
                open(key, .working(agent: event.agent ?? "an agent"), event.step, event.item, at: event.at)
            }
        case "completed", "skipped", "failed", "child_ended": if let key { close(key, at: event.at) }
        case "attempt_ended":
            if let key {
                close(key, at: event.at)
                // What is tried again waits until somebody has it; what is given up does not.
                let isTried = (event.then.json.array ?? []).contains { entry in
                    ["retry_scheduled", "step_ready"].contains(entry["kind"]?.string)
                }
                if isTried { open(key, .waiting, event.step, event.item, at: event.at) }
            }
        default: break
        }
        for entry in event.then.json.array ?? [] { follow(entry, event) }
    }

    private mutating func follow(_ entry: JSON, _ event: LogEvent) {
        let step = entry["step"]?.string ?? event.step
        let item = entry["item"]?.string ?? (step == event.step ? event.item : nil)
        switch entry["kind"]?.string {
        case "step_ready":
            guard let number = entry["task"]?.int, let ordinal = UInt32(exactly: number) else { return }
            let key = "task \(event.run.child(ordinal))"
            close(key, at: event.at)
            open(key, .waiting, step, item, at: event.at)
        case "asked":
            let name = entry["name"]?.string ?? "a question"
            open("question \(name) \(item ?? "")", .asking, name, item, at: event.at)
        case "decided":
            let name = entry["name"]?.string ?? "a question"
            for (key, place) in places where key.hasPrefix("question \(name) ") && rows[place].name == name {
                close(key, at: event.at)
            }
        case "run_ended":
            for key in places.keys { close(key, at: event.at) }
        default: return
        }
    }

    private mutating func open(_ key: String, _ kind: Kind, _ name: String?, _ item: String?, at: Timestamp) {
        let place = places[key] ?? rows.count
        if place == rows.count {
            rows.append(Row(name: name ?? "a step", item: item))
            places[key] = place
        }
        rows[place].spans.append(Span(kind: kind, start: at))
    }

    private mutating func close(_ key: String, at: Timestamp) {
        guard let place = places[key], let last = rows[place].spans.indices.last else { return }
        if rows[place].spans[last].end == nil { rows[place].spans[last].end = at }
    }

    // MARK: Sums

    /// In milliseconds, by what was done.
    func sum(now: Timestamp, _ isMeant: (Kind) -> Bool) -> Int64 {
        rows.reduce(0) { sum, row in
            row.spans.reduce(sum) { isMeant($1.kind) ? $0 + $1.milliseconds(now: now) : $0 }
        }
    }

    /// How much each agent did, the busiest first.
    func work(now: Timestamp) -> [(agent: String, tasks: Int, milliseconds: Int64)] {
        var sums: [String: (Int, Int64)] = [:]
        for span in rows.lazy.flatMap(\.spans) {
            guard case .working(let agent) = span.kind else { continue }
            let sum = sums[agent] ?? (0, 0)
            sums[agent] = (sum.0 + 1, sum.1 + span.milliseconds(now: now))
        }
        return sums.map { ($0.key, $0.value.0, $0.value.1) }.sorted { ($1.2, $0.0) < ($0.2, $1.0) }
    }
}
