import BatonEngine
import Foundation
import GRDB

/// A run as it stands in lists.
public struct RunListing: Sendable, Equatable {
    public let id: Identifier
    public let workflow: String
    public let title: String
    public let project: String
    public let status: RunStatus
    public let reason: String?
    public let phase: Phase?
    public let startedAt: Timestamp
    public let endedAt: Timestamp?
}

/// What the task behind an identifier has come to.
public enum TaskStanding: Sendable, Equatable {
    /// No run here has such a task.
    case unknown
    /// It has: the lease is, or was, one of its own or not.
    case known(isOwnLease: Bool)
}

/// Answers to questions, from clients and from late messages.
extension Store {
    /// The latest runs first.
    public func listRuns(status: String?, limit: Int) throws(StoreError) -> [RunListing] {
        try perform { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT runs.*, workflows.title AS title FROM runs
                    JOIN workflows ON workflows.revision = runs.revision
                    WHERE ?1 IS NULL OR status = ?1 ORDER BY number DESC LIMIT ?2
                    """, arguments: [status, limit]
            ).compactMap { row in
                guard let id = Identifier(row["id"] as String), let status = RunStatus(rawValue: row["status"]) else {
                    return nil
                }
                return RunListing(
                    id: id, workflow: row["workflow"], title: row["title"], project: row["project"], status: status,
                    reason: row["reason"], phase: (row["phase"] as String?).flatMap(Phase.init),
                    startedAt: Timestamp(milliseconds: row["started_at"]),
                    endedAt: (row["ended_at"] as Int64?).map { Timestamp(milliseconds: $0) })
            }
        }
    }

    /// History rows behind `sequence`, in order.
    public func events(of id: Identifier, after sequence: Int, limit: Int) throws(StoreError) -> [EventRow] {
        try perform { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT events.* FROM events JOIN runs ON runs.number = events.run
                    WHERE runs.id = ? AND seq > ? ORDER BY seq LIMIT ?
                    """, arguments: [id.description, sequence, limit]
            ).compactMap { row in
                guard let seed = Seed(row["seed"] as String) else { return nil }
                return EventRow(
                    sequence: row["seq"], at: Timestamp(milliseconds: row["at"]), kind: row["kind"],
                    input: row["input"], outcome: row["outcome"], seed: seed,
                    lastOrdinal: UInt32(row["last_ordinal"] as Int64), agent: row["agent"], attempt: row["attempt"])
            }
        }
    }

    /// All handoffs of a run, in the order in which they were made.
    public func handoffs(of id: Identifier) throws(StoreError) -> [Handoff] {
        try perform { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT handoffs.*, runs.project AS project FROM handoffs JOIN runs ON runs.number = handoffs.run
                    WHERE runs.id = ? ORDER BY ordinal
                    """, arguments: [id.description]
            ).map { try Self.handoff($0, run: id, project: $0["project"]) }
        }
    }

    /// The attempts at a task that came to nothing, the last `limit` of them, the newest last.
    public func attempts(at task: TaskKey, limit: Int) throws(StoreError) -> [AttemptRecord] {
        try perform { db in
            let statement = try statements(
                """
                SELECT attempts.* FROM attempts JOIN runs ON runs.number = attempts.run
                WHERE runs.id = ? AND task = ? ORDER BY attempts.ended_at DESC, attempt DESC LIMIT ?
                """, db)
            return try Row.fetchAll(
                statement, arguments: [task.run.description, Int64(task.task), limit]
            ).reversed().compactMap { row in
                guard let lease = Identifier(row["lease"] as String) else { return nil }
                return AttemptRecord(
                    task: task.task, attempt: row["attempt"], agent: row["agent"], lease: lease,
                    sentAt: Timestamp(milliseconds: row["sent_at"]), endedAt: Timestamp(milliseconds: row["ended_at"]),
                    outcome: AttemptOutcome(rawValue: row["outcome"]) ?? .failed, message: row["message"])
            }
        }
    }

    /// The content of that hash, whole; nil if there is none.
    public func blob(_ digest: Digest) throws(StoreError) -> [UInt8]? {
        try content(digest, offset: 0, length: Int(Int32.max))
    }

    /// The names of the agents that were heard of last.
    public func agentNames(limit: Int) throws(StoreError) -> [String] {
        try perform { db in
            let statement = try statements("SELECT id FROM agents ORDER BY last_seen_at DESC LIMIT ?", db)
            return try String.fetchAll(statement, arguments: [limit])
        }
    }

    /// An agent as its presence was last; nil: never heard of.
    public func agent(_ id: String) throws(StoreError) -> AgentRow? {
        try perform { db in
            try Row.fetchOne(statements("SELECT * FROM agents WHERE id = ?", db), arguments: [id]).map(AgentRow.init)
        }
    }

    /// The agents that were heard of since a time, by name.
    ///
    /// - Parameter after: only those whose names come behind this one, in the order of UTF-8.
    public func agents(after: String, seenSince: Timestamp, limit: Int) throws(StoreError) -> [AgentRow] {
        try perform { db in
            let statement = try statements(
                "SELECT * FROM agents WHERE id > ? AND last_seen_at >= ? ORDER BY id LIMIT ?", db)
            return try Row.fetchAll(statement, arguments: [after, seenSince.milliseconds, limit]).map(AgentRow.init)
        }
    }

    /// The answer that a request of this id got before, with the hash of the request.
    public func reply(to requestID: String, of client: String) throws(StoreError) -> (digest: Digest, reply: [UInt8])? {
        try perform { db in
            let statement = try statements("SELECT sha256, reply FROM inbox WHERE client = ? AND request_id = ?", db)
            guard let row = try Row.fetchOne(statement, arguments: [client, requestID]),
                let digest = Digest(bytes: row["sha256"] as Data)
            else { return nil }
            return (digest, Array(row["reply"] as Data))
        }
    }

    /// Whether a run exists whose things could have the same identifiers as those of `id`.
    public func hasRun(sharingIdentifiersWith id: Identifier) throws(StoreError) -> Bool {
        try perform { db in
            let statement = try statements("SELECT 1 FROM runs WHERE id BETWEEN ? AND ?", db)
            return try Int.fetchOne(statement, arguments: [id.child(0).description, id.child(.max).description]) != nil
        }
    }

    /// What a result is about that is not the one that is waited for.
    public func standing(of task: Identifier, lease: Identifier) throws(StoreError) -> TaskStanding {
        try perform { db in
            let statement = try statements(
                """
                SELECT tasks.lease = ?1 OR EXISTS (
                    SELECT 1 FROM attempts WHERE run = tasks.run AND task = tasks.ordinal AND lease = ?1)
                FROM runs JOIN tasks ON tasks.run = runs.number AND tasks.ordinal = ?2
                WHERE runs.id BETWEEN ?3 AND ?4
                """, db)
            let isOwn = try Bool?.fetchOne(
                statement,
                arguments: [
                    lease.description, Int64(task.ordinal), task.child(0).description, task.child(.max).description,
                ])
            guard let isOwn else { return .unknown }
            return .known(isOwnLease: isOwn ?? false)
        }
    }

    /// Forgets answers that were given before `moment`.
    public func forgetReplies(before moment: Timestamp) throws(StoreError) {
        try perform { db in
            try db.execute(sql: "DELETE FROM inbox WHERE at < ?", arguments: [moment.milliseconds])
        }
    }

    /// Dead letters with their ids, the newest first; of one sender, or of all.
    public func deadLetters(from sender: String?, limit: Int) throws(StoreError) -> [(id: Int64, letter: DeadLetter)] {
        try perform { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM dead_letters WHERE ?1 IS NULL OR sender = ?1 ORDER BY id DESC LIMIT ?2",
                arguments: [sender, limit]
            ).map { ($0["id"], try Self.deadLetter($0)) }
        }
    }

    public func deadLetter(_ id: Int64) throws(StoreError) -> DeadLetter? {
        try perform { db in
            try Row.fetchOne(db, sql: "SELECT * FROM dead_letters WHERE id = ?", arguments: [id]).map(Self.deadLetter)
        }
    }

    static func deadLetter(_ row: Row) throws -> DeadLetter {
        guard let digest = Digest(bytes: row["sha256"] as Data) else {
            throw StoreError(.corrupt, "the hash of a dead letter can't be read")
        }
        return DeadLetter(
            at: Timestamp(milliseconds: row["at"]), topic: row["topic"], sender: row["sender"], reason: row["reason"],
            size: row["size"], digest: digest, head: Array(row["head"] as Data))
    }

    public func deadLetterCount() throws(StoreError) -> Int {
        try perform { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM dead_letters")! }
    }
}

extension AgentRow {
    fileprivate init(_ row: Row) {
        let roles = (try? JSON.parse(Array((row["roles"] as String).utf8)))?.array ?? []
        self.init(
            id: row["id"], presence: row["presence"], roles: roles.compactMap(\.string), slots: row["slots"],
            epoch: row["epoch"], beats: row["beats"], lastSeenAt: Timestamp(milliseconds: row["last_seen_at"]))
    }
}
