import BatonEngine
import Foundation
import GRDB

/// The orchestrator's memory: one SQLite file in WAL mode, written with full synchronisation.
///
/// One thread owns it, which is why it is not Sendable. It writes a ``Batch`` in one transaction; when
/// ``commit(_:runs:)`` returns, the batch is on disk.
public final class Store {
    public let path: String
    /// Identifies this database among all; made with it.
    public let id: String
    let queue: DatabaseQueue
    /// The numbers of the runs in memory.
    var runNumbers: [Identifier: Int64] = [:]
    var nextRunNumber: Int64 = 1
    var knownRevisions: Set<String> = []
    let statements: StatementCache
    let plans: PlanCache
    /// For measuring what the database costs: with false, ``commit(_:state:)`` writes nothing. Nothing else sets it.
    package var writesToDisk = true
    /// For trying what a failing disk does: asked just before each COMMIT, and what it gives is what the commit throws.
    package var commitFault: (() -> StoreError?)?
    /// The same for a disk that fails to sync: asked by ``settle()``.
    package var settleFault: (() -> StoreError?)?
    /// Nil for a database in memory, which nobody else can open.
    private let lock: StoreLock?
    /// Nil for a database in memory and one that is only read.
    package private(set) var checkpointer: Checkpointer?
    /// The same.
    private(set) var log: GatheredLog?
    /// Contents of more than ``fileBytes``; nil for a database in memory and an archive, which have all in rows.
    public let files: ContentFolder?
    /// Whether its large contents are in the database (``ArchivedContents``).
    let isArchive: Bool
    /// Contents of more bytes are files.
    public static let fileBytes = 256 << 10

    /// Opens the database, creating or migrating it where needed, and checks it.
    ///
    /// - Throws: ``StoreError`` with code `locked`, `corrupt`, `newer` or `inaccessible`.
    public init(path: String) throws(StoreError) {
        self.path = path
        isArchive = false
        statements = StatementCache()
        plans = PlanCache()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError(.inaccessible, "the folder \(folder.path) can't be made: check its rights")
        }
        lock = try StoreLock(databasePath: path)
        do {
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            id = try Self.prepare(queue, path: path)
            if let log = queue.inDatabase({ GatheredLog.logPath(of: $0) }) { WriteAheadLog.extend(log) }
            files = try ContentFolder(path: path + "-artifacts")
            nextRunNumber = try queue.read { db in
                try Int64.fetchOne(db, sql: "SELECT coalesce(max(number), 0) + 1 FROM runs")!
            }
            try sweepFiles()
            checkpointer = try Checkpointer(path: path, owner: queue)
            log = try queue.inDatabase { try GatheredLog.attach(to: $0, path: path) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    deinit {
        checkpointer?.end(owner: queue)
    }

    /// A store on a database in memory, which outlives it as a file would.
    package init(image: StoreImage) throws(StoreError) {
        path = ":memory:"
        lock = nil
        files = nil
        isArchive = false
        queue = image.queue
        statements = image.statements
        plans = image.plans
        do {
            (id, nextRunNumber) = try queue.inDatabase { [statements] db in
                (
                    try String.fetchOne(statements("SELECT value FROM meta WHERE key = 'store'", db))!,
                    try Int64.fetchOne(statements("SELECT coalesce(max(number), 0) + 1 FROM runs", db))!
                )
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Opens a database, or an archive, to read it: another process may be working on it, and nothing is changed.
    ///
    /// - Throws: ``StoreError`` with code `inaccessible`, `corrupt` or `newer`.
    public init(reading path: String) throws(StoreError) {
        self.path = path
        lock = nil
        statements = StatementCache()
        plans = PlanCache()
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(.inaccessible, "there is no database \(path)")
        }
        var isFolder: ObjCBool = false
        guard !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue else {
            throw StoreError(.inaccessible, "\(path) is a folder: name the database in it")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "baton.reader"
            configuration.busyMode = .timeout(Self.patience)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            (id, isArchive) = try queue.read { db in
                guard try !Schema.migrator.hasBeenSuperseded(db) else {
                    throw StoreError(
                        .newer, "\(path) was written by a later version of Baton: use that one, or a newer")
                }
                guard try Schema.migrator.hasCompletedMigrations(db),
                    let id = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'store'")
                else {
                    throw StoreError(
                        .inaccessible,
                        "\(path) is no database of Baton, or one of an earlier version: start `baton serve` on it once")
                }
                return (id, try Row.fetchOne(db, sql: "SELECT 1 FROM meta WHERE key = 'archive'") != nil)
            }
            files = isArchive ? nil : try ContentFolder(path: path + "-artifacts")
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// How long opening waits for another program that has the database locked, in seconds: who reads it after a crash
    /// plays the log back first, and keeps others out meanwhile.
    private static let patience = 5.0

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.journalMode = .wal
        configuration.label = "baton.store"
        configuration.busyMode = .timeout(patience)
        return configuration
    }

    private static func prepare(_ queue: DatabaseQueue, path: String) throws -> String {
        try queue.inDatabase { db in
            // GRDB's WAL mode comes with synchronous=NORMAL, which can lose the last transactions with the power.
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA journal_size_limit = 67108864
                    """)
            let check = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
            guard check == ["ok"] else {
                throw StoreError(
                    .corrupt,
                    "the database \(path) is damaged (\(check.first ?? "")): restore a backup, or name another file "
                        + "with --database")
            }
        }
        let isNewer = try queue.read { try Schema.migrator.hasBeenSuperseded($0) }
        guard !isNewer else {
            throw StoreError(
                .newer, "the database \(path) was written by a later version of Baton: run that version, or a newer one"
            )
        }
        try Schema.migrator.migrate(queue)
        let id = try identify(queue)
        // From here on a lock is the loop's matter, which has more to do than to wait for it.
        try queue.inDatabase { try $0.execute(sql: "PRAGMA busy_timeout = 0") }
        return id
    }

    private static func identify(_ queue: DatabaseQueue) throws -> String {
        try queue.write { db in
            if let id = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'store'") { return id }
            let id = UUID().uuidString.lowercased()
            try db.execute(sql: "INSERT INTO meta (key, value) VALUES ('store', ?), ('epoch', '0')", arguments: [id])
            return id
        }
    }

    /// Raises the epoch, durably, and gives the new one.
    public func raiseEpoch() throws(StoreError) -> Int64 {
        try perform { db in
            try statements.write("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'epoch'", db).run()
            let epoch = try statements("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'epoch'", db)
            return try Int64.fetchOne(epoch)!
        }
    }

    func perform<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.inDatabase { db in
                defer { if !db.isInsideTransaction { log?.dropRest() } }
                return try body(db)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
