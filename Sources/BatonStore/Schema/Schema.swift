import GRDB

/// The tables, as migrations. A migration that has been released is never changed.
///
/// Rows of a run are keyed by the run's number (`run`, `runs.number`) and, inside it, by a small ordinal. Tables whose
/// rows change are clustered by that key; what is only appended lies in the order in which it came, so that a batch
/// writes few pages however many runs it is about. Times are milliseconds since 1970. `docs/architecture.md` describes
/// every table.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: first) }
        migrator.registerMigration("2-language") { db in try db.execute(sql: language) }
        migrator.registerMigration("2-definitions") { db in try db.execute(sql: definitions) }
        migrator.registerMigration("4-steering") { db in try db.execute(sql: steering) }
        migrator.registerMigration("4-forgetting") { db in try db.execute(sql: forgetting) }
        migrator.registerMigration("4-suspects") { db in try db.execute(sql: suspects) }
        migrator.registerMigration("agents-budgets") { db in try db.execute(sql: budgets) }
        migrator.registerMigration("approvals") { db in try db.execute(sql: approvals) }
        migrator.registerMigration("artifacts-files") { db in try db.execute(sql: files) }
        migrator.registerMigration("appended-tables") { db in try db.execute(sql: appendedTables) }
        migrator.registerMigration("event-agents") { db in try db.execute(sql: eventAgents) }
        return migrator
    }
}
