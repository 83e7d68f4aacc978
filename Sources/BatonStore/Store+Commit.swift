import BatonEngine
import Foundation
import GRDB

extension Store {
    /// Writes a batch in one transaction; on return it is on disk. On an error nothing of it is.
    ///
    /// - Parameter state: gives the state of a run that the batch touches, as it is after the batch.
    /// - Throws: ``StoreError``: `full` and `io` are the disk's, `failed` is the batch's.
    public func commit(_ batch: Batch, state: (Identifier) -> RunState) throws(StoreError) {
        let numberBefore = nextRunNumber
        do {
            try perform { db in
                try db.inTransaction(.immediate) {
                    try write(batch, state: state, db)
                    return .commit
                }
            }
        } catch {
            nextRunNumber = numberBefore
            for (id, delta) in batch.runs where delta.isNew { runNumbers[id] = nil }
            throw error
        }
        for workflow in batch.workflows { knownRevisions.insert(workflow.plan.revision) }
    }

    private func write(_ batch: Batch, state: (Identifier) -> RunState, _ db: Database) throws {
        for workflow in batch.workflows where !knownRevisions.contains(workflow.plan.revision) {
            try insert(workflow, db)
        }
        for (digest, content) in batch.blobs {
            try execute(
                "INSERT OR IGNORE INTO blobs (sha256, content) VALUES (?, ?)", [Data(digest.bytes), Data(content)], db)
        }
        for (id, delta) in batch.runs { try write(delta, of: state(id), db) }
        for row in batch.replies {
            try execute(
                "INSERT INTO inbox (client, request_id, sha256, reply, at) VALUES (?, ?, ?, ?, ?)",
                [row.client, row.requestID, Data(row.digest.bytes), Data(row.reply), row.at.milliseconds], db)
        }
        for row in batch.outbox { try insert(row, db) }
        for id in batch.delivered { try execute("DELETE FROM outbox WHERE id = ?", [id], db) }
        for agent in batch.agents.values { try insert(agent, db) }
        for letter in batch.deadLetters { try insert(letter, db) }
    }

    private func execute(_ sql: StaticString, _ arguments: [(any DatabaseValueConvertible)?], _ db: Database) throws {
        try statements(sql, db).execute(arguments: StatementArguments(arguments))
    }

    private func insert(_ row: WorkflowRow, _ db: Database) throws {
        let plan = String(decoding: try JSONEncoder().encode(row.plan), as: UTF8.self)
        try execute(
            """
            INSERT OR IGNORE INTO workflows (revision, id, title, plan, source, first_used_at) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [row.plan.revision, row.plan.workflow, row.plan.title, plan, row.source, row.firstUsedAt.milliseconds], db)
    }

    private func write(_ delta: RunDelta, of state: RunState, _ db: Database) throws {
        let number: Int64
        if delta.isNew {
            number = nextRunNumber
            nextRunNumber += 1
            runNumbers[state.id] = number
            try insertHeader(of: state, number, db)
        } else {
            number = try self.number(of: state.id, db)
            if delta.headerChanged { try updateHeader(of: state, number, db) }
        }
        for ordinal in delta.tasks {
            guard let task = state.task(ordinal) else { preconditionFailure("a changed task that the run does not have") }
            try write(task, step: state.plan.steps[task.step].id, number, db)
        }
        for artifact in delta.artifacts { try insert(artifact, number, db) }
        for fact in delta.facts { try write(fact, number, db) }
        for (task, handoff) in delta.handoffs.values { try write(handoff, task: task, number, db) }
        for attempt in delta.attempts { try insert(attempt, number, db) }
        for event in delta.events { try insert(event, number, db) }
    }

    private func insertHeader(of run: RunState, _ number: Int64, _ db: Database) throws {
        try execute(
            """
            INSERT INTO runs (number, id, workflow, revision, project, client, status, reason, phase, milestones,
                inputs, options, started_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                number, run.id.description, run.plan.workflow, run.plan.revision, run.project, run.client,
                run.status.rawValue, run.reason, run.phase?.rawValue, Self.json(run.milestones), run.inputs.text,
                run.options.json.text, run.startedAt.milliseconds, run.endedAt?.milliseconds,
            ], db)
    }

    private func updateHeader(of run: RunState, _ number: Int64, _ db: Database) throws {
        try execute(
            "UPDATE runs SET status = ?, reason = ?, phase = ?, milestones = ?, ended_at = ? WHERE number = ?",
            [
                run.status.rawValue, run.reason, run.phase?.rawValue, Self.json(run.milestones),
                run.endedAt?.milliseconds, number,
            ], db)
    }

    private func write(_ task: TaskState, step: String, _ run: Int64, _ db: Database) throws {
        try execute(
            """
            INSERT INTO tasks (run, ordinal, step, step_index, scope, round, status, reason, attempt, agent, role, lease,
                sent_at, idempotency_key, handoff, retry_at, summary, created_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run, ordinal) DO UPDATE SET status = excluded.status, reason = excluded.reason,
                attempt = excluded.attempt, agent = excluded.agent, role = excluded.role, lease = excluded.lease,
                sent_at = excluded.sent_at, idempotency_key = excluded.idempotency_key,
                retry_at = excluded.retry_at, summary = excluded.summary, ended_at = excluded.ended_at
            """,
            [
                run, Int64(task.ordinal), step, task.step, task.scope, task.round, task.status.rawValue, task.reason,
                task.attempt, task.dispatch?.agent, task.dispatch?.role, task.dispatch?.lease.description,
                task.dispatch?.sentAt.milliseconds, Int64(task.idempotencyKey), Int64(task.handoff),
                task.retryAt?.milliseconds, task.summary, task.createdAt.milliseconds, task.endedAt?.milliseconds,
            ], db)
    }

