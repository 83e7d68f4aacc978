import BatonEngine
import Foundation
import GRDB
import OrderedCollections

extension Store {
    /// Writes a batch in one transaction; on return it is on disk. On an error nothing of it is.
    ///
    /// - Parameters:
    ///   - defersSync: on return the batch is written, and the disk has begun to take it: ``settle()`` waits for that.
    ///   - state: gives the state of a run that the batch touches, as it is after the batch.
    /// - Throws: ``StoreError``: `full` and `io` are the disk's, `failed` is the batch's.
    public func commit(
        _ batch: Batch, defersSync: Bool = false, state: (Identifier) -> RunState
    ) throws(StoreError) {
        guard writesToDisk else { return }
        let numberBefore = nextRunNumber
        var ended: [Identifier] = []
        do {
            try perform { db in
                try statements.write("BEGIN IMMEDIATE", db).run()
                do {
                    ended = try write(batch, state: state, db)
                    if let fault = commitFault?() { throw fault }
                    log?.defersSync = defersSync
                    defer { log?.defersSync = false }
                    try statements.write("COMMIT", db).run()
                } catch {
                    // Some errors have rolled back already.
                    if db.isInsideTransaction { try? statements.write("ROLLBACK", db).run() }
                    throw error
                }
                checkpointer?.committed(db)
            }
        } catch {
            nextRunNumber = numberBefore
            for (id, delta) in batch.runs where delta.isNew { runNumbers[id] = nil }
            throw error
        }
        for workflow in batch.workflows { knownRevisions.insert(workflow.plan.revision) }
        for id in batch.forgotten { runNumbers[id] = nil }
        for id in ended { runNumbers[id] = nil }
    }

    /// Waits until everything that was committed is on disk.
    ///
    /// - Throws: ``StoreError`` with code `io`.
    public func settle() throws(StoreError) {
        if let fault = settleFault?() { throw fault }
        do { try log?.settle() } catch { throw StoreError(error, path: path) }
    }

    /// Gives the runs that have ended.
    private func write(_ batch: Batch, state: (Identifier) -> RunState, _ db: Database) throws -> [Identifier] {
        for workflow in batch.workflows where !knownRevisions.contains(workflow.plan.revision) {
            try insert(workflow, db)
        }
        for definition in batch.definitions { try write(definition, db) }
        var ended: [Identifier] = []
        for (id, delta) in batch.runs {
            let run = state(id)
            try write(delta, of: run, contents: batch.blobs, db)
            if run.status.isFinal { ended.append(id) }
        }
        for (file, size) in batch.files { try keep(file, size: size, db) }
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
        for id in batch.offered {
            try statements.write("DELETE FROM dead_letters WHERE id = ?", db).run { $0.add(id) }
        }
        for letter in batch.deadLetters { try insert(letter, db) }
        if !batch.verdicts.isEmpty { try write(batch.verdicts, db) }
        for id in batch.forgotten { try forget(id, db) }
        return ended
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

    private func write(
        _ delta: RunDelta, of state: RunState, contents: OrderedDictionary<Digest, [UInt8]>, _ db: Database
    ) throws {
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
        for artifact in delta.artifacts {
            try keep(contents[artifact.digest], of: artifact.digest, for: number, db)
            try insert(artifact, number, db)
        }
        for fact in delta.facts { try write(fact, number, db) }
        for (task, handoff) in delta.handoffs.values { try write(handoff, task: task, number, db) }
        for attempt in delta.attempts { try insert(attempt, number, db) }
        for ordinal in delta.decisions {
            guard let decision = state.decision(ordinal) else {
                preconditionFailure("a changed decision that the run does not have")
            }
            try write(decision, number, db)
        }
        for event in delta.events { try insert(event, number, db) }
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
            $0.add(agent.roles.jsonText)
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
        try statements.write("DELETE FROM dead_letters WHERE id <= (SELECT max(id) FROM dead_letters) - ?", db).run {
            $0.add(DeadLetter.maxCount)
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
}
