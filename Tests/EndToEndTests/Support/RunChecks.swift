import BatonTestKit
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
    /// every handoff is valid, and no task was done twice: all that ``Auditor`` finds out.
    func hold() throws {
        let report = try Auditor(database: workspace.database).audit()
        #expect(report.violations.isEmpty, "\(report.violations)")
    }

    /// The artifacts, as `name version sha256`, in the order of their names.
    func artifacts() throws -> [String] {
        try workspace.query("SELECT name, version, lower(hex(sha256)) FROM artifacts ORDER BY name, version")
    }
}
