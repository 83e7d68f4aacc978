import GRDB
import GRDBSQLite

/// A database in memory, for simulations: what a file is to stores that come and go.
package final class StoreImage {
    /// Migrated once; every image is a copy of it.
    private static let blank: Result<DatabaseQueue, any Error> = Result {
        let queue = try DatabaseQueue(configuration: configuration)
        try Schema.migrator.migrate(queue)
        return queue
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.label = "baton.image"
        return configuration
    }

    let queue: DatabaseQueue
    /// Those of every store on it, one after the other.
    let statements = StatementCache()
    let plans = PlanCache()

    /// - Parameter id: what the database is known by; see ``Store/id``.
    package init(id: String) throws(StoreError) {
        do {
            queue = try DatabaseQueue(configuration: Self.configuration)
            try Self.blank.get().backup(to: queue)
            try queue.write { db in
                try db.execute(
                    sql: "INSERT INTO meta (key, value) VALUES ('store', ?), ('epoch', '0')", arguments: [id])
                // GRDB watches what is compiled, for whoever observes the database: a tenth of a short history's time.
                sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
            }
        } catch {
            throw StoreError(error, path: ":memory:")
        }
    }

    /// The rows of a query as text, columns separated by `|`; `?` stands for each of the arguments.
    package func query(_ sql: StaticString, _ arguments: [String] = []) throws(StoreError) -> [String] {
        do {
            // A database that is made read-only for a moment forgets its compiled statements.
            return try queue.inDatabase { db in
                try Row.fetchAll(try statements(sql, db), arguments: StatementArguments(arguments)).map { row in
                    row.databaseValues.map { String.fromDatabaseValue($0) ?? $0.description }.joined(separator: "|")
                }
            }
        } catch {
            throw StoreError(error, path: ":memory:")
        }
    }
}
