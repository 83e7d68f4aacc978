import BatonEngine
import Foundation
import GRDB

extension Store {
    /// Writes a batch in one transaction; on return it is on disk. On an error nothing of it is.
    ///
    /// - Parameter state: gives the state of a run that the batch touches, as it is after the batch.
    /// - Throws: ``StoreError``: `full` and `io` are the disk's, `failed` is the batch's.
    public func commit(_ batch: Batch, state: (Identifier) -> RunState) throws(StoreError) {
        guard writesToDisk else { return }
        let numberBefore = nextRunNumber
        do {
            try perform { db in
                try statements.write("BEGIN IMMEDIATE", db).run()
                do {
                    try write(batch, state: state, db)
                    try statements.write("COMMIT", db).run()
                } catch {
                    // Some errors have rolled back already.
                    if db.isInsideTransaction { try? statements.write("ROLLBACK", db).run() }
                    throw error
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
            try statements.write("INSERT OR IGNORE INTO blobs (sha256, content) VALUES (?, ?)", db).run {
                $0.add(digest.bytes)
                $0.add(content)
            }
        }
        for (id, delta) in batch.runs { try write(delta, of: state(id), db) }
        for row in batch.replies {
            try statements.write("INSERT INTO inbox (client, request_id, sha256, reply, at) VALUES (?, ?, ?, ?, ?)", db)
                .run {
                    $0.add(row.client)
                    $0.add(row.requestID)
                    $0.add(row.digest.bytes)
                    $0.add(row.reply)
                    $0.add(row.at)
                }
        }
        for row in batch.outbox { try insert(row, db) }
        for id in batch.delivered {
            try statements.write("DELETE FROM outbox WHERE id = ?", db).run { $0.add(id) }
        }
        for agent in batch.agents.values { try insert(agent, db) }
        for letter in batch.deadLetters { try insert(letter, db) }
    }

    private func insert(_ row: WorkflowRow, _ db: Database) throws {
        let plan = String(decoding: try JSONEncoder().encode(row.plan), as: UTF8.self)
        try statements.write(
            """
            INSERT OR IGNORE INTO workflows (revision, id, title, plan, source, first_used_at) VALUES (?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(row.plan.revision)
            $0.add(row.plan.workflow)
            $0.add(row.plan.title)
            $0.add(plan)
            $0.add(row.source)
            $0.add(row.firstUsedAt)
        }
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
            guard let task = state.task(ordinal) else {
                preconditionFailure("a changed task that the run does not have")
            }
            try write(task, step: state.plan.steps[task.step].id, number, db)
        }
        for artifact in delta.artifacts { try insert(artifact, number, db) }
        for fact in delta.facts { try write(fact, number, db) }
        for (task, handoff) in delta.handoffs.values { try write(handoff, task: task, number, db) }
        for attempt in delta.attempts { try insert(attempt, number, db) }
        for event in delta.events { try insert(event, number, db) }
    }

    private func insertHeader(of run: RunState, _ number: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO runs (number, id, workflow, revision, project, client, status, reason, phase, milestones,
                inputs, options, started_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(number)
            $0.add(run.id.description)
            $0.add(run.plan.workflow)
            $0.add(run.plan.revision)
            $0.add(run.project)
            $0.add(run.client)
            $0.add(run.status.rawValue)
            $0.add(run.reason)
            $0.add(run.phase?.rawValue)
            $0.add(Self.json(run.milestones))
            $0.add(run.inputs.text)
            $0.add(run.options.json.text)
            $0.add(run.startedAt)
            $0.add(run.endedAt)
        }
    }

    private func updateHeader(of run: RunState, _ number: Int64, _ db: Database) throws {
        try statements.write(
            "UPDATE runs SET status = ?, reason = ?, phase = ?, milestones = ?, ended_at = ? WHERE number = ?", db
        ).run {
            $0.add(run.status.rawValue)
            $0.add(run.reason)
            $0.add(run.phase?.rawValue)
            $0.add(Self.json(run.milestones))
            $0.add(run.endedAt)
            $0.add(number)
        }
    }

    private func write(_ task: TaskState, step: String, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO tasks (run, ordinal, step, step_index, scope, round, status, reason, attempt, agent, role,
                lease, sent_at, idempotency_key, handoff, retry_at, summary, created_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run, ordinal) DO UPDATE SET status = excluded.status, reason = excluded.reason,
                attempt = excluded.attempt, agent = excluded.agent, role = excluded.role, lease = excluded.lease,
                sent_at = excluded.sent_at, idempotency_key = excluded.idempotency_key,
                retry_at = excluded.retry_at, summary = excluded.summary, ended_at = excluded.ended_at
            """, db
        ).run {
            $0.add(run)
            $0.add(task.ordinal)
            $0.add(step)
            $0.add(task.step)
            $0.add(task.scope)
            $0.add(task.round)
            $0.add(task.status.rawValue)
            $0.add(task.reason)
            $0.add(task.attempt)
            $0.add(task.dispatch?.agent)
            $0.add(task.dispatch?.role)
            $0.add(task.dispatch?.lease.description)
            $0.add(task.dispatch?.sentAt)
            $0.add(task.idempotencyKey)
            $0.add(task.handoff)
            $0.add(task.retryAt)
            $0.add(task.summary)
            $0.add(task.createdAt)
            $0.add(task.endedAt)
        }
    }

    private func insert(_ artifact: ArtifactVersion, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO artifacts (run, ordinal, name, version, sha256, size, media_type, task, role, made_from,
                is_extra, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(run)
            $0.add(artifact.ordinal)
            $0.add(artifact.name.text)
            $0.add(artifact.version)
            $0.add(artifact.digest.bytes)
            $0.add(artifact.size)
            $0.add(artifact.mediaType)
            $0.add(artifact.task)
            $0.add(artifact.role)
            $0.add(Self.json(artifact.madeFrom))
            $0.add(artifact.isExtra)
            $0.add(artifact.createdAt)
        }
    }

    private func write(_ fact: Fact, _ run: Int64, _ db: Database) throws {
        try statements.write(
            "INSERT OR REPLACE INTO facts (run, key, name, value, origin, task) VALUES (?, ?, ?, ?, ?, ?)", db
        ).run {
            $0.add(run)
            $0.add(ArtifactName.key(of: fact.name))
            $0.add(fact.name)
            $0.add(fact.value.text)
            $0.add(fact.origin)
            $0.add(fact.task)
        }
    }

    private func write(_ handoff: Handoff, task: UInt32, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO handoffs (run, ordinal, task, from_agent, to_agent, from_instance, to_instance, phase, context,
                context_summary, instructions, expected_outputs, acceptance_criteria, dependencies, priority, metadata,
                created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run, ordinal) DO UPDATE SET to_agent = excluded.to_agent, to_instance = excluded.to_instance
            """, db
        ).run {
            $0.add(run)
            $0.add(handoff.id.ordinal)
            $0.add(task)
            $0.add(handoff.fromAgent)
            $0.add(handoff.toAgent)
            $0.add(handoff.fromInstance)
            $0.add(handoff.toInstance)
            $0.add(handoff.phase.rawValue)
            $0.add(Self.json(handoff.contextIDs.map(\.ordinal)))
            $0.add(handoff.contextSummary)
            $0.add(handoff.instructions)
            $0.add(Self.json(handoff.expectedOutputs))
            $0.add(Self.json(handoff.acceptanceCriteria))
            $0.add(Self.json(handoff.dependencies))
            $0.add(handoff.priority.rawValue)
            $0.add(handoff.metadata.text)
            $0.add(handoff.createdAt)
        }
    }

    private func insert(_ attempt: AttemptRecord, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO attempts (run, task, lease, attempt, agent, sent_at, ended_at, outcome, message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(run)
            $0.add(attempt.task)
            $0.add(attempt.lease.description)
            $0.add(attempt.attempt)
            $0.add(attempt.agent)
            $0.add(attempt.sentAt)
            $0.add(attempt.endedAt)
            $0.add(attempt.outcome.rawValue)
            $0.add(attempt.message)
        }
    }

    private func insert(_ event: EventRow, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO events (run, seq, at, kind, input, outcome, seed, last_ordinal, engine_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(run)
            $0.add(event.sequence)
            $0.add(event.at)
            $0.add(event.kind)
            $0.add(event.input)
            $0.add(event.outcome)
            $0.add(event.seed.description)
            $0.add(event.lastOrdinal)
            $0.add(RunState.engineVersion)
        }
    }

    private func insert(_ row: OutboxRow, _ db: Database) throws {
        let run = try row.task.map { try number(of: $0.run, db) }
        try statements.write("INSERT INTO outbox (id, topic, run, task, lease, payload) VALUES (?, ?, ?, ?, ?, ?)", db)
            .run {
                $0.add(row.id)
                $0.add(row.topic)
                $0.add(run)
                $0.add(row.task.map { Int64($0.task) })
                $0.add(row.lease?.description)
                $0.add(row.payload)
            }
    }

    private func insert(_ agent: AgentRow, _ db: Database) throws {
        try statements.write(
            """
            INSERT OR REPLACE INTO agents (id, presence, roles, slots, epoch, beats, last_seen_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(agent.id)
            $0.add(agent.presence)
            $0.add(Self.json(agent.roles))
            $0.add(agent.slots)
            $0.add(agent.epoch)
            $0.add(agent.beats)
            $0.add(agent.lastSeenAt)
        }
    }

    private func insert(_ letter: DeadLetter, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO dead_letters (at, topic, sender, reason, size, sha256, head) VALUES (?, ?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(letter.at)
            $0.add(letter.topic)
            $0.add(letter.sender)
            $0.add(letter.reason)
            $0.add(letter.size)
            $0.add(letter.digest.bytes)
            $0.add(letter.head)
        }
        try statements.write(
            """
            DELETE FROM dead_letters WHERE sender = ?1 AND id <= (
                SELECT id FROM dead_letters WHERE sender = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
            """, db
        ).run {
            $0.add(letter.sender)
            $0.add(DeadLetter.maxPerSender)
        }
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
