import BatonEngine
import Foundation
import GRDB
import OrderedCollections

/// The rows of one run.
extension Store {
    func insertHeader(of run: RunState, _ number: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO runs (number, id, workflow, revision, project, client, status, reason, phase, milestones,
                inputs, options, started_at, ended_at, parent, pause, spending)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
            $0.add(run.milestones.jsonText)
            $0.add(run.inputs.text)
            $0.add(run.options.json.text)
            $0.add(run.startedAt)
            $0.add(run.endedAt)
            $0.add(run.parent?.description)
            $0.add(run.pause?.json.text)
            $0.add(run.spending.json.text)
        }
    }

    func updateHeader(of run: RunState, _ number: Int64, _ db: Database) throws {
        try statements.write(
            """
            UPDATE runs SET status = ?, reason = ?, phase = ?, milestones = ?, ended_at = ?, pause = ?, spending = ?,
                options = ? WHERE number = ?
            """, db
        ).run {
            $0.add(run.status.rawValue)
            $0.add(run.reason)
            $0.add(run.phase?.rawValue)
            $0.add(run.milestones.jsonText)
            $0.add(run.endedAt)
            $0.add(run.pause?.json.text)
            $0.add(run.spending.json.text)
            $0.add(run.options.json.text)
            $0.add(number)
        }
    }

    func write(_ task: TaskState, step: String, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO tasks (run, ordinal, step, step_index, scope, round, status, reason, attempt, agent, role,
                lease, sent_at, idempotency_key, handoff, retry_at, summary, created_at, ended_at, parent, detail,
                decision, ended_seq, attempts_before, usage, spent_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run, ordinal) DO UPDATE SET status = excluded.status, reason = excluded.reason,
                attempt = excluded.attempt, agent = excluded.agent, role = excluded.role, lease = excluded.lease,
                sent_at = excluded.sent_at, idempotency_key = excluded.idempotency_key, handoff = excluded.handoff,
                retry_at = excluded.retry_at, summary = excluded.summary, ended_at = excluded.ended_at,
                detail = excluded.detail, decision = excluded.decision, ended_seq = excluded.ended_seq,
                attempts_before = excluded.attempts_before, usage = excluded.usage, spent_ms = excluded.spent_ms
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
            $0.add(task.parent)
            $0.add(task.detail?.json.text)
            $0.add(task.decision)
            $0.add(task.endedSequence)
            $0.add(task.attemptsBefore)
            $0.add(task.usage.isZero ? nil : task.usage.json.text)
            $0.add(task.spentMilliseconds)
        }
    }

    func insert(_ artifact: ArtifactVersion, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO artifacts (run, ordinal, name, version, sha256, size, media_type, task, role, made_from,
                is_extra, created_at, scope)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
            $0.add(artifact.madeFrom.jsonText)
            $0.add(artifact.isExtra)
            $0.add(artifact.createdAt)
            $0.add(artifact.scope)
        }
    }

    func write(_ fact: Fact, _ run: Int64, _ db: Database) throws {
        try statements.write(
            "INSERT OR REPLACE INTO facts (run, key, name, value, origin, task, scope) VALUES (?, ?, ?, ?, ?, ?, ?)", db
        ).run {
            $0.add(run)
            let key = ArtifactName.key(of: fact.name)
            $0.add(fact.scope.isEmpty ? key : "\(fact.scope)/\(key)")
            $0.add(fact.name)
            $0.add(fact.value.text)
            $0.add(fact.origin)
            $0.add(fact.task)
            $0.add(fact.scope)
        }
    }

    func write(_ handoff: Handoff, task: UInt32, _ run: Int64, _ db: Database) throws {
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
            $0.add(handoff.contextIDs.map(\.ordinal).jsonText)
            $0.add(handoff.contextSummary)
            $0.add(handoff.instructions)
            $0.add(handoff.expectedOutputs.jsonText)
            $0.add(handoff.acceptanceCriteria.jsonText)
            $0.add(handoff.dependencies.jsonText)
            $0.add(handoff.priority.rawValue)
            $0.add(handoff.metadata.text)
            $0.add(handoff.createdAt)
        }
    }

    func insert(_ attempt: AttemptRecord, _ run: Int64, _ db: Database) throws {
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

    func insert(_ event: EventRow, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO events (run, seq, at, kind, input, outcome, seed, last_ordinal, engine_version, agent, attempt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
            $0.add(event.agent)
            $0.add(event.attempt.map { Int64($0) })
        }
    }

    func write(_ decision: Decision, _ run: Int64, _ db: Database) throws {
        try statements.write(
            """
            INSERT INTO decisions (run, ordinal, kind, name, scope, question, answers, options, task, reporter,
                asked_at, status, answer, answered_by, answered_at, approval)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run, ordinal) DO UPDATE SET status = excluded.status, answer = excluded.answer,
                answered_by = excluded.answered_by, answered_at = excluded.answered_at,
                approval = excluded.approval
            """, db
        ).run {
            $0.add(run)
            $0.add(decision.ordinal)
            $0.add(decision.kind.rawValue)
            $0.add(decision.name)
            $0.add(decision.scope)
            $0.add(decision.question)
            $0.add(decision.answers.name)
            $0.add(decision.answers.options.jsonText)
            $0.add(decision.task)
            $0.add(decision.reporter)
            $0.add(decision.askedAt)
            $0.add(decision.status.rawValue)
            $0.add(decision.answer?.text)
            $0.add(decision.answeredBy)
            $0.add(decision.answeredAt)
            $0.add(decision.approval?.json.text)
        }
    }
}

// MARK: - JSON columns

extension [String] {
    var jsonText: String { JSON.array(map { .string($0) }).text }
}

extension [UInt32] {
    fileprivate var jsonText: String { JSON.array(map { .int(Int64($0)) }).text }
}

extension OrderedDictionary<Phase, Timestamp> {
    fileprivate var jsonText: String {
        var writer = JSONWriter()
        writer.object { for (phase, at) in self { $0.field(phase.rawValue, at.milliseconds) } }
        return writer.text
    }
}
