import BatonMessages

/// Tells a run's events in plain lines, for logs and for terminals that can't be drawn on.
///
/// ```text
/// 0:00  the run begins: Greenfield Full-Stack
/// 0:00  analyst-brief: given to analyst-1 as analyst
/// 0:02  analyst-brief: completed by analyst-1: project-brief.md
/// 0:02  phase discovery is finished
/// ```
public struct EventLines: Sendable {
    private let startedAt: Timestamp

    public init(startedAt: Timestamp) { self.startedAt = startedAt }

    /// The lines of one event; some have none.
    public func lines(_ event: LogEvent) -> [String] {
        let time = ElapsedTime.text(from: startedAt, to: event.at)
        let lines = [head(event)].compactMap { $0 } + (event.then.json.array ?? []).compactMap { follow($0, event) }
        return lines.flatMap { text in
            text.split(separator: Self.separator).enumerated().map { place, part in
                let start = place == 0 ? time : String(repeating: " ", count: time.count + 2)
                var line = "\(start)  \(TerminalText.line(String(part), maxLength: 500))"
                while line.last == " " { line.removeLast() }
                return line
            }
        }
    }

    /// Between reasons that are a line each; elsewhere a line break stands for a blank.
    private static let separator: Character = "\u{2028}"

    private static func listed(_ reasons: String) -> String {
        reasons.split(separator: "\n").joined(separator: "\(separator)")
    }

    /// What came in.
    private func head(_ event: LogEvent) -> String? {
        let input = event.input.json
        let step = Self.place(event.step, event.item)
        let agentName = event.agent ?? input["agent"]?.string
        let agent = agentName ?? "an agent"
        switch event.kind {
        case "started": return "the run begins"
        case "dispatched":
            let role = input["role"]?.string.map { " as \($0)" } ?? ""
            let attempt = event.attempt.map { $0 > 1 ? ", attempt \($0)" : "" } ?? ""
            return "\(step): given to \(agent)\(role)\(attempt)"
        case "completed":
            let names = input["artifacts"]?.array?.compactMap { $0["name"]?.string } ?? []
            let made = names.isEmpty ? "" : ": \(names.joined(separator: ", "))"
            return "\(step): completed by \(agent)\(made)"
        case "attempt_ended":
            let message = input["message"]?.string.map { $0.isEmpty ? "" : ": \(Self.listed($0))" } ?? ""
            let attempt = agentName.map { "the attempt of \($0)" } ?? "the attempt"
            return "\(step): \(attempt) \(outcome(input["outcome"]?.string))\(message)"
        case "retry_due": return "\(step): tried again"
        case "cancelled", "paused", "resumed":
            let reason = input["reason"]?.string.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
            return "\(event.kind) by \(input["by"]?.string ?? "a client")\(reason)"
        case "retried":
            let what = event.step == nil ? "what came to nothing" : step
            return "\(what): tried again, as \(input["by"]?.string ?? "a client") asks"
        case "budgeted": return "\(input["by"]?.string ?? "a client") sets the budget: \(input["budget"]?.text ?? "")"
        case "time_due": return nil
        case "forked":
            let (run, from) = (input["run"]?.string ?? "another run", input["step"]?.string ?? "a step")
            return
                "all before this is from \(run), up to \(from); \(input["by"]?.string ?? "a client") goes on from there"
        case "reworked":
            let document = input["artifact"]?.string ?? "a document"
            let client = input["by"]?.string ?? "a client"
            return "what is stale since \(document) has changed is made again, as \(client) asks"
        // What followed from it says the question's name, or that the step was skipped or failed and by whom.
        case "decided", "skipped", "failed": return nil
        case "child_ended":
            let run = input["run"]?.string.map { " \($0)" } ?? ""
            return "\(step): its run\(run) is \(input["status"]?.string ?? "over")"
        // An event of a newer orchestrator.
        default: return "\(event.step.map { "\($0): " } ?? "")\(event.kind.replacingUnderscores)"
        }
    }

    /// A step or question, and the item that it is about.
    private static func place(_ name: String?, _ item: String?) -> String {
        let name = name ?? "a step"
        guard let item, !item.isEmpty else { return name }
        return "\(name) (\(item))"
    }

    private func outcome(_ word: String?) -> String {
        switch word {
        case "failed", nil: "failed"
        case "timed_out": "timed out"
        case let word?: "was \(word.replacingUnderscores)"
        }
    }

    /// What followed; nil for what the line before has said already.
    private func follow(_ entry: JSON, _ event: LogEvent) -> String? {
        func text(_ name: String) -> String { entry[name]?.string ?? "" }
        // Other steps than the event's own may be of other items.
        let name = entry["step"]?.string ?? event.step
        let step = Self.place(name, entry["item"]?.string ?? (name == event.step ? event.item : nil))
        switch entry["kind"]?.string {
        case "step_provided": return "\(step): came with the start"
        case "step_queued":
            let names = (entry["artifacts"]?.array ?? []).compactMap(\.string)
            return "\(step): will be done again: \(names.joined(separator: ", "))"
        case "step_skipped": return "\(step): skipped: \(text("reason"))"
        case "step_failed": return "\(step): failed: \(text("reason"))"
        case "block_entered":
            let items = entry["items"]?.int.map { ": \($0) item\($0 == 1 ? "" : "s")" } ?? ""
            return "\(step): begins\(items)"
        case "round_begun": return "\(step): round \(entry["round"]?.int ?? 0) begins"
        case "routed": return "\(step): takes the route \(text("route")) (\(text("origin")))"
        case "asked":
            return "needs an answer: \(Self.place(text("name"), entry["item"]?.string)): \(text("question"))"
        case "decided", "answered":
            let comment = entry["comment"]?.string.map { " (\($0))" } ?? ""
            let missing = entry["missing"]?.int.map { "; \($0) more must answer" } ?? ""
            return "\(text("by")) answers \(text("name")): \(entry["answer"]?.plainText ?? "")\(comment)\(missing)"
        case "verdict":
            if entry["passed"]?.bool == true { return "\(step): the review passes" }
            let flagged = (entry["flagged"]?.array ?? []).compactMap(\.string)
            return "\(step): the review does not pass: \(flagged.joined(separator: ", "))"
        case "child_started": return "\(step): a run of its own begins: \(text("run"))"
        case "branch":
            let holds = entry["holds"]?.bool == true ? "holds" : "does not hold"
            return "\(step): \(text("condition")) \(holds) (\(text("origin")))"
        case "guidance":
            let condition = entry["condition"]?.string.map { " (if \($0))" } ?? ""
            return "\(step)\(condition): \(text("notes"))"
        case "unchanged": return "\(text("name")) is unchanged"
        case "retry_scheduled":
            guard let at = Timestamp(text("at")) else { return nil }
            let seconds = max(0, at.milliseconds - event.at.milliseconds + 999) / 1000
            return "\(step): the next attempt is in \(seconds) s"
        case "phase_entered": return "phase \(text("phase")) begins"
        case "milestone": return "phase \(text("phase")) is finished"
        case "attention": return "\(step): needs a person: \(Self.listed(text("reason")))"
        case "handoff_refused":
            let reasons = Self.listed(text("reason"))
            return "\(step): \(text("by")) refuses the handoff; \(text("to")) is to add: \(reasons)"
        case "budget_reached": return "needs a person: \(text("reason"))"
        case "run_ended":
            let reason = entry["reason"]?.string.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
            return "the run is \(text("status"))\(reason)"
        default: return nil
        }
    }
}

extension JSON {
    /// A text as it is, anything else as JSON.
    fileprivate var plainText: String { string ?? text }
}

extension String {
    fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}
