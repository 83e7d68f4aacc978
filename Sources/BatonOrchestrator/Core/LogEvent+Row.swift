import BatonEngine
import BatonMessages
import BatonStore

extension LogEvent {
    /// A history row as the run's log and the answer to `get` have it.
    init(_ row: EventRow, _ event: RunEvent, of run: RunState) {
        let task = event.task.flatMap { run.task($0) }
        self.init(
            run: run.id, sequence: row.sequence, at: row.at, kind: row.kind,
            step: task.map { run.plan.steps[$0.step].id }, item: task.flatMap { $0.scope.isEmpty ? nil : $0.scope },
            task: task.map { run.id.child($0.ordinal) },
            agent: row.agent, attempt: row.attempt, input: .text(row.input), then: .text(row.outcome))
    }

    /// A row that was read from the database.
    package init?(_ row: EventRow, of run: RunState) {
        guard let input = try? JSON.parse(row.input), let event = RunEvent(kind: row.kind, json: input) else {
            return nil
        }
        self.init(row, event, of: run)
    }
}
