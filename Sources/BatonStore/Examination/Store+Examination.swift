import BatonEngine
import Foundation
import GRDB

/// Looking a database over. The orchestrator may be working on it meanwhile: what it does then is no finding.
extension Store {
    /// How many complaints of one kind are listed.
    private static var mostListed: Int { 20 }

    /// Reads all of it: a large database takes minutes, in which its write-ahead log can't shrink.
    ///
    /// Of a damaged one no more than the damage is told: nothing else that it says can be trusted.
    public func examine() throws(StoreError) -> StoreExamination {
        var found = StoreExamination()
        found.id = id
        found.holder = StoreLock.holder(databasePath: path)
        found.databaseBytes = FileSize.bytes(path)
        found.logBytes = FileSize.bytes(path + "-wal")
        found.freeBytes = FileSize.free(path)
        // What is listed before is known to the database, unless nobody has it: files are never there later than rows.
        let names = try files?.names() ?? []
        try perform { db in
            found.damage = try Self.damage(db)
            guard found.damage.isEmpty else { return }
            try db.inTransaction(.deferred) {
                try Self.readMeta(db, &found)
                try Self.readCounts(db, &found)
                try readFiles(names, db, &found)
                return .commit
            }
        }
        // What was forgotten meanwhile is not missed.
        let known = found.missingFiles
        found.missingFiles = try perform { db in
            try known.filter { file in
                try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM blobs WHERE sha256 = ?)",
                    arguments: [Data(file.digest.bytes)]) ?? false
            }
        }
        return found
    }

    private static func damage(_ db: Database) throws -> [String] {
        do {
            let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(mostListed))")
            return lines == ["ok"] ? [] : lines
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return [error.message ?? "it can't be read"]
        }
    }

    private static func readMeta(_ db: Database, _ found: inout StoreExamination) throws {
        found.epoch =
            try Int64.fetchOne(db, sql: "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'epoch'") ?? 0
        found.schema = try Schema.migrator.completedMigrations(db).last ?? ""
        for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
            found.dangling[row[0] as String, default: 0] += 1
        }
    }

    private static func readCounts(_ db: Database, _ found: inout StoreExamination) throws {
        for row in try Row.fetchAll(db, sql: "SELECT status, count(*) AS number FROM runs GROUP BY status") {
            if let status = RunStatus(rawValue: row["status"]) { found.runs[status] = row["number"] }
        }
        found.events = try Int.fetchOne(db, sql: "SELECT count(*) FROM events")!
        found.outbox = try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox")!
        // A command has no time of its own: its attempt's is that of the commit that put it there.
        found.oldestCommandAt = try Int64.fetchOne(
            db,
            sql: """
                SELECT min(tasks.sent_at) FROM outbox
                JOIN tasks ON tasks.run = outbox.run AND tasks.ordinal = outbox.task AND tasks.lease = outbox.lease
                """
        ).map { Timestamp(milliseconds: $0) }
        found.deadLetters = try Int.fetchOne(db, sql: "SELECT count(*) FROM dead_letters")!
        found.newestDeadLetter = try Row.fetchOne(
            db, sql: "SELECT * FROM dead_letters ORDER BY id DESC LIMIT 1"
        ).map(Self.deadLetter)
        found.guiltyMessages = try Int.fetchOne(db, sql: "SELECT count(*) FROM suspects WHERE stage = 'guilty'")!
    }

    /// - Parameter names: what is in the folder.
    private func readFiles(_ names: [String], _ db: Database, _ found: inout StoreExamination) throws {
        guard let files else { return }
        var owned: Set<Digest> = []
        for row in try Row.fetchAll(db, sql: "SELECT sha256, file_size FROM blobs WHERE file_size IS NOT NULL") {
            guard let digest = Digest(bytes: row["sha256"] as Data) else { continue }
            let size: Int = row["file_size"]
            owned.insert(digest)
            found.files += 1
            found.fileBytes += size
            let there = files.size(of: digest)
            guard there != size, found.missingFiles.count < Self.mostListed else { continue }
            let owner = try Row.fetchOne(
                db,
                sql: """
                    SELECT artifacts.name, runs.id FROM artifacts JOIN runs ON runs.number = artifacts.run
                    WHERE sha256 = ? LIMIT 1
                    """, arguments: [row["sha256"] as Data])
            found.missingFiles.append(
                .init(
                    digest: digest, size: size, found: there, artifact: owner?["name"],
                    run: (owner?["id"] as String?).flatMap { Identifier($0) }))
        }
        for name in names {
            let isOwned =
                if let digest = Digest(name) { owned.contains(digest) } else {
                    try Self.isOpen(ContentFolder.Half(name: name)?.run, db)
                }
            guard !isOwned else { continue }
            found.unowned.files += 1
            found.unowned.bytes += FileSize.bytes("\(files.path)/\(name)")
        }
    }

    private static func isOpen(_ run: Identifier?, _ db: Database) throws -> Bool {
        guard let run else { return false }
        return try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ? AND ended_at IS NULL)",
            arguments: [run.description]) ?? false
    }
}

/// Sizes that the file system tells.
enum FileSize {
    /// Of a file, in bytes; 0 if there is none.
    static func bytes(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Bytes that are free for us on the disk of a file.
    static func free(_ path: String) -> Int? {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { return nil }
        return Int(system.f_bavail) * Int(system.f_frsize)
    }
}
