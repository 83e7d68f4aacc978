import BatonEngine
import GRDB
import GRDBSQLite

/// A statement that writes a row, bound and stepped without anything in between.
///
/// A commit runs about ten of them for every step of a run. GRDB's own way to execute one (arguments as boxed values,
/// observation of what changed) takes some twenty microseconds longer than SQLite takes, which was most of a commit;
/// `docs/benchmarks.md` has the figures. Everything else in this module goes through GRDB.
final class PreparedWrite {
    /// Keeps the compiled statement alive.
    private let statement: Statement
    private let handle: OpaquePointer
    private var position: Int32 = 0

    init(_ statement: Statement) {
        self.statement = statement
        handle = statement.sqliteStatement
    }

    /// Runs the statement with the values that `bind` adds, one for each `?` in their order.
    func run(_ bind: (PreparedWrite) -> Void = { _ in }) throws {
        position = 0
        bind(self)
        let code = sqlite3_step(handle)
        let message = code == SQLITE_DONE ? nil : String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }

    // MARK: Values

    func add(_ value: Int64?) {
        position += 1
        if let value { sqlite3_bind_int64(handle, position, value) } else { sqlite3_bind_null(handle, position) }
    }

    func add(_ value: Int) { add(Int64(value)) }
    func add(_ value: UInt32) { add(Int64(value)) }
    func add(_ value: Bool) { add(Int64(value ? 1 : 0)) }
    func add(_ value: Timestamp?) { add(value?.milliseconds) }

    func add(_ value: String?) {
        position += 1
        guard var value else {
            sqlite3_bind_null(handle, position)
            return
        }
        value.withUTF8 { text in
            // An empty text has no address, and a text without one would be NULL.
            guard let start = text.baseAddress else {
                sqlite3_bind_text(handle, position, "", 0, transient)
                return
            }
            start.withMemoryRebound(to: CChar.self, capacity: text.count) {
                _ = sqlite3_bind_text(handle, position, $0, Int32(text.count), transient)
            }
        }
    }

    func add(_ value: [UInt8]?) {
        position += 1
        guard let value else {
            sqlite3_bind_null(handle, position)
            return
        }
        guard !value.isEmpty else {
            sqlite3_bind_zeroblob(handle, position, 0)
            return
        }
        sqlite3_bind_blob(handle, position, value, Int32(value.count), transient)
    }
}

/// `SQLITE_TRANSIENT`, which Swift can't import: SQLite copies the value before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
