import GRDB

/// Compiled statements by their text, which is known when the program is built: its address will do as the key.
struct StatementCache {
    private var statements: [UnsafePointer<UInt8>: Statement] = [:]

    mutating func callAsFunction(_ sql: StaticString, _ db: Database) throws -> Statement {
        if let statement = statements[sql.utf8Start] { return statement }
        let statement = try db.makeStatement(sql: sql.description)
        statements[sql.utf8Start] = statement
        return statement
    }
}
