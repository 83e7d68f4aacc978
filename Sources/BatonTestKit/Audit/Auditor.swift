import BatonEngine
import Foundation

/// Checks a real database after whatever happened to the processes: what `docs/protocol.md` promises must show in it.
///
/// It works on a copy, so that the evidence stays as it is, and may look while an orchestrator is running.
public struct Auditor {
    /// What is known about the runs from outside of the database.
    public struct Expectation: Sendable {
        /// Runs whose start was answered.
        public var started: Set<String> = []
        /// How every run has to have ended; nil: runs may be open.
        public var ending: String?
        /// Those that were said to be cancelled, and have to be.
        public var cancelled: Set<String> = []
        /// Those that were said to be forgotten, with all that belongs to them.
        public var forgotten: Set<String> = []
        /// Tasks that a stranger made up: agents are told that nobody knows them.
        public var madeUp: Set<Identifier> = []
        /// Nothing is left to be sent.
        public var isAtRest = false
        /// The files in which agents noted what they did; see ``AgentJournal``.
        public var journals: [URL] = []

        public init() {}
    }

    let database: String
    let expectation: Expectation

    public init(database: String, expecting expectation: Expectation = Expectation()) {
        self.database = database
        self.expectation = expectation
    }

    /// - Throws: when the database can't be read at all.
    public func audit() throws -> AuditReport {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var report = AuditReport()
        for line in try DatabaseShell(path: database).query("PRAGMA integrity_check") where line != "ok" {
            report.find(.wrong, "integrity_check: \(line)")
        }
        let copy = folder.appending(path: "copy.sqlite").path
        // Twice: what comes before the database is copied, and what goes after it, is seen.
        try keepFiles(besides: copy)
        try DatabaseShell(path: database).copy(to: copy)
        try keepFiles(besides: copy)
        let shell = DatabaseShell(path: copy)
        try checkTables(shell, &report)
        try checkExpectation(shell, &report)
        try checkJournals(shell, &report)
        try checkHistories(of: copy, &report)
        return report
    }

    /// The large contents stay with the copy, whatever the orchestrator removes meanwhile.
    private func keepFiles(besides copy: String) throws {
        let files = FileManager.default
        let source = URL(fileURLWithPath: database + "-artifacts")
        let target = URL(fileURLWithPath: copy + "-artifacts")
        guard files.fileExists(atPath: source.path) else { return }
        try files.createDirectory(at: target, withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: source.path) where Digest(name) != nil {
            let place = target.appending(path: name)
            if files.fileExists(atPath: place.path) { continue }
            // One that has gone by now is missed by the checks, if the database names it.
            do { try files.linkItem(at: source.appending(path: name), to: place) } catch {
                try? files.copyItem(at: source.appending(path: name), to: place)
            }
        }
    }

    private func checkExpectation(_ shell: DatabaseShell, _ report: inout AuditReport) throws {
        let stored = Set(try shell.query("SELECT id FROM runs"))
        for run in expectation.started.subtracting(stored).subtracting(expectation.forgotten).sorted() {
            report.find(.lost, "the start of \(run) was answered, and there is no such run")
        }
        for run in expectation.forgotten.intersection(stored).sorted() {
            report.find(.wrong, "\(run) was forgotten, and is there")
        }
        if let ending = expectation.ending { try checkEndings(ending, shell, &report) }
        if expectation.isAtRest {
            for row in try shell.query("SELECT id, topic FROM outbox LIMIT 20") {
                report.find(.lost, "a message was never sent: \(row)")
            }
        }
    }

    private func checkEndings(_ usual: String, _ shell: DatabaseShell, _ report: inout AuditReport) throws {
        let rows = try shell.query(
            "SELECT id, status, workflow, replace(coalesce(reason, ''), char(10), ' ') FROM runs")
        for row in rows {
            let columns = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            let ending = expectation.cancelled.contains(columns[0]) ? "cancelled" : usual
            guard columns[1] != ending else { continue }
            let place = try shell.query(
                """
                SELECT step || ' ' || status || ' ' || coalesce(agent, '') FROM tasks
                WHERE run = (SELECT number FROM runs WHERE id = '\(columns[0])')
                  AND status IN ('pending', 'waiting', 'running', 'attention') LIMIT 5
                """)
            report.find(.lost, "\(row) is not \(ending), as it should be: \(place.joined(separator: ", "))")
        }
    }
}
