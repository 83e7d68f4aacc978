import BatonEngine
import Foundation
import GRDB
import OrderedCollections

/// What the orchestrator reads when it starts.
extension Store {
    /// The runs that have not ended, the oldest first, with their plans.
    public func openRuns() throws(StoreError) -> [RunState] {
        try runs("SELECT * FROM runs WHERE ended_at IS NULL ORDER BY number")
    }

    /// The runs that ended last, with their plans, in the order in which they ended.
    public func endedRuns(last count: Int) throws(StoreError) -> [RunState] {
        try runs(
            """
            SELECT * FROM (SELECT * FROM runs WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, number DESC LIMIT ?)
            ORDER BY ended_at, number
            """, [count])
    }

    private func runs(_ sql: StaticString, _ arguments: StatementArguments = []) throws(StoreError) -> [RunState] {
        try perform { db in
            var plans: [String: Plan] = [:]
            return try Row.fetchAll(try statements(sql, db), arguments: arguments).map { row in
                let revision: String = row["revision"]
                let plan = try plans[revision] ?? self.plan(revision, db)
                plans[revision] = plan
                return try state(row, plan: plan, db)
            }
        }
    }

    /// Any run, open or ended; nil if there is none of that id.
    public func run(_ id: Identifier) throws(StoreError) -> RunState? {
        try perform { db in
            let statement = try statements("SELECT * FROM runs WHERE id = ?", db)
            guard let row = try Row.fetchOne(statement, arguments: [id.description]) else { return nil }
            return try state(row, plan: plan(row["revision"], db), db)
        }
    }

    /// What the broker had not taken, in the order in which it was decided.
    public func outbox() throws(StoreError) -> [OutboxRow] {
        try perform { db in
            let statement = try statements(
                """
                SELECT outbox.*, runs.id AS run_id FROM outbox
                LEFT JOIN runs ON runs.number = outbox.run ORDER BY outbox.id
                """, db)
            return try Row.fetchAll(statement).map { row in
                let run = (row["run_id"] as String?).flatMap { Identifier($0) }
                let payload = (row["payload"] as Data?).map { Array($0) }
                return OutboxRow(
                    id: row["id"], topic: row["topic"],
                    task: run.map { TaskKey(run: $0, task: UInt32(row["task"] as Int64)) },
                    lease: (row["lease"] as String?).flatMap { Identifier($0) }, payload: payload)
            }
        }
    }

    /// The history of a run as the inputs of its state machine, in order: replaying them gives its state.
    public func inputs(of id: Identifier) throws(StoreError) -> [RunInput] {
        try perform { db in
            let statement = try statements(
                "SELECT events.* FROM events JOIN runs ON runs.number = events.run WHERE runs.id = ? ORDER BY seq", db)
            return try Row.fetchAll(statement, arguments: [id.description]).map { try Self.input($0, of: id) }
        }
    }

    /// The next inputs of a run's history after a `seq`, at most `limit` of them.
    ///
    /// - Returns: with whether the engine that took them was of this version: else they may lead elsewhere now.
    public func inputs(
        of id: Identifier, after sequence: Int, limit: Int
    ) throws(StoreError) -> (inputs: [RunInput], areOfThisEngine: Bool) {
        try perform { db in
            let statement = try statements(
                """
                SELECT events.* FROM events JOIN runs ON runs.number = events.run
                WHERE runs.id = ? AND seq > ? ORDER BY seq LIMIT ?
                """, db)
            let rows = try Row.fetchAll(statement, arguments: [id.description, sequence, limit])
            return (
                try rows.map { try Self.input($0, of: id) },
                rows.allSatisfy { $0["engine_version"] == RunState.engineVersion }
            )
        }
    }

    private static func input(_ row: Row, of id: Identifier) throws -> RunInput {
        guard let event = RunEvent(kind: row["kind"], json: try json(row["input"])),
            let seed = Seed(row["seed"] as String)
        else { throw StoreError(.corrupt, "a history row of run \(id) can't be read") }
        return RunInput(now: Timestamp(milliseconds: row["at"]), seed: seed, event: event)
    }

    private func plan(_ revision: String, _ db: Database) throws -> Plan {
        let plan = try plans(revision) {
            guard
                let text = try String.fetchOne(
                    db, sql: "SELECT plan FROM workflows WHERE revision = ?", arguments: [revision])
            else { throw StoreError(.corrupt, "the plan of revision \(revision) is missing from the database") }
            return try JSONDecoder().decode(Plan.self, from: Data(text.utf8))
        }
        knownRevisions.insert(revision)
        return plan
    }

