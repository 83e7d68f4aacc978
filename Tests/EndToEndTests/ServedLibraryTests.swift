import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// A library whose files change, workflows that come with requests, and teams, on a real broker.
    @Suite struct ServedLibraryTests {
        /// A library in a workspace.
        private struct Files {
            let folder: URL

            init(_ workspace: Workspace, _ files: [String: String]) throws {
                folder = workspace.directory.appending(path: "library")
                for (name, text) in files { try write(text, to: name) }
            }

            func write(_ text: String, to name: String) throws {
                let file = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }

            func remove(_ name: String) throws { try FileManager.default.removeItem(at: folder.appending(path: name)) }
        }

        private static func flow(_ id: String, creates document: String, role: String = "pm") -> String {
            """
            workflow:
              id: \(id)
              sequence:
                - agent: \(role)
                  creates: \(document)
                - agent: \(role)
                  creates: last.md

            """
        }

        private static let quickly = ["BATON_LIBRARY_POLL_MS": "100"]

        private func stop(_ orchestrator: GuardedProcess) {
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        /// What `baton workflows --json` says about one.
        private func entry(_ workspace: Workspace, _ id: String) async throws -> JSON? {
            let listed = try await workspace.run(["workflows", "--json"])
            return try listed.output.split(separator: "\n").map { try JSON.parse(String($0)) }.first {
                $0["id"]?.string == id
            }
        }

        private func steps(_ workspace: Workspace, run: Int) throws -> [String] {
            try workspace.query("SELECT step, status FROM tasks WHERE run = \(run) ORDER BY ordinal")
        }

        @Test("A changed file counts from the next run on; the run that is open keeps what it began with")
        func hotReload() async throws {
            let workspace = try Workspace()
            let files = try Files(workspace, ["flow.yaml": Self.flow("flow", creates: "first.md")])
            let orchestrator = try workspace.serve(library: files.folder, environment: Self.quickly)
            let slow = try BareAgent(workspace, id: "slow", roles: ["pm"], slots: 10, answers: false)
            let start = ["start", "flow", "--timeout", "20"]
            #expect(try await workspace.run(start).code == 0)
            try await workspace.wait(for: "the first command") { slow.received.count == 1 }

            try files.write(Self.flow("flow", creates: "second.md"), to: "flow.yaml")
            try files.write(Self.flow("other", creates: "other.md"), to: "more.yml")
            try await workspace.wait(for: "the change") {
                workspace.text(ofLog: "serve").contains("changed=flow other")
            }
            #expect(try await workspace.run(start).code == 0)
            try await workspace.wait(for: "the second command") { slow.received.count == 2 }
            slow.answer(slow.received[0])
            slow.answer(slow.received[1])
            try await workspace.wait(for: "their second steps") { slow.received.count == 4 }
            for command in slow.received.suffix(2) { slow.answer(command) }
            try await workspace.wait(for: "the runs' ends") {
                try workspace.query("SELECT status FROM runs") == ["completed", "completed"]
            }
            #expect(try steps(workspace, run: 1).first == "pm-first|completed")
            #expect(try steps(workspace, run: 2).first == "pm-second|completed")

            try files.remove("more.yml")
            try await workspace.wait(for: "the removal") { workspace.text(ofLog: "serve").contains("removed=other") }
            #expect(try await workspace.run(["start", "other"]).code == 5)
            stop(orchestrator)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("A broken file is reported, its last good revision is started, and repaired it is as new")
        func brokenFile() async throws {
            let workspace = try Workspace()
            let files = try Files(workspace, ["flow.yaml": Self.flow("flow", creates: "first.md")])
            let orchestrator = try workspace.serve(library: files.folder, environment: Self.quickly)
            let ready = try #require(try await entry(workspace, "flow"))
            #expect(ready["state"] == "ready")
            try files.write("workflow:\n\tid: flow\n", to: "flow.yaml")
            try files.write("workflow: {id: new}\n", to: "new.yaml")
            try await workspace.wait(for: "the report") {
                workspace.text(ofLog: "serve").contains("flow.yaml:2:")
                    && workspace.text(ofLog: "serve").contains("broken=2")
            }
            let stale = try #require(try await entry(workspace, "flow"))
            #expect(stale["state"] == "stale")
            #expect(stale["revision"] == ready["revision"])
            #expect(stale["problems"]?.array?.first?.string?.contains("flow.yaml:2:") == true)
            #expect(try await entry(workspace, "new")?["state"] == "broken")
            #expect(try await workspace.run(["start", "flow"]).code == 0)
            let refused = try await workspace.run(["start", "new"])
            #expect(refused.code == 5)
            #expect(refused.error.contains("new.yaml cannot be run"), "\(refused.error)")

            try files.write(Self.flow("flow", creates: "third.md"), to: "flow.yaml")
            try await workspace.wait(for: "the repair") { workspace.text(ofLog: "serve").contains("changed=flow ") }
            #expect(try await entry(workspace, "flow")?["state"] == "ready")
            stop(orchestrator)
            let revisions = try workspace.query("SELECT DISTINCT revision FROM runs")
            #expect(revisions == [ready["revision"]?.string ?? ""])
        }

        @Test("A defined workflow can be started, survives a restart, and is replaced by its next definition")
        func define() async throws {
            let workspace = try Workspace()
            let files = try Files(
                workspace, ["flow.yaml": Self.flow("flow", creates: "a.md"), "tasks/how-to.md": "How to"])
            try Self.flow("made", creates: "one.md\n      uses: how-to").write(
                to: workspace.directory.appending(path: "made.yaml"), atomically: true, encoding: .utf8)
            let first = try workspace.serve(library: files.folder, environment: Self.quickly)
            let client = ["BATON_CLIENT_ID": "me"]
            let define = ["define", "made.yaml", "--json", "--request-id", "d-1"]
            let defined = try await workspace.run(define, environment: client)
            #expect(defined.code == 0, "\(defined.error)")
            let reply = try JSON.parse(defined.output)
            #expect(reply["valid"] == true)
            #expect(reply["workflow"] == "made")
            #expect(try await workspace.run(define, environment: client).output == defined.output)
            #expect(try await entry(workspace, "made")?["origin"] == "defined")

            // What it uses is what it used when it was defined, whatever becomes of the library.
            try files.remove("tasks/how-to.md")
            stop(first)
            let second = try workspace.serve(library: files.folder, name: "second", environment: Self.quickly)
            #expect(try await entry(workspace, "made")?["revision"] == reply["revision"])
            let agent = try BareAgent(workspace, id: "pm-1", roles: ["pm"])
            #expect(try await workspace.run(["start", "made", "--wait", "--timeout", "20"]).code == 0)
            #expect(agent.received.first?.json["uses"]?.array?.first?["content"] == "How to")

            try Self.flow("made", creates: "two.md").write(
                to: workspace.directory.appending(path: "made.yaml"), atomically: true, encoding: .utf8)
            #expect(try await workspace.run(["define", "made.yaml"]).code == 0)
            #expect(try await workspace.run(["start", "made", "--wait", "--timeout", "20"]).code == 0)
            #expect(try steps(workspace, run: 1).first == "pm-one|completed")
            #expect(try steps(workspace, run: 2).first == "pm-two|completed")
            stop(second)
            #expect(try workspace.query("SELECT id, client FROM definitions").first?.hasPrefix("made|") == true)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("A definition with errors, and one that the library has a file for, are refused with the reasons")
        func refusedDefinitions() async throws {
            let workspace = try Workspace()
            let files = try Files(workspace, ["flow.yaml": Self.flow("flow", creates: "a.md")])
            let orchestrator = try workspace.serve(library: files.folder)
            func define(_ text: String) async throws -> (code: Int32, output: String, error: String) {
                try text.write(
                    to: workspace.directory.appending(path: "x.yaml"), atomically: true, encoding: .utf8)
                return try await workspace.run(["define", "x.yaml"])
            }
            let broken = try await define("workflow:\n  id: x\n  sequence:\n    - {agent: pm, timeout: soon}\n")
            #expect(broken.code == 1)
            #expect(broken.error.contains("x.yaml:4:"), "\(broken.error)")
            let taken = try await define(Self.flow("flow", creates: "b.md"))
            #expect(taken.code == 2)
            #expect(taken.error.contains("flow.yaml"), "\(taken.error)")
            let large = try await define("# " + String(repeating: "x", count: 2 << 20))
            #expect(large.code == 2)
            #expect(try workspace.query("SELECT count(*) FROM definitions") == ["0"])

            // `validate` over MQTT tells everything and keeps nothing.
            let answer = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_rr", "-p", "\(workspace.broker.port)", "-t", "baton/v1/default/req/me", "-e",
                    "baton/v1/default/rsp/me", "-W", "10", "-m",
                    #"{"request_id":"v","type":"validate","#
                        + #""yaml":"workflow: {id: x, sequence: [{agent: a, timeout: 5}]}"}"#,
                ], environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
            let reply = try JSON.parse(answer.output.trimmingCharacters(in: .whitespacesAndNewlines))
            #expect(reply["ok"] == true)
            #expect(reply["valid"] == false)
            let finding = reply["diagnostics"]?.array?.first
            #expect(finding?["severity"] == "error")
            #expect(finding?["line"] == 1)
            stop(orchestrator)
        }

        @Test("A team: what it has nobody for is not started; an agent is told who it is")
        func team() async throws {
            let workspace = try Workspace()
            let files = try Files(
                workspace,
                [
                    ".bmad-core/workflows/small.yaml": Self.flow("small", creates: "a.md"),
                    ".bmad-core/workflows/large.yaml": Self.flow("large", creates: "a.md", role: "qa"),
                    ".bmad-core/agent-teams/team-small.yaml": "bundle: {name: Small}\nagents: [bmad-master, pm]\n",
                    ".bmad-core/agents/pm.md":
                        "# pm\n\n```yaml\nagent: {name: John, id: pm, title: Product Manager}\n"
                        + "persona: {style: Brief}\n```\n",
                ])
            let unknown = try await workspace.run([
                "serve", "--library", files.folder.path, "--database", workspace.database, "--team", "team-large",
            ])
            #expect(unknown.code == 1)
            #expect(unknown.error.contains("team-small"), "\(unknown.error)")

            let orchestrator = try workspace.serve(library: files.folder, ["--team", "team-small"])
            let agent = try BareAgent(workspace, id: "anybody", roles: ["pm", "qa"])
            #expect(try await workspace.run(["start", "small", "--wait", "--timeout", "20"]).code == 0)
            let refused = try await workspace.run(["start", "large", "--timeout", "20"])
            #expect(refused.code == 2)
            #expect(refused.error.contains("nobody for qa"), "\(refused.error)")
            #expect(workspace.text(ofLog: "serve").contains("large is not started"))
            let persona = agent.received.first?.json["persona"]
            #expect(persona == ["id": "pm", "name": "John", "title": "Product Manager", "style": "Brief"])
            stop(orchestrator)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
