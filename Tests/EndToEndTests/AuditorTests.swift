import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The auditor finds what is wrong: a good database is spoilt in one place after the other.
    @Suite struct AuditorTests {
        struct Damage: CustomTestStringConvertible, Sendable {
            let name: String
            let sql: String
            let kind: AuditReport.Violation.Kind
            /// Part of what the auditor says.
            let finding: String

            var testDescription: String { name }
        }

        static let damages = [
            Damage(
                name: "an event is gone", sql: "DELETE FROM events WHERE seq = 4", kind: .lost, finding: "has a gap"),
            Damage(
                name: "a state that is not its history's",
                sql: "UPDATE tasks SET summary = 'something else' WHERE ordinal = (SELECT min(ordinal) FROM tasks)",
                kind: .wrong, finding: "gives another state"),
            Damage(
                name: "a result that was counted twice",
                sql: """
                    INSERT INTO events SELECT run, (SELECT max(seq) + 1 FROM events), at, kind, input, outcome, seed,
                        last_ordinal, engine_version, agent, attempt FROM events WHERE kind = 'completed' LIMIT 1
                    """, kind: .doubled, finding: "counted twice"),
            Damage(
                name: "a task that was out twice",
                sql: """
                    UPDATE events SET seq = -seq;
                    UPDATE events SET seq = CASE WHEN seq < -2 THEN -seq + 1 ELSE -seq END;
                    INSERT INTO events SELECT run, 3, at, kind, input, outcome, seed, last_ordinal, engine_version,
                        agent, attempt FROM events WHERE seq = 2
                    """, kind: .doubled, finding: "while it was out"),
            Damage(
                name: "a content that is not its hash",
                sql: "UPDATE blobs SET content = CAST('# Another' AS BLOB) WHERE rowid = 1", kind: .wrong,
                finding: "not what its hash says"),
            Damage(
                name: "a content that is gone",
                sql: "PRAGMA foreign_keys = OFF; DELETE FROM blobs WHERE rowid = 1", kind: .lost,
                finding: "is missing"),
            Damage(
                name: "an attempt that is in the history alone",
                sql: """
                    UPDATE events SET kind = 'attempt_ended', input = json_set(
                        input, '$.outcome', 'failed', '$.message', '', '$.may_retry', json('true')) WHERE seq = 3
                    """, kind: .lost, finding: "not in the list of attempts"),
            Damage(
                name: "a history that nobody can read",
                sql: "UPDATE events SET input = '{}' WHERE seq = 3", kind: .wrong, finding: "can't be read"),
            Damage(
                name: "a task that nothing completed", sql: "UPDATE tasks SET lease = 'x' WHERE lease IS NOT NULL",
                kind: .lost, finding: "no result in the history completed it"),
            Damage(
                name: "an open part of a run that has ended",
                sql: "UPDATE tasks SET status = 'running' WHERE ordinal = (SELECT max(ordinal) FROM tasks)",
                kind: .wrong, finding: "a part of it is open"),
            Damage(
                name: "a run that did not end", sql: "UPDATE runs SET status = 'running', ended_at = NULL",
                kind: .lost, finding: "is not completed, as it should be"),
            Damage(
                name: "a message that was not sent",
                sql: "INSERT INTO outbox (topic, payload) VALUES ('x', x'00')", kind: .lost,
                finding: "was never sent"),
            Damage(
                name: "a run that is gone", sql: "DELETE FROM runs", kind: .lost,
                finding: "was answered, and there is no such run"),
            Damage(
                name: "a handoff of a document that is not there",
                sql: "UPDATE handoffs SET context = '[4000]' WHERE context <> '[]'", kind: .wrong,
                finding: "a document that is not there"),
        ]

        @Test("Each kind of damage is found", arguments: damages)
        func damage(_ damage: Damage) async throws {
            let run = try await Self.finished.value
            let copy = try run.copy(spoiltBy: damage.sql)
            let report = try Auditor(database: copy.database, expecting: run.expectation).audit()
            #expect(
                report.violations.contains { $0.kind == damage.kind && $0.text.contains(damage.finding) },
                "\(report.violations)")
        }

        @Test("A good database has none of it")
        func good() async throws {
            let run = try await Self.finished.value
            let report = try Auditor(database: run.workspace.database, expecting: run.expectation).audit()
            #expect(report.violations.isEmpty, "\(report.violations)")
            #expect(report.counts["runs"] == 1 && report.counts["results counted"] == report.counts["tasks"])
        }

        @Test("What an agent was told and what is stored are compared")
        func journals() async throws {
            let run = try await Self.finished.value
            let rows = try run.workspace.query(
                """
                SELECT runs.id, tasks.ordinal, lease, (
                    SELECT lower(hex(sha256)) FROM artifacts WHERE artifacts.run = tasks.run AND task = tasks.ordinal)
                FROM tasks JOIN runs ON runs.number = tasks.run WHERE lease IS NOT NULL ORDER BY ordinal LIMIT 1
                """)
            let columns = rows[0].split(separator: "|").map(String.init)
            let task = try #require(Identifier(columns[0])).child(try #require(UInt32(columns[1])))
            let lease = try #require(Identifier(columns[2]))
            let other = Identifier(high: 7, low: 7)
            let made = AgentJournal.Entry.made(task: task, key: task, isFailure: false, digests: [columns[3]])
            let accepted = AgentJournal.Entry.told(task: task, lease: lease, outcome: "accepted")
            #expect(try run.findings([made, accepted, accepted]) == [])

            let lost = try run.findings([made, .told(task: task, lease: other, outcome: "accepted")])
            #expect(lost.contains { $0.contains("was accepted, and is not there") }, "\(lost)")
            let unknown = try run.findings([made, .told(task: task, lease: lease, outcome: "unknown")])
            #expect(unknown.contains { $0.contains("not known any more") }, "\(unknown)")
            let foreign = AgentJournal.Entry.made(task: task, key: task, isFailure: false, digests: ["00"])
            let changed = try run.findings([foreign, accepted])
            #expect(changed.contains { $0.contains("none that its agents made") }, "\(changed)")
            let elsewhere = AgentJournal.Entry.made(task: other, key: other, isFailure: false, digests: [])
            let missing = try run.findings([elsewhere])
            #expect(missing.contains { $0.contains("there is no such task") }, "\(missing)")
        }

        /// A run that was never disturbed, and whose orchestrator is gone.
        private struct Finished: Sendable {
            let workspace: Workspace
            let expectation: Auditor.Expectation

            /// The database in a folder of its own, with a change.
            func copy(spoiltBy sql: String) throws -> Copy {
                let copy = Copy()
                try DatabaseShell(path: workspace.database).copy(to: copy.database)
                let changed = try runToEnd(
                    URL(filePath: "/usr/bin/env"), ["sqlite3", copy.database, sql], directory: copy.folder)
                try #require(changed.code == 0, "\(changed.error)")
                return copy
            }

            /// What the auditor says to a journal.
            func findings(_ entries: [AgentJournal.Entry]) throws -> [String] {
                let copy = Copy()
                let file = copy.folder.appending(path: "journal")
                let journal = try AgentJournal(file: file)
                for entry in entries { try journal.note(entry) }
                var expectation = expectation
                expectation.journals = [file]
                return try Auditor(database: workspace.database, expecting: expectation).audit().violations.map(\.text)
            }
        }

        private final class Copy {
            let folder = FileManager.default.temporaryDirectory.appending(path: "baton-spoilt-\(UUID().uuidString)")
            var database: String { folder.appending(path: "baton.sqlite").path }

            init() { try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

            deinit { try? FileManager.default.removeItem(at: folder) }
        }

        private static let finished = Task {
            let workspace = try Workspace()
            let agent = try BareAgent(workspace, id: "bare", roles: GreenfieldTests.roles)
            let orchestrator = try workspace.serve()
            try await PulledPlugTests.publishStart(workspace)
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            withExtendedLifetime(agent) {}
            var expectation = Auditor.Expectation()
            expectation.started = [PulledPlugTests.run]
            expectation.ending = "completed"
            expectation.isAtRest = true
            return Finished(workspace: workspace, expectation: expectation)
        }
    }
}