    private func state(_ row: Row, plan: Plan, _ db: Database) throws -> RunState {
        let number: Int64 = row["number"]
        guard let id = Identifier(row["id"] as String), let status = RunStatus(rawValue: row["status"]) else {
            throw StoreError(.corrupt, "the run \(row["id"] as String) can't be read")
        }
        runNumbers[id] = number
        let last = try Row.fetchOne(
            try statements("SELECT seq, at, last_ordinal FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1", db),
            arguments: [number])
        let tasks = try Row.fetchAll(
            try statements("SELECT * FROM tasks WHERE run = ? ORDER BY ordinal", db), arguments: [number]
        ).map(Self.task)
        var milestones: OrderedDictionary<Phase, Timestamp> = [:]
        for (name, at) in try Self.json(row["milestones"]).object ?? [:] {
            guard let phase = Phase(rawValue: name), let at = at.int else { continue }
            milestones[phase] = Timestamp(milliseconds: at)
        }
        let project: String = row["project"]
        let open = tasks.filter { !$0.status.isEnded && $0.handoff != 0 && $0.summary == nil }
        let startedAt = Timestamp(milliseconds: row["started_at"])
        let record = RunRecord(
            id: id, project: project, client: row["client"],
            parent: (row["parent"] as String?).flatMap { Identifier($0) }, inputs: try Self.json(row["inputs"]),
            options: RunOptions.read(try Self.json(row["options"])).options, status: status, reason: row["reason"],
            pause: try (row["pause"] as String?).flatMap { Pause(try Self.json($0)) },
            spending: try spending(row, startedAt: startedAt),
            phase: (row["phase"] as String?).flatMap(Phase.init), milestones: milestones, startedAt: startedAt,
            updatedAt: last.map { Timestamp(milliseconds: $0["at"]) } ?? startedAt,
            endedAt: (row["ended_at"] as Int64?).map { Timestamp(milliseconds: $0) },
            sequence: last?["seq"] ?? 0, lastOrdinal: UInt32(last?["last_ordinal"] ?? Int64(0)), tasks: tasks,
            artifacts: try artifacts(run: number, db), facts: try facts(run: number, db),
            decisions: try decisions(run: number, db),
            handoffs: try open.isEmpty ? [:] : handoffs(of: open, run: number, id: id, project: project, db))
        return RunState(record, plan: plan)
    }

    /// Of a run that was stored before anything was counted, the time alone is known.
    private func spending(_ row: Row, startedAt: Timestamp) throws -> Spending {
        guard let text = row["spending"] as String? else {
            var spending = Spending()
            let isGoing = row["ended_at"] as Int64? == nil && row["pause"] as String? == nil
            spending.since = isGoing ? startedAt : nil
            return spending
        }
        guard let spending = Spending(try Self.json(text)) else {
            throw StoreError(.corrupt, "what the run \(row["id"] as String) has used can't be read")
        }
        return spending
    }

    private static func task(_ row: Row) throws -> TaskState {
        var task = TaskState(
            ordinal: UInt32(row["ordinal"] as Int64), step: row["step_index"],
            parent: UInt32(row["parent"] as Int64), scope: row["scope"], round: row["round"],
            detail: try (row["detail"] as String?).flatMap { TaskDetail(try json($0)) },
            status: StepStatus(rawValue: row["status"]) ?? .attention, reason: row["reason"],
            createdAt: Timestamp(milliseconds: row["created_at"]))
        task.attempt = row["attempt"]
        task.attemptsBefore = row["attempts_before"]
        task.usage = Usage(try (row["usage"] as String?).map(json))
        task.spentMilliseconds = row["spent_ms"]
        task.idempotencyKey = UInt32(row["idempotency_key"] as Int64)
        task.handoff = UInt32(row["handoff"] as Int64)
        task.retryAt = (row["retry_at"] as Int64?).map { Timestamp(milliseconds: $0) }
        task.summary = row["summary"]
        task.endedAt = (row["ended_at"] as Int64?).map { Timestamp(milliseconds: $0) }
        task.endedSequence = row["ended_seq"]
        task.decision = UInt32(row["decision"] as Int64)
        if let agent = row["agent"] as String?, let lease = (row["lease"] as String?).flatMap({ Identifier($0) }) {
            task.dispatch = TaskState.Dispatch(
                agent: agent, role: row["role"], lease: lease, sentAt: Timestamp(milliseconds: row["sent_at"]))
        }
        return task
    }

