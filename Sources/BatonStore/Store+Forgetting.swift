import BatonEngine
import Foundation
import GRDB

/// Removing runs, and the contents that no run has any more.
///
/// A content belongs to the run that brought it first; a run that has the same adds a row to `blob_uses`. When a run is
/// forgotten, what it has goes over to another user, or to nobody. What nobody has is removed by
/// ``removeUnusedContents(limit:)``, outside of the batch: SQLite would look through all artifacts for each content
/// that is deleted, to see that none refers to it, which is known here.
extension Store {
    /// Runs that ended before `moment`, the oldest first: at most `limit`, and few enough that removing them takes no
    /// longer than a batch. Runs that are steps of others go with those.
    public func runsEnded(before moment: Timestamp, limit: Int) throws(StoreError) -> [Identifier] {
        try perform { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, coalesce((SELECT max(seq) FROM events WHERE run = number), 0) AS events FROM runs
                    WHERE ended_at < ? AND (parent IS NULL OR NOT EXISTS (
                        SELECT 1 FROM runs AS outer WHERE outer.id
                        BETWEEN substr(runs.parent, 1, 28) || '00000000' AND substr(runs.parent, 1, 28) || 'ffffffff'))
                    ORDER BY ended_at LIMIT ?
                    """, arguments: [moment.milliseconds, limit])
            var events = 0
            return rows.prefix { row in
                defer { events += row["events"] as Int }
                return events < Self.eventsForgottenAtOnce
            }.compactMap { Identifier($0["id"] as String) }
        }
    }

    private static var eventsForgottenAtOnce: Int { 5000 }

    /// The runs that stand for steps of the run, whether they have ended or not.
    public func runs(inside run: Identifier) throws(StoreError) -> [Identifier] {
        try perform { db in
            let statement = try statements("SELECT id FROM runs WHERE parent BETWEEN ? AND ?", db)
            let bounds: StatementArguments = [run.child(0).description, run.child(.max).description]
            return try String.fetchAll(statement, arguments: bounds).compactMap { Identifier($0) }
        }
    }

    /// Removes contents that no run has, at most `limit`; gives how many it were.
    public func removeUnusedContents(limit: Int) throws(StoreError) -> Int {
        try perform { db in
            // Not possible inside of a transaction.
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
            let removed = try Row.fetchAll(
                db,
                sql: """
                    DELETE FROM blobs WHERE rowid IN (SELECT rowid FROM blobs WHERE run IS NULL LIMIT ?)
                    RETURNING sha256, file_size
                    """, arguments: [limit])
            // After the row: a file without a row is swept at the next start, a row without a file is a loss.
            for row in removed where (row["file_size"] as Int?) != nil {
                if let digest = Digest(bytes: row["sha256"] as Data) { files?.remove(digest) }
            }
            return removed.count
        }
    }

    /// Notes that a run has a content, which is stored if it is not there.
    func keep(_ content: [UInt8]?, of digest: Digest, for run: Int64, _ db: Database) throws {
        if let content, let files, content.count > Self.fileBytes {
            try files.write(content, of: digest)
            try insertFile(digest, size: content.count, run, db)
            if db.changesCount > 0 { return }
        } else if let content {
            try statements.write("INSERT OR IGNORE INTO blobs (sha256, content, run) VALUES (?, ?, ?)", db).run {
                $0.add(digest.bytes)
                $0.add(content)
                $0.add(run)
            }
            if db.changesCount > 0 { return }
        }
        try statements.write("UPDATE blobs SET run = ? WHERE sha256 = ? AND run IS NULL", db).run {
            $0.add(run)
            $0.add(digest.bytes)
        }
        if db.changesCount > 0 { return }
        try statements.write(
            """
            INSERT OR IGNORE INTO blob_uses (sha256, run)
            SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM blobs WHERE sha256 = ?1 AND run <> ?2)
            """, db
        ).run {
            $0.add(digest.bytes)
            $0.add(run)
        }
    }

    func forget(_ id: Identifier, _ db: Database) throws {
        let run = try number(of: id, db)
        let contents = try Row.fetchAll(
            try statements("SELECT DISTINCT sha256 FROM artifacts WHERE run = ?", db), arguments: [run])
        for row in contents {
            guard let digest = Digest(bytes: row["sha256"] as Data) else { continue }
            try letGo(of: digest, run, db)
        }
        try forgetFiles(of: id, run, db)
        // All that belongs to it goes with it.
        try statements.write("DELETE FROM runs WHERE number = ?", db).run { $0.add(run) }
    }

    func letGo(of digest: Digest, _ run: Int64, _ db: Database) throws {
        for sql: StaticString in [
            "DELETE FROM blob_uses WHERE sha256 = ?1 AND run = ?2",
            """
            UPDATE blobs SET run = (SELECT min(run) FROM blob_uses WHERE sha256 = ?1) WHERE sha256 = ?1 AND run = ?2
            """,
            "DELETE FROM blob_uses WHERE sha256 = ?1 AND run = (SELECT run FROM blobs WHERE sha256 = ?1) AND run <> ?2",
        ] {
            try statements.write(sql, db).run {
                $0.add(digest.bytes)
                $0.add(run)
            }
        }
    }
}
