import BatonEngine
import Foundation
import GRDB

/// Contents that are files: whose they are stands in the database, like that of all contents.
///
/// A run has a file from the moment it was complete, and not only when a result names it, so that a forgotten run takes
/// along what it sent for nothing.
extension Store {
    /// Bytes of a content that is a file and that the run has; nil otherwise.
    public func fileSize(of digest: Digest, in run: Identifier) throws(StoreError) -> Int? {
        try perform { db in
            let statement = try statements(
                """
                SELECT file_size FROM blobs JOIN runs ON runs.id = ?2
                WHERE sha256 = ?1 AND (run = runs.number OR EXISTS (
                    SELECT 1 FROM blob_uses WHERE blob_uses.sha256 = ?1 AND blob_uses.run = runs.number))
                """, db)
            let row = try Row.fetchOne(statement, arguments: [Data(digest.bytes), run.description])
            return row.flatMap { $0["file_size"] as Int? }
        }
    }

    /// Bytes of the files that the run brought first.
    public func fileBytes(of run: Identifier) throws(StoreError) -> Int {
        try perform { db in
            let statement = try statements(
                """
                SELECT coalesce(sum(file_size), 0) FROM blobs
                WHERE run = (SELECT number FROM runs WHERE id = ?) AND file_size IS NOT NULL
                """, db)
            return try Int.fetchOne(statement, arguments: [run.description]) ?? 0
        }
    }

    /// A range of a content, shorter where it ends; nil if there is no content of that hash. Only the range is read.
    public func content(_ digest: Digest, offset: Int, length: Int) throws(StoreError) -> [UInt8]? {
        try perform { db in
            let statement = try statements(
                "SELECT substr(content, ?2, ?3) AS part, file_size FROM blobs WHERE sha256 = ?1", db)
            guard
                let row = try Row.fetchOne(
                    statement, arguments: [Data(digest.bytes), Int64(clamping: offset) &+ 1, length])
            else { return nil }
            guard (row["file_size"] as Int?) != nil else { return (row["part"] as Data?).map { Array($0) } ?? [] }
            if isArchive { return try ArchivedContents.read(digest, offset: offset, length: length, db) }
            return try files?.read(digest, offset: offset, length: length)
        }
    }

    /// At the start: removes files that nobody has, and halves that nobody will complete.
    func sweepFiles() throws {
        try queue.inDatabase { db in
            try files?.sweep { digest in
                try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM blobs WHERE sha256 = ? AND file_size IS NOT NULL)",
                    arguments: [Data(digest.bytes)]) ?? false
            } isOpen: { run in
                try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ? AND ended_at IS NULL)",
                    arguments: [run.description]) ?? false
            }
        }
    }

    func insertFile(_ digest: Digest, size: Int, _ run: Int64, _ db: Database) throws {
        try statements.write(
            "INSERT OR IGNORE INTO blobs (sha256, content, run, file_size) VALUES (?, x'', ?, ?)", db
        ).run {
            $0.add(digest.bytes)
            $0.add(run)
            $0.add(size)
        }
    }

    /// Notes that a run has a file that is complete.
    func keep(_ file: ContentFolder.Half, size: Int, _ db: Database) throws {
        let run = try number(of: file.run, db)
        try insertFile(file.digest, size: size, run, db)
        if db.changesCount == 0 { try keep(nil, of: file.digest, for: run, db) }
    }

    /// Files that the run has, also those that no artifact of it names.
    func forgetFiles(of id: Identifier, _ run: Int64, _ db: Database) throws {
        files?.discardHalves(of: id)
        let rows = try Row.fetchAll(
            try statements(
                """
                SELECT sha256 FROM blobs WHERE run = ?1 AND file_size IS NOT NULL
                UNION SELECT blobs.sha256 FROM blobs JOIN blob_uses USING (sha256)
                WHERE blob_uses.run = ?1 AND file_size IS NOT NULL
                """, db), arguments: [run])
        for row in rows {
            if let digest = Digest(bytes: row["sha256"] as Data) { try letGo(of: digest, run, db) }
        }
    }
}