    func artifacts(run number: Int64, _ db: Database) throws -> [ArtifactVersion] {
        try Row.fetchAll(
            try statements("SELECT * FROM artifacts WHERE run = ? ORDER BY ordinal", db), arguments: [number]
        ).map { row in
            guard let digest = Digest(bytes: row["sha256"] as Data) else {
                throw StoreError(.corrupt, "the hash of an artifact can't be read")
            }
            return ArtifactVersion(
                ordinal: UInt32(row["ordinal"] as Int64), name: ArtifactName(row["name"]), scope: row["scope"],
                version: row["version"], digest: digest, size: row["size"], mediaType: row["media_type"],
                task: UInt32(row["task"] as Int64),
                role: row["role"], madeFrom: try Self.ordinals(row["made_from"]), isExtra: row["is_extra"],
                createdAt: Timestamp(milliseconds: row["created_at"]))
        }
    }

    private func facts(run number: Int64, _ db: Database) throws -> [Fact] {
        try Row.fetchAll(try statements("SELECT * FROM facts WHERE run = ?", db), arguments: [number]).map { row in
            Fact(
                name: row["name"], scope: row["scope"], value: try Self.json(row["value"]), origin: row["origin"],
                task: UInt32(row["task"] as Int64))
        }
    }

    private func decisions(run number: Int64, _ db: Database) throws -> [Decision] {
        try Row.fetchAll(
            try statements("SELECT * FROM decisions WHERE run = ? ORDER BY ordinal", db), arguments: [number]
        ).map { row in
            let options = try Self.json(row["options"]).array?.compactMap(\.string) ?? []
            guard let kind = Decision.Kind(rawValue: row["kind"]),
                let answers = Decision.Answers(name: row["answers"], options: options),
                let status = Decision.Status(rawValue: row["status"])
            else { throw StoreError(.corrupt, "a decision can't be read") }
            return Decision(
                ordinal: UInt32(row["ordinal"] as Int64), kind: kind, name: row["name"], scope: row["scope"],
                question: row["question"], answers: answers, task: UInt32(row["task"] as Int64),
                reporter: UInt32(row["reporter"] as Int64), askedAt: Timestamp(milliseconds: row["asked_at"]),
                status: status, answer: try (row["answer"] as String?).map(Self.json),
                answeredBy: row["answered_by"],
                answeredAt: (row["answered_at"] as Int64?).map { Timestamp(milliseconds: $0) },
                approval: try (row["approval"] as String?).flatMap { Approval(try Self.json($0)) })
        }
    }

    private func handoffs(
        of tasks: [TaskState], run number: Int64, id: Identifier, project: String, _ db: Database
    ) throws -> [UInt32: Handoff] {
        var handoffs: [UInt32: Handoff] = [:]
        for task in tasks {
            guard
                let row = try Row.fetchOne(
                    try statements("SELECT * FROM handoffs WHERE run = ? AND ordinal = ?", db),
                    arguments: [number, Int64(task.handoff)])
            else { throw StoreError(.corrupt, "the handoff of a task of run \(id) is missing") }
            handoffs[task.ordinal] = try Self.handoff(row, run: id, project: project)
        }
        return handoffs
    }

    static func handoff(_ row: Row, run: Identifier, project: String) throws -> Handoff {
        func strings(_ column: String) throws -> [String] {
            try json(row[column]).array?.compactMap(\.string) ?? []
        }
        guard let phase = Phase(rawValue: row["phase"]), let priority = Priority(rawValue: row["priority"]) else {
            throw StoreError(.corrupt, "a handoff of run \(run) can't be read")
        }
        return Handoff(
            id: run.child(UInt32(row["ordinal"] as Int64)), run: run, project: project, fromAgent: row["from_agent"],
            toAgent: row["to_agent"], fromInstance: row["from_instance"], toInstance: row["to_instance"],
            phase: phase, contextIDs: try ordinals(row["context"]).map(run.child),
            contextSummary: row["context_summary"], instructions: row["instructions"],
            expectedOutputs: try strings("expected_outputs"),
            acceptanceCriteria: try strings("acceptance_criteria"), dependencies: try strings("dependencies"),
            priority: priority, metadata: try json(row["metadata"]),
            createdAt: Timestamp(milliseconds: row["created_at"]))
    }

    static func json(_ text: String) throws -> JSON {
        do {
            return try JSON.parse(text)
        } catch {
            throw StoreError(.corrupt, "a JSON column can't be read: \(error)")
        }
    }

    static func ordinals(_ text: String) throws -> [UInt32] {
        try json(text).array?.compactMap { $0.int.flatMap { UInt32(exactly: $0) } } ?? []
    }
}
