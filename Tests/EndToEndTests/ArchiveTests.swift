import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// A run in one file, and the proof that its history gives its state.
    @Suite struct ArchiveTests {
        private static let inner = """
            workflow:
              id: inner
              sequence:
                - {agent: writer, id: review, creates: review.md, requires: draft.md}

            """

        @Test("A run is archived from under a running orchestrator, and its replay gives the same state")
        func archive() async throws {
            let (workspace, run, orchestrator) = try await finishedRun()
            let archived = try await workspace.run(["archive", "last", "--database", workspace.database])
            #expect(archived.code == 0, "\(archived)")
            #expect(archived.output.hasPrefix("\(run).baton"), "\(archived)")
            #expect(archived.output.contains("1 runs inside it"), "\(archived)")
            let again = try await workspace.run(["archive", run, "--database", workspace.database])
            #expect(again.code == 1 && again.error.contains("--force"), "\(again)")

            let file = workspace.directory.appending(path: "\(run).baton").path
            #expect(!FileManager.default.fileExists(atPath: file + "-wal"))
            let shell = DatabaseShell(path: file)
            #expect(try shell.query("PRAGMA integrity_check") == ["ok"])
            #expect(try shell.query("PRAGMA foreign_key_check") == [])
            #expect(try shell.query("SELECT count(*) FROM runs") == ["2"])
            for table in ["events", "tasks", "artifacts", "handoffs", "facts"] {
                let copied = try shell.query("SELECT count(*) FROM \(table)")
                #expect(try workspace.query("SELECT count(*) FROM \(table)") == copied, "\(table)")
            }
            for path in [file, workspace.database] {
                let replayed = try await workspace.run(["replay", path, "--json"])
                #expect(replayed.code == 0, "\(replayed)")
                let report = try JSON.parse(replayed.output)
                #expect(report["same"] == true)
                #expect(report["runs"]?.array?.count == 2)
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test(
            "A replay tells what was changed behind the engine's back",
            arguments: [
                ("UPDATE events SET outcome = '[]' WHERE seq = 1", "event 1 (started)"),
                ("UPDATE tasks SET status = 'skipped' WHERE step = 'draft'", "(draft): stored as skipped"),
                ("UPDATE runs SET status = 'failed'", "status: stored failed, replayed completed"),
                ("UPDATE blobs SET content = x'00'", "the content is not what its hash says"),
                ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", "number of"),
            ])
        func tampered(sql: String, finding: String) async throws {
            let (workspace, run, _) = try await finishedRun()
            let archived = try await workspace.run(["archive", run, "--database", workspace.database, "--out", "a"])
            #expect(archived.code == 0, "\(archived)")
            let file = workspace.directory.appending(path: "a").path
            let changed = try runToEnd(
                URL(filePath: "/usr/bin/env"), ["sqlite3", file, sql], directory: workspace.directory)
            #expect(changed.code == 0, "\(changed)")
            let replayed = try await workspace.run(["replay", file])
            #expect(replayed.code == 1, "\(replayed)")
            #expect(replayed.output.contains(finding), "\(replayed)")
        }

        @Test("What is no archive, or not there, is said in a sentence")
        func refusals() async throws {
            let workspace = try Workspace()
            let missing = try await workspace.run(["replay", "nothing.baton"])
            #expect(missing.code == 1 && missing.error.contains("there is no database nothing.baton"), "\(missing)")
            try Data("not a database at all".utf8).write(to: workspace.directory.appending(path: "text"))
            let text = try await workspace.run(["archive", "last", "--database", "text"])
            #expect(text.code == 1 && text.error.contains("no Baton database"), "\(text)")
            // A command has no use for advice about an option that it does not take.
            let replayed = try await workspace.run(["replay", "text"])
            #expect(replayed.code == 1 && replayed.error.contains("no Baton database"), "\(replayed)")
            #expect(replayed.error.contains("name another file") && !replayed.error.contains("--"), "\(replayed)")
        }

        /// A run with another inside it, completed.
        private func finishedRun() async throws -> (Workspace, run: String, GuardedProcess) {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "outer",
                sequence: """
                    - {agent: writer, id: draft, creates: draft.md}
                    - {id: inner, workflow: inner}
                    - {agent: writer, id: final, creates: final.md, requires: draft.md}
                    """)
            try Data(Self.inner.utf8).write(to: library.appending(path: "inner.yaml"))
            let orchestrator = try workspace.serve(library: library)
            let writer = try BareAgent(workspace, id: "writer", roles: ["writer"], slots: 4)
            let started = try await workspace.run(["start", "outer", "--wait", "--timeout", "60"])
            try #require(started.code == 0, "\(started)\n\(workspace.logs)")
            withExtendedLifetime(writer) {}
            let run = try workspace.query("SELECT id FROM runs WHERE parent IS NULL")[0]
            return (workspace, run, orchestrator)
        }
    }
}
