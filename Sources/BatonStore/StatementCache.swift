import GRDB

/// Compiled statements by their text, which is known when the program is built: its address will do as the key.
final class StatementCache {
    private var statements: [UnsafePointer<UInt8>: Statement] = [:]
    private var writes: [UnsafePointer<UInt8>: PreparedWrite] = [:]

    /// A statement that reads.
    func callAsFunction(_ sql: StaticString, _ db: Database) throws -> Statement {
        if let statement = statements[sql.utf8Start] { return statement }
        let statement = try db.makeStatement(sql: sql.description)
        statements[sql.utf8Start] = statement
        return statement
    }

    /// A statement that writes.
    func write(_ sql: StaticString, _ db: Database) throws -> PreparedWrite {
        if let write = writes[sql.utf8Start] { return write }
        let write = PreparedWrite(try db.makeStatement(sql: sql.description))
        writes[sql.utf8Start] = write
        return write
    }
}