    private func insert(_ artifact: ArtifactVersion, _ run: Int64, _ db: Database) throws {
        try execute(
            """
            INSERT INTO artifacts (run, ordinal, name, version, sha256, size, media_type, task, role, made_from, is_extra,
                created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                run, Int64(artifact.ordinal), artifact.name.text, artifact.version, Data(artifact.digest.bytes),
                artifact.size, artifact.mediaType, Int64(artifact.task), artifact.role,
                Self.json(artifact.madeFrom), artifact.isExtra, artifact.createdAt.milliseconds,
            ], db)
    }

    private func write(_ fact: Fact, _ run: Int64, _ db: Database) throws {
        try execute(
            "INSERT OR REPLACE INTO facts (run, key, name, value, origin, task) VALUES (?, ?, ?, ?, ?, ?)",
            [run, ArtifactName.key(of: fact.name), fact.name, fact.value.text, fact.origin, Int64(fact.task)], db)
    }

    private func write(_ handoff: Handoff, task: UInt32, _ run: Int64, _ db: Database) throws {
        try execute(
            """
            INSERT INTO handoffs (run, ordinal, task, from_agent, to_agent, from_instance, to_instance, phase, context,
                context_summary, instructions, expected_outputs, acceptance_criteria, dependencies, priority, metadata,
                created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run, ordinal) DO UPDATE SET to_agent = excluded.to_agent, to_instance = excluded.to_instance
            """,
            [
                run, Int64(handoff.id.ordinal), Int64(task), handoff.fromAgent, handoff.toAgent, handoff.fromInstance,
                handoff.toInstance, handoff.phase.rawValue, Self.json(handoff.contextIDs.map(\.ordinal)),
                handoff.contextSummary, handoff.instructions, Self.json(handoff.expectedOutputs),
                Self.json(handoff.acceptanceCriteria), Self.json(handoff.dependencies), handoff.priority.rawValue,
                handoff.metadata.text, handoff.createdAt.milliseconds,
            ], db)
    }

    private func insert(_ attempt: AttemptRecord, _ run: Int64, _ db: Database) throws {
        try execute(
            """
            INSERT INTO attempts (run, task, lease, attempt, agent, sent_at, ended_at, outcome, message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                run, Int64(attempt.task), attempt.lease.description, attempt.attempt, attempt.agent,
                attempt.sentAt.milliseconds, attempt.endedAt.milliseconds, attempt.outcome.rawValue, attempt.message,
            ], db)
    }

    private func insert(_ event: EventRow, _ run: Int64, _ db: Database) throws {
        try execute(
            """
            INSERT INTO events (run, seq, at, kind, input, outcome, seed, last_ordinal, engine_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                run, event.sequence, event.at.milliseconds, event.kind, event.input, event.outcome,
                event.seed.description, Int64(event.lastOrdinal), RunState.engineVersion,
            ], db)
    }

    private func insert(_ row: OutboxRow, _ db: Database) throws {
        let run = try row.task.map { try number(of: $0.run, db) }
        try execute(
            "INSERT INTO outbox (id, topic, run, task, lease, payload) VALUES (?, ?, ?, ?, ?, ?)",
            [
                row.id, row.topic, run, row.task.map { Int64($0.task) }, row.lease?.description,
                row.payload.map { Data($0) },
            ], db)
    }

    private func insert(_ agent: AgentRow, _ db: Database) throws {
        try execute(
            """
            INSERT OR REPLACE INTO agents (id, presence, roles, slots, epoch, beats, last_seen_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                agent.id, agent.presence, Self.json(agent.roles), agent.slots, agent.epoch, agent.beats,
                agent.lastSeenAt.milliseconds,
            ], db)
    }

    private func insert(_ letter: DeadLetter, _ db: Database) throws {
        try execute(
            """
            INSERT INTO dead_letters (at, topic, sender, reason, size, sha256, head) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                letter.at.milliseconds, letter.topic, letter.sender, letter.reason, letter.size,
                Data(letter.digest.bytes), Data(letter.head),
            ], db)
        try execute(
            """
            DELETE FROM dead_letters WHERE sender = ?1 AND id <= (
                SELECT id FROM dead_letters WHERE sender = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
            """,
            [letter.sender, DeadLetter.maxPerSender], db)
    }

    /// The number of a run that is in the database.
    func number(of run: Identifier, _ db: Database) throws -> Int64 {
        if let number = runNumbers[run] { return number }
        let statement = try statements("SELECT number FROM runs WHERE id = ?", db)
        guard let number = try Int64.fetchOne(statement, arguments: [run.description]) else {
            preconditionFailure("a run that the database does not have")
        }
        runNumbers[run] = number
        return number
    }

    // MARK: JSON columns

    private static func json(_ values: [String]) -> String { JSON.array(values.map { .string($0) }).text }

    private static func json(_ ordinals: [UInt32]) -> String { JSON.array(ordinals.map { .int(Int64($0)) }).text }

    private static func json(_ milestones: some Sequence<(key: Phase, value: Timestamp)>) -> String {
        var writer = JSONWriter()
        writer.object { for (phase, at) in milestones { $0.field(phase.rawValue, at.milliseconds) } }
        return writer.text
    }
}
