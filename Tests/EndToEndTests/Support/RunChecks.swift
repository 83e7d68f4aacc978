import BatonEngine
import BatonMessages
import BatonStore
import Foundation
import Testing

/// What must hold of every run in a database, whatever happened to the processes.
struct RunChecks {
    let workspace: Workspace

    /// The number of the only run.
    func number() throws -> Int {
        let rows = try workspace.query("SELECT number FROM runs")
        return try #require(rows.count == 1 ? Int(rows[0]) : nil, "one run expected: \(rows)")
    }

    func status() throws -> String { try workspace.query("SELECT status FROM runs").first ?? "none" }

    /// The history is complete and gapless, replaying it gives the stored state, artifacts hash to their addresses,
    /// every handoff is valid, and no task was done twice.
    func hold() throws {
        #expect(try workspace.query("PRAGMA integrity_check") == ["ok"])
        #expect(try workspace.query("PRAGMA foreign_key_check") == [])
        let gaps = try workspace.query(
            "SELECT run, count(*), max(seq) FROM events GROUP BY run HAVING count(*) <> max(seq)")
        #expect(gaps == [])
        let doubled = try workspace.query(
            """
            SELECT run, json_extract(input, '$.task') AS task, count(*) FROM events WHERE kind = 'completed'
            GROUP BY run, task HAVING count(*) > 1
            """)
        #expect(doubled == [], "tasks whose result was counted twice")
        let versions = try workspace.query(
            "SELECT run, name, version, count(*) FROM artifacts GROUP BY 1, 2, 3 HAVING count(*) > 1")
        #expect(versions == [])

        // The orchestrator must not be running: the database is opened as it would open it.
        let store = try Store(path: workspace.database)
        for text in try workspace.query("SELECT id FROM runs") {
            let id = try #require(Identifier(text))
            let stored = try #require(try store.run(id))
            var replayed = RunState(id: id, plan: stored.plan)
            for input in try store.inputs(of: id) { _ = replayed.apply(input) }
            #expect(replayed == stored, "replaying the history of \(id) gives another state")
            for version in stored.artifacts {
                let content = try #require(try store.blob(version.digest))
                #expect(ContentHash.of(content) == version.digest)
                #expect(content.count == version.size)
                for origin in version.madeFrom { #expect(stored.artifacts.contains { $0.ordinal == origin }) }
            }
            for handoff in try store.handoffs(of: id) {
                #expect(handoff.validate() == [])
                for context in handoff.contextIDs {
                    #expect(stored.artifacts.contains { id.child($0.ordinal) == context })
                }
            }
        }
    }

    /// The artifacts, as `name version sha256`, in the order of their names.
    func artifacts() throws -> [String] {
        try workspace.query("SELECT name, version, lower(hex(sha256)) FROM artifacts ORDER BY name, version")
    }
}
