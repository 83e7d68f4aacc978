import Foundation
import GRDB
import GRDBSQLite

/// The write-ahead log of a connection, written in few large pieces, and synced beside the thread that commits.
///
/// SQLite writes each frame of its log by two calls, one of 24 bytes and one of a page: some five hundred for a commit
/// of forty steps, which were an eighth of the loop's time. Here they are gathered, and leave together. It takes the
/// place of the methods of the log's file (`SQLITE_FCNTL_JOURNAL_POINTER`, `sqlite3_io_methods`), and is no more than
/// a buffer between SQLite and them:
///
/// | SQLite asks for | what happens |
/// |---|---|
/// | `xWrite` right behind what is gathered | it is gathered |
/// | `xWrite` elsewhere, `xRead` of it, `xTruncate`, `xFileSize` | what is gathered is written before |
/// | `xWrite` of the frame that ends a transaction | all is written, so that nobody is told of what is only gathered |
/// | `xSync` behind that, in a commit that ``defersSync`` | a thread begins to sync the file |
/// | any other `xSync` | what is gathered is written, and synced |
///
/// Whoever deferred the sync waits for it with ``settle()`` before anything leaves the process.
final class GatheredLog {
    /// What SQLite finds behind `pMethods`: the methods, and behind them whose they are.
    private struct Table {
        var methods: sqlite3_io_methods
        let owner: Unmanaged<GatheredLog>
    }

    private typealias File = UnsafeMutablePointer<sqlite3_file>

    /// SQLite's own `xWrite` takes up to 128 KiB by one call (`os_unix.c` keeps 17 bits of the count).
    private static let capacity = 124 << 10
    /// Of a frame, in front of its page (https://sqlite.org/fileformat2.html#walformat).
    private static let frameHeaderBytes = 24

    private let file: File
    private let original: UnsafePointer<sqlite3_io_methods>
    private let buffer: UnsafeMutableRawPointer
    /// Where in the file the gathered bytes belong, and how many they are.
    private var start: sqlite3_int64 = 0
    private var count = 0
    /// What comes next is the page of a frame that ends a transaction.
    private var endsTransaction = false
    /// A transaction is written to its end, and not synced.
    private var hasEnded = false
    private let syncer: FileSyncer
    /// To be set for the time of a commit whose sync may be waited for later.
    var defersSync = false

    /// Takes over the log of a connection in WAL mode that has read something; SQLite lets go of it when it closes the
    /// file.
    ///
    /// - Throws: ``StoreError`` with code `inaccessible`.
    static func attach(to db: Database, path: String) throws -> GatheredLog {
        var file: File?
        let code = sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
        guard code == SQLITE_OK, let file, let original = file.pointee.pMethods,
            let log = logPath(of: db)
        else {
            throw StoreError(.inaccessible, "the log of the database \(path) is not open (\(code))")
        }
        return GatheredLog(file, original, try FileSyncer(path: log))
    }

    /// Where SQLite has it: beside the file itself, when the database is named by a link. Nil for one in memory.
    static func logPath(of db: Database) -> String? {
        guard let name = sqlite3_db_filename(db.sqliteConnection, "main"), let log = sqlite3_filename_wal(name) else {
            return nil
        }
        return String(cString: log)
    }

    private init(_ file: File, _ original: UnsafePointer<sqlite3_io_methods>, _ syncer: FileSyncer) {
        self.file = file
        self.original = original
        self.syncer = syncer
        buffer = .allocate(byteCount: Self.capacity, alignment: 4096)
        let table = UnsafeMutablePointer<Table>.allocate(capacity: 1)
        table.initialize(to: Table(methods: Self.methods(over: original.pointee), owner: .passRetained(self)))
        file.pointee.pMethods = UnsafeRawPointer(table).assumingMemoryBound(to: sqlite3_io_methods.self)
    }

    deinit { buffer.deallocate() }

