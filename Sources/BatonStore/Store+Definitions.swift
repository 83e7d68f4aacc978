import BatonEngine
import Foundation
import GRDB

/// A workflow that came with a request.
public struct DefinitionRow: Sendable {
    public let plan: Plan
    /// The definition as it was written.
    public let source: String
    /// What findings call it.
    public let file: String
    /// Texts that start it beside its id.
    public let triggers: [String]
    /// Who defined it.
    public let client: String
    public let definedAt: Timestamp

    public init(
        plan: Plan, source: String, file: String, triggers: [String], client: String, definedAt: Timestamp
    ) {
        self.plan = plan
        self.source = source
        self.file = file
        self.triggers = triggers
        self.client = client
        self.definedAt = definedAt
    }
}

/// A definition as the database has it.
public struct StoredDefinition: Sendable {
    public let id: String
    public let source: String
    public let file: String
    public let triggers: [String]
    /// Nil when another version of Baton wrote it in a way that this one does not read: then the source is to be
    /// compiled again.
    public let plan: Plan?
}

extension Store {
    /// The latest definition of each workflow that was defined, by id.
    public func definitions() throws(StoreError) -> [StoredDefinition] {
        try perform { db in
            try Row.fetchAll(db, sql: "SELECT * FROM definitions ORDER BY id").map { row in
                let triggers = try? JSON.parse(row["triggers"] as String)
                return StoredDefinition(
                    id: row["id"], source: row["source"], file: row["file"],
                    triggers: triggers?.array?.compactMap(\.string) ?? [],
                    plan: try? JSONDecoder().decode(Plan.self, from: Data((row["plan"] as String).utf8)))
            }
        }
    }

    func write(_ row: DefinitionRow, _ db: Database) throws {
        let plan = String(decoding: try JSONEncoder().encode(row.plan), as: UTF8.self)
        try statements.write(
            """
            INSERT OR REPLACE INTO definitions (id, file, triggers, plan, source, client, defined_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, db
        ).run {
            $0.add(row.plan.workflow)
            $0.add(row.file)
            $0.add(JSON.array(row.triggers.map { .string($0) }).text)
            $0.add(plan)
            $0.add(row.source)
            $0.add(row.client)
            $0.add(row.definedAt)
        }
    }
}

extension Schema {
    /// Workflows that came with requests. The plan is stored beside the source, since it holds the templates as they
    /// were: after a restart the same revision is started.
    static let definitions = """
        CREATE TABLE definitions (
            id TEXT NOT NULL PRIMARY KEY,
            file TEXT NOT NULL,
            triggers TEXT NOT NULL,
            plan TEXT NOT NULL,
            source TEXT NOT NULL,
            client TEXT NOT NULL,
            defined_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}
