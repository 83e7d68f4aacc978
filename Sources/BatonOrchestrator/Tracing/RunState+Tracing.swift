import BatonEngine
import BatonStore

/// The trace of a run: a span for the run, and in it one for each attempt, from its command to its end.
///
/// Identifiers are derived from what the run has anyway, so that a restart goes on with the same trace: the run's span
/// from its id, an attempt's from its lease.
extension RunState {
    /// Where the run is in its trace: the one that its start named, or one of its own.
    var trace: TraceParent { (options.traceparent ?? TraceParent(run: id)).at(id) }

    /// The attempt that a result ends, which is out.
    func span(completing ordinal: UInt32, at now: Timestamp) -> TraceFile.Span? {
        guard let task = task(ordinal), let out = task.dispatch else { return nil }
        return span(
            of: ordinal, lease: out.lease, agent: out.agent, attempt: task.attempt, from: out.sentAt, to: now,
            outcome: "completed", error: nil)
    }

    /// What else has ended with a batch: attempts that failed, and the run.
    func spans(endedIn delta: RunDelta) -> [TraceFile.Span] {
        var spans = delta.attempts.map { attempt in
            span(
                of: attempt.task, lease: attempt.lease, agent: attempt.agent, attempt: attempt.attempt,
                from: attempt.sentAt, to: attempt.endedAt, outcome: attempt.outcome.rawValue,
                error: attempt.message.isEmpty ? attempt.outcome.rawValue : attempt.message)
        }
        guard delta.headerChanged, status.isFinal, let endedAt else { return spans }
        spans.append(
            TraceFile.Span(
                context: trace, parent: options.traceparent?.span, name: plan.workflow, began: startedAt,
                ended: endedAt, error: status == .completed ? nil : status.rawValue,
                attributes: [
                    "baton.run": id.description, "baton.workflow": plan.workflow, "baton.project": project,
                    "baton.status": status.rawValue,
                ]))
        return spans
    }

    private func span(
        of ordinal: UInt32, lease: Identifier, agent: String, attempt: Int, from: Timestamp, to: Timestamp,
        outcome: String, error: String?
    ) -> TraceFile.Span {
        let step = task(ordinal).map { plan.steps[$0.step] }
        return TraceFile.Span(
            context: trace.at(lease), parent: trace.span, name: step?.id ?? "task", began: from, ended: to,
            error: error,
            attributes: [
                "baton.run": id.description, "baton.task": id.child(ordinal).description,
                "baton.step": step?.id ?? "", "baton.phase": step?.phase.rawValue ?? "", "baton.agent": agent,
                "baton.attempt": "\(attempt)", "baton.outcome": outcome,
            ])
    }
}
