import BatonMessages

extension Samples {
    /// What our side sends, by the schema that it has to fit.
    static var bySchema: [(schema: String, payload: [UInt8])] {
        let asked = [
            start, list, past, history, artifact, cancelRequest, resumeRequest, define, validate, amend,
        ]
        let requests = asked.map { (schema: "request-\($0.type)", payload: $0.encode()) }
        let replies = replies.map { (schema: "reply-\($0.body.schema)", payload: $0.encode()) }
        return [
            ("handoff", handoff.encode()), ("task-command", command.encode()), ("task-command", bareCommand.encode()),
            ("result", result.encode()), ("beat", beat.encode()), ("decline", decline.encode()),
            ("presence", presence.encode()), ("ack", ack.encode()), ("cancel", cancel.encode()),
            ("artifact-get", get.encode()), ("artifact-range", range.encode()), ("mark", mark.encode()),
            ("artifact-put", put.encode()), ("artifact-range", stored.encode()),
            ("orchestrator-state", orchestrator.encode()), ("run-row", row.encode()),
            ("runs", RunIndex(runs: [row], at: now).encode()), ("run-state", snapshot.encode()),
            ("log-event", event.encode()), ("artifact-entry", entry.encode()),
            ("artifact-entry", approvedEntry.encode()), ("decision", approval.encode()),
            ("reply-decide", missingApproval.encode()),
        ] + requests + replies
    }
}

extension Reply.Body {
    /// The schema's name, behind `reply-`.
    fileprivate var schema: String {
        switch self {
        case .started: "start"
        case .runs: "list"
        case .agents: "agents"
        case .run: "run"
        case .artifacts: "artifacts"
        case .artifact: "artifact"
        case .handoffs: "handoffs"
        case .history: "history"
        case .workflows: "workflows"
        case .decisions: "decisions"
        case .decided: "decide"
        case .checked: "definition"
        case .steered: "steered"
        case .forgotten: "forgotten"
        case .deadLetters: "dead-letters"
        case .deadLetter: "dead-letter"
        case .offered: "offered"
        case .failed: "error"
        }
    }
}