    /// Waits until everything that was committed is on disk.
    ///
    /// - Throws: `DatabaseError` with code `SQLITE_IOERR_FSYNC`: nobody can say what is on disk.
    func settle() throws {
        let number = syncer.wait()
        guard number == 0 else {
            throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC, message: String(cString: strerror(number)))
        }
    }

    /// To be called outside of transactions: what one that was rolled back had put into the log, since it could not be
    /// kept in memory, is nobody's, and not to be written where somebody else may write meanwhile.
    func dropRest() {
        count = 0
        endsTransaction = false
        hasEnded = false
    }

    // MARK: What SQLite calls

    private static func methods(over original: sqlite3_io_methods) -> sqlite3_io_methods {
        var methods = original
        // What later versions have more would lie where the owner is.
        methods.iVersion = min(original.iVersion, 3)
        methods.xWrite = { file, bytes, count, offset in
            GatheredLog.owner(of: file).write(bytes, Int(count), at: offset)
        }
        methods.xRead = { file, bytes, count, offset in
            GatheredLog.owner(of: file).read(bytes, count, at: offset)
        }
        methods.xSync = { file, flags in GatheredLog.owner(of: file).sync(flags) }
        methods.xTruncate = { file, size in
            let log = GatheredLog.owner(of: file)
            return log.afterFlush { log.original.pointee.xTruncate(file, size) }
        }
        methods.xFileSize = { file, size in
            let log = GatheredLog.owner(of: file)
            return log.afterFlush { log.original.pointee.xFileSize(file, size) }
        }
        methods.xClose = { file in GatheredLog.owner(of: file).close() }
        return methods
    }

    private static func owner(of file: File?) -> GatheredLog {
        UnsafeRawPointer(file!.pointee.pMethods).assumingMemoryBound(to: Table.self).pointee.owner
            .takeUnretainedValue()
    }

    private func write(_ bytes: UnsafeRawPointer?, _ size: Int, at offset: sqlite3_int64) -> Int32 {
        guard let bytes else { return ResultCode.SQLITE_IOERR_WRITE.rawValue }
        if count > 0, offset != start + sqlite3_int64(count) || count + size > Self.capacity {
            let code = flush()
            guard code == SQLITE_OK else { return code }
        }
        guard size <= Self.capacity else { return original.pointee.xWrite(file, bytes, Int32(size), offset) }
        if count == 0 { start = offset }
        (buffer + count).copyMemory(from: bytes, byteCount: size)
        count += size
        guard !endsTransaction else {
            endsTransaction = false
            hasEnded = true
            return flush()
        }
        // The second number of a frame's header: the pages of the database after the transaction, 0 within it.
        endsTransaction =
            size == Self.frameHeaderBytes && bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self) != 0
        return SQLITE_OK
    }

    private func read(_ bytes: UnsafeMutableRawPointer?, _ size: Int32, at offset: sqlite3_int64) -> Int32 {
        let isGathered = offset < start + sqlite3_int64(count) && start < offset + sqlite3_int64(size)
        guard count > 0, isGathered else { return original.pointee.xRead(file, bytes, size, offset) }
        return afterFlush { original.pointee.xRead(file, bytes, size, offset) }
    }

    private func sync(_ flags: Int32) -> Int32 {
        let isCommit = hasEnded
        hasEnded = false
        endsTransaction = false
        let code = flush()
        guard code == SQLITE_OK else { return code }
        // Not the header of a log that starts over, nor what comes before a checkpoint: SQLite goes on behind those.
        guard defersSync, isCommit else { return original.pointee.xSync(file, flags) }
        syncer.begin()
        return SQLITE_OK
    }

    private func close() -> Int32 {
        dropRest()
        syncer.end()
        let table = UnsafeMutableRawPointer(mutating: file.pointee.pMethods).assumingMemoryBound(to: Table.self)
        file.pointee.pMethods = original
        let code = original.pointee.xClose(file)
        table.pointee.owner.release()
        table.deallocate()
        return code
    }

    private func afterFlush(_ body: () -> Int32) -> Int32 {
        let code = flush()
        return code == SQLITE_OK ? body() : code
    }

    /// Writes what is gathered. Where that fails it stays, until the transaction is rolled back: nothing of it may be
    /// passed over.
    private func flush() -> Int32 {
        guard count > 0 else { return SQLITE_OK }
        let code = original.pointee.xWrite(file, buffer, Int32(count), start)
        if code == SQLITE_OK { count = 0 }
        return code
    }
}
