import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `baton doctor`, over MQTT and on the database.
    @Suite struct DoctorTests {
        private func findings(_ output: String) -> [Substring] {
            output.split(separator: "\n").filter { $0.hasPrefix("! ") }
        }

        private func look(_ workspace: Workspace) async throws -> (code: Int32, output: String, error: String) {
            try await workspace.run(["doctor", "--db", workspace.database])
        }

        @Test("A database in order is said to be, whether the orchestrator runs or not, and is not changed")
        func inOrder() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "papers", sequence: "- {agent: pm, id: prd, creates: prd.md}")
            let orchestrator = try workspace.serve(library: library)
            let agents = try workspace.agents(for: ["pm"])
            #expect(try await workspace.run(["start", "papers", "--wait", "--timeout", "60"]).code == 0)
            let busy = try await look(workspace)
            #expect(busy.code == 0, "\(busy)")
            for words in [
                "read, not changed: ", "integrity_check has no complaint", "schema event-agents",
                "every row has what it refers to", "in use by baton (process \(orchestrator.identifier) on", "are free",
                "outbox: 0 messages", "dead letters: none", "runs: 1 completed",
            ] { #expect(busy.output.contains(words), "\(words) in \(busy.output)") }

            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            let before = try Data(contentsOf: URL(fileURLWithPath: workspace.database))
            let idle = try await look(workspace)
            #expect(idle.code == 0, "\(idle)")
            #expect(idle.output.contains("in use by nobody"), "\(idle.output)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.database)) == before)
            withExtendedLifetime(agents) {}
        }

        @Test("Runs that are held up, missing files, dead letters: each with what to do")
        func findings() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "papers",
                sequence: """
                    - {agent: maker, id: build, creates: large.md}
                    - {agent: nobody, id: check, creates: check.md, requires: large.md}
                    """)
            let script = workspace.directory.appending(path: "large")
            try Data("#!/bin/sh\nhead -c 300000 /dev/zero | tr '\\0' a\n".utf8).write(to: script)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
            let orchestrator = try workspace.serve(library: library)
            let agent = try workspace.start(
                ["agent", "--role", "maker", "--id", "maker-1", "--exec", "'\(script.path)'"], name: "maker")
            let started = try await workspace.run(["start", "papers", "--timeout", "60"])
            let run = started.output.trimmingCharacters(in: .newlines)
            try workspace.publish("{", to: "req/me")
            try await workspace.wait(for: "the large document") {
                try workspace.query("SELECT count(*) FROM blobs WHERE file_size = 300000") == ["1"]
                    && workspace.query("SELECT count(*) FROM dead_letters") == ["1"]
            }
            let folder = workspace.database + "-artifacts"
            let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
            try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/notes.txt"))
            let shown = try await look(workspace)
            #expect(shown.code == 1, "\(shown)")
            let found = findings(shown.output)
            #expect(found.count == 3, "\(shown.output)")
            for words in [
                "! the file \(folder)/\(file) (large.md of run \(run)) is not there", "copy it from a backup",
                "! dead letters: 1, the newest at ", "`baton dead-letters` lists them",
                "! run \(run) of papers is held up:", "no agent for nobody: 1 task waits",
                "1 file there, 4 bytes, belong to nothing",
            ] { #expect(shown.output.contains(words), "\(words) in \(shown.output)") }

            let lines = try await workspace.run(["doctor", "--db", workspace.database, "--json"])
            let objects = try lines.output.split(separator: "\n").map { try JSON.parse(String($0)) }
            #expect(objects.count { $0["finding"] == true && $0["advice"]?.array?.isEmpty == false } == 3, "\(lines)")

            let asked = try await workspace.run(["doctor", "--timeout", "30"])
            #expect(asked.code == 1, "\(asked)")
            for words in [
                "rights: ", "may ask, and read the answers, and what runs publish", "clocks: 0.",
                "! dead letters: the newest is of ", "! run \(run) of papers is held up:",
            ] { #expect(asked.output.contains(words), "\(words) in \(asked.output)") }
            withExtendedLifetime((orchestrator, agent)) {}
        }

        @Test("Of what is no database, or a damaged one, one sentence tells")
        func strangers() async throws {
            let workspace = try Workspace()
            let folder = workspace.directory
            try Data("# notes\n".utf8).write(to: folder.appending(path: "notes.md"))
            _ = try runToEnd(
                URL(filePath: "/usr/bin/env"), ["sqlite3", "foreign.sqlite", "CREATE TABLE t (a)"], directory: folder)
            for (name, words) in [
                ("missing.sqlite", "there is no database"), ("notes.md", "no Baton database"),
                ("foreign.sqlite", "is no database of Baton"), (".", "is a folder"),
            ] {
                let told = try await workspace.run(["doctor", "--db", name])
                #expect(told.code == 1 && told.output.isEmpty, "\(name): \(told)")
                #expect(told.error.contains(words), "\(name): \(told)")
                #expect(told.error.split(separator: "\n").count == 1, "\(name): \(told)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "missing.sqlite").path))
        }

        @Test("What a login may not do is told: to ask, or to hear what runs publish")
        func rights() async throws {
            let broker = try BrokerProcess(accessList: [
                "user baton", "topic readwrite baton/v1/#", "user trigger", "topic write baton/v1/+/req/trigger",
                "topic read baton/v1/+/rsp/trigger", "topic read baton/v1/+/orchestrator/state", "user mute",
                "topic write baton/v1/+/req/mute", "topic read baton/v1/+/orchestrator/state",
            ])
            let workspace = try Workspace(broker: broker)
            let library = try workspace.library(id: "papers", sequence: "- {agent: pm, id: prd, creates: prd.md}")
            let orchestrator = try workspace.serve(library: library, ["--user", "baton"])
            try await workspace.wait(for: "the orchestrator") {
                workspace.text(ofLog: "serve").contains("epoch=")
            }
            let trigger = try await workspace.run(["doctor", "--user", "trigger", "--timeout", "30"])
            #expect(trigger.code == 0, "\(trigger)")
            #expect(
                trigger.output.contains("trigger may ask, and read the answers, not what runs publish"), "\(trigger)")
            let mute = try await workspace.run(["doctor", "--user", "mute", "--timeout", "2"])
            #expect(mute.code == 4, "\(mute)")
            #expect(mute.output.contains("! rights: what mute asks gets no answer"), "\(mute)")
            withExtendedLifetime(orchestrator) {}
        }
    }
}
