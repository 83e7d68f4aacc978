import BatonEngine
import Foundation
import GRDB

/// A run, and all that belongs to it, in one SQLite file with the tables of the database that it is from.
///
/// The runs inside it are part of it, as are the plans, and the content of every version of every artifact, also of
/// those that are files beside the database (``ArchivedContents``). The file stands alone: ``Store/init(reading:)``
/// reads it, and so does the `sqlite3` shell.
public enum RunArchive {
    /// What was written.
    public struct Summary: Sendable {
        /// The run, and those inside it.
        public let runs: Int
        public let events: Int
        public let artifacts: Int
    }

    /// Copies a run out of a database, which an orchestrator may be working on: the copy is of one moment.
    ///
    /// - Parameter file: where to; what is there is replaced, once the new one is whole and on disk.
    /// - Returns: nil if the database has no such run.
    /// - Throws: ``StoreError`` with code `inaccessible`, `corrupt`, `newer`, `full` or `io`.
    public static func write(_ run: Identifier, of database: String, to file: String) throws(StoreError) -> Summary? {
        let source = try Store(reading: database)
        let partial = file + ".partial"
        do {
            defer { try? FileManager.default.removeItem(atPath: partial) }
            try? FileManager.default.removeItem(atPath: partial)
            guard let summary = try copy(run, from: source, to: partial) else { return nil }
            try flush(partial)
            guard rename(partial, file) == 0 else {
                throw StoreError(.inaccessible, "\(file) can't be written: \(String(cString: strerror(errno)))")
            }
            return summary
        } catch {
            throw StoreError(error, path: file)
        }
    }

    private static func copy(_ run: Identifier, from source: Store, to path: String) throws -> Summary? {
        var configuration = Configuration()
        configuration.label = "baton.archive"
        // Checked as a whole at the end: tables are copied one after the other.
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        try Schema.migrator.migrate(queue)
        return try queue.inDatabase { db in
            try db.execute(sql: "ATTACH DATABASE ? AS source", arguments: [source.path])
            // A snapshot of the source, for as long as the transaction lasts.
            return try db.inTransactionWithValue {
                guard try select(run, db) > 0 else { return nil }
                for table in try tables(db) { try copy(table, db) }
                try db.execute(sql: ArchivedContents.table)
                try ArchivedContents.copy(from: source, to: db)
                try db.execute(sql: owners)
                try db.execute(sql: "DROP TABLE temp.chosen")
                let violations = try Row.fetchAll(db, sql: "PRAGMA main.foreign_key_check")
                guard violations.isEmpty else {
                    throw StoreError(.corrupt, "the database \(source.path) lacks what the run \(run) refers to")
                }
                try db.execute(
                    sql: "INSERT INTO main.meta (key, value) VALUES ('store', ?), ('epoch', '0'), ('archive', ?)",
                    arguments: [source.id, run.description])
                return Summary(
                    runs: try Int.fetchOne(db, sql: "SELECT count(*) FROM main.runs")!,
                    events: try Int.fetchOne(db, sql: "SELECT count(*) FROM main.events")!,
                    artifacts: try Int.fetchOne(db, sql: "SELECT count(*) FROM main.artifacts")!)
            }
        }
    }

    /// Notes the numbers of the run and of all inside it; gives how many they are.
    private static func select(_ run: Identifier, _ db: Database) throws -> Int {
        try db.execute(
            sql: """
                CREATE TEMP TABLE chosen AS
                WITH RECURSIVE family (number, id) AS (
                    SELECT number, id FROM source.runs WHERE id = ?
                    UNION ALL
                    SELECT runs.number, runs.id FROM source.runs JOIN family
                        ON runs.parent BETWEEN substr(family.id, 1, 28) || '00000000'
                            AND substr(family.id, 1, 28) || 'ffffffff'
                )
                SELECT number FROM family
                """, arguments: [run.description])
        return try Int.fetchOne(db, sql: "SELECT count(*) FROM temp.chosen")!
    }

    /// The tables that hold something of a run, each with the condition that chooses its rows.
    private static func tables(_ db: Database) throws -> [(name: String, condition: String)] {
        let names = try String.fetchAll(
            db, sql: "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return try names.compactMap { name in
            switch name {
            case "runs": (name, "number IN temp.chosen")
            case "workflows":
                (name, "revision IN (SELECT revision FROM source.runs WHERE number IN temp.chosen)")
            case "blobs": (name, "sha256 IN (SELECT sha256 FROM source.artifacts WHERE run IN temp.chosen)")
            // What was still to be sent is no part of what happened.
            case "outbox": nil
            default: try db.columns(in: name).contains { $0.name == "run" } ? (name, "run IN temp.chosen") : nil
            }
        }
    }

    private static func copy(_ table: (name: String, condition: String), _ db: Database) throws {
        let columns = try db.columns(in: table.name).map { "\"\($0.name)\"" }.joined(separator: ", ")
        try db.execute(
            sql: """
                INSERT INTO main."\(table.name)" (\(columns))
                SELECT \(columns) FROM source."\(table.name)" WHERE \(table.condition)
                """)
    }

    /// A content may have come with a run that is not here.
    private static let owners = """
        UPDATE main.blobs
            SET run = (SELECT min(run) FROM main.artifacts WHERE artifacts.sha256 = blobs.sha256);
        DELETE FROM main.blob_uses;
        INSERT INTO main.blob_uses SELECT DISTINCT artifacts.sha256, artifacts.run
            FROM main.artifacts JOIN main.blobs ON blobs.sha256 = artifacts.sha256 WHERE artifacts.run <> blobs.run;
        """

    private static func flush(_ path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.synchronize()
    }
}

extension Database {
    fileprivate func inTransactionWithValue<Value>(_ body: () throws -> Value) throws -> Value {
        var value: Value?
        try inTransaction {
            value = try body()
            return .commit
        }
        return value!
    }
}
