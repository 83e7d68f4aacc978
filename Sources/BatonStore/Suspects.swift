import BatonEngine
import Foundation
import GRDB

/// A message that was noted before it was decided, in a process that ended before it had committed what it decided.
public struct Suspect: Sendable, Equatable {
    public enum Stage: String, Sendable {
        /// Noted with the other messages of its batch.
        case together
        /// Noted by itself.
        case alone
        /// It ended the process, and is not decided again.
        case guilty
    }

    /// Of the topic and the payload.
    public let digest: Digest
    /// In how many processes it was noted.
    public let times: Int
    public let stage: Stage

    public init(digest: Digest, times: Int, stage: Stage) {
        self.digest = digest
        self.times = times
        self.stage = stage
    }
}

/// What a batch says of messages that were noted.
public struct Verdicts: Sendable {
    /// They were decided, and the process lives.
    public var innocent: [Digest] = []
    /// They end the process.
    public var guilty: [Digest] = []
    /// Nothing is left of what was there when the process began: what is still noted will not come again.
    public var forgetsNoted = false

    public var isEmpty: Bool { innocent.isEmpty && guilty.isEmpty && !forgetsNoted }
}

extension Store {
    /// How many messages that end the process are remembered.
    private static var maxGuilty: Int { 1000 }

    /// What processes before this one left.
    public func suspects() throws(StoreError) -> [Suspect] {
        try perform { db in
            try Row.fetchAll(db, sql: "SELECT sha256, times, stage FROM suspects").compactMap { row in
                guard let digest = Digest(bytes: row["sha256"] as Data),
                    let stage = Suspect.Stage(rawValue: row["stage"])
                else { return nil }
                return Suspect(digest: digest, times: row["times"], stage: stage)
            }
        }
    }

    /// Notes messages durably, before they are decided.
    public func note(_ digests: [Digest], _ stage: Suspect.Stage) throws(StoreError) {
        guard writesToDisk, !digests.isEmpty else { return }
        try perform { db in
            try db.inTransaction {
                for digest in digests {
                    try statements.write(
                        """
                        INSERT INTO suspects (sha256, times, stage) VALUES (?, 1, ?)
                        ON CONFLICT (sha256) DO UPDATE SET times = times + 1, stage = excluded.stage
                        """, db
                    ).run {
                        $0.add(digest.bytes)
                        $0.add(stage.rawValue)
                    }
                }
                return .commit
            }
        }
    }

    func write(_ verdicts: Verdicts, _ db: Database) throws {
        for digest in verdicts.innocent {
            try statements.write("DELETE FROM suspects WHERE sha256 = ? AND stage <> 'guilty'", db).run {
                $0.add(digest.bytes)
            }
        }
        for digest in verdicts.guilty {
            try statements.write(
                """
                INSERT INTO suspects (sha256, times, stage) VALUES (?, 1, 'guilty')
                ON CONFLICT (sha256) DO UPDATE SET stage = 'guilty'
                """, db
            ).run { $0.add(digest.bytes) }
        }
        if verdicts.forgetsNoted {
            try statements.write("DELETE FROM suspects WHERE stage <> 'guilty'", db).run()
        }
        guard !verdicts.guilty.isEmpty else { return }
        try statements.write("DELETE FROM suspects WHERE id <= (SELECT max(id) FROM suspects) - ?", db).run {
            $0.add(Self.maxGuilty)
        }
    }
}
