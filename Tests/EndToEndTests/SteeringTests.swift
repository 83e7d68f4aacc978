import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Runs that people steer from the command line, over a real broker.
    @Suite struct SteeringTests {
        private static let workflows = [
            "steered": """
            workflow:
              id: steered
              name: Steered
              sequence:
                - {agent: writer, id: draft, creates: draft.md}
                - {agent: maker, id: build, creates: code.md, retry: {max_attempts: 1}}
                - {agent: writer, id: notes, creates: notes.md, requires: code.md}

            """,
            "outer": """
            workflow:
              id: outer
              name: Outer
              sequence:
                - {id: inner, workflow: steered}

            """,
        ]

        private struct Scene {
            let workspace: Workspace
            let library: URL

            init() throws {
                workspace = try Workspace(persistentBroker: true)
                library = workspace.directory.appending(path: "library")
                try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
                for (name, text) in SteeringTests.workflows {
                    try Data(text.utf8).write(to: library.appending(path: "\(name).yaml"))
                }
            }

            func start(_ workflow: String = "steered") async throws -> String {
                let started = try await workspace.run(["start", workflow, "--timeout", "30"])
                try #require(started.code == 0, "\(started)\n\(workspace.logs)")
                return started.output.trimmingCharacters(in: .newlines)
            }

            func wait(for status: String, of run: String) async throws {
                try await workspace.wait(.seconds(30), for: "the run to be \(status)") {
                    try workspace.query("SELECT status FROM runs WHERE id = '\(run)'") == [status]
                }
            }

            func status(of run: String) async throws -> JSON {
                try JSON.parse(try await workspace.run(["status", run, "--json"]).output)
            }

            func end(_ orchestrator: GuardedProcess) throws {
                orchestrator.signal(SIGTERM)
                #expect(orchestrator.waitUntilExit() == 0)
                try RunChecks(workspace: workspace).hold()
            }
        }

        @Test("A paused run lets its agents finish, gives nothing out, survives a restart, and goes on when told to")
        func pause() async throws {
            let scene = try Scene()
            let orchestrator = try scene.workspace.serve(library: scene.library)
            let writer = try BareAgent(scene.workspace, id: "writer", roles: ["writer"], answers: false)
            let maker = try BareAgent(scene.workspace, id: "maker", roles: ["maker"])
            let run = try await scene.start()
            try await scene.workspace.wait(for: "the first command") { writer.received.count == 1 }
            let paused = try await scene.workspace.run(["pause", run, "--reason", "lunch"])
            #expect(paused.output == "\(run)  paused\n", "\(paused)")
            let again = try await scene.workspace.run(["pause", "last"])
            #expect(again.output == "\(run)  paused; nothing has changed\n", "\(again)")
            let told = try JSON.parse(try await scene.workspace.run(["pause", "last", "--json"]).output)
            #expect(told["run"]?.string == run && told["status"] == "paused" && told["changed"] == false, "\(told)")
            let refused = try await scene.workspace.run(["forget", run])
            #expect(refused.code == 1)
            #expect(refused.error.contains("is paused: cancel it first"), "\(refused)")
            writer.answer(writer.received[0])
            try await scene.workspace.wait(for: "the result") {
                try scene.workspace.query("SELECT status FROM tasks WHERE step = 'draft'") == ["completed"]
            }
            let shown = try await scene.status(of: run)
            #expect(shown["status"] == "paused")
            #expect(shown["reason"]?.string?.hasSuffix(": lunch") == true, "\(shown["reason"] ?? .null)")
            #expect(shown["waiting_for"] == [])

            orchestrator.signal(SIGKILL)
            orchestrator.waitUntilExit()
            let second = try scene.workspace.serve(library: scene.library, name: "second")
            try await scene.workspace.wait(for: "the restart") {
                scene.workspace.text(ofLog: "second").contains("epoch=")
            }
            // Time enough for a command, if there were one.
            try await Task.sleep(for: .seconds(1))
            #expect(maker.received.isEmpty)
            #expect(try await scene.workspace.run(["resume", run, "--timeout", "30"]).output == "\(run)  running\n")
            try await scene.workspace.wait(for: "the next command") { writer.received.count == 2 }
            writer.answer(writer.received[1])
            try await scene.wait(for: "completed", of: run)
            let late = try await scene.workspace.run(["pause", run])
            #expect(late.code == 1)
            #expect(late.error.contains("is completed, for good"), "\(late)")
            let history = try await scene.workspace.run(["history", run])
            #expect(history.output.contains(": lunch"))
            try scene.end(second)
        }

        @Test("A watched list as JSON tells a run again when something of it has changed")
        func watchedList() async throws {
            let scene = try Scene()
            let orchestrator = try scene.workspace.serve(library: scene.library)
            let (still, moved) = (try await scene.start(), try await scene.start())
            let list = try scene.workspace.start(["list", "--watch", "--json"], name: "list")
            func told(_ run: String) throws -> [String?] {
                let lines = scene.workspace.text(ofLog: "list").split(separator: "\n")
                return try lines.map { try JSON.parse(String($0)) }.filter { $0["run"]?.string == run }.map {
                    $0["status"]?.string
                }
            }
            try await scene.workspace.wait(for: "both") { try told(still).count == 1 && told(moved) == ["running"] }
            #expect(try await scene.workspace.run(["pause", moved]).code == 0)
            try await scene.workspace.wait(for: "the pause") { try told(moved) == ["running", "paused"] }
            #expect(try await scene.workspace.run(["resume", moved]).code == 0)
            try await scene.workspace.wait(for: "the end of it") {
                try told(moved) == ["running", "paused", "running"]
            }
            #expect(try told(still) == ["running"])
            list.signal(SIGTERM)
            list.waitUntilExit()
            try scene.end(orchestrator)
        }

        @Test("A run that needs a person shows what was tried, and is retried, skipped or failed")
        func help() async throws {
            let scene = try Scene()
            let orchestrator = try scene.workspace.serve(library: scene.library)
            let writer = try BareAgent(scene.workspace, id: "writer", roles: ["writer"], slots: 4)
            let maker = try BareAgent(scene.workspace, id: "maker", roles: ["maker"], answers: false)
            func fail(_ count: Int) async throws {
                try await scene.workspace.wait(for: "command \(count)") { maker.received.count == count }
                let command = maker.received[count - 1].json
                let result: JSON = [
                    "task": command["task"]!, "lease": command["lease"]!, "status": "failed", "summary": "",
                    "error": ["code": "no_compiler", "message": "there is no compiler"],
                ]
                maker.send(result.bytes)
            }
            let run = try await scene.start()
            try await fail(1)
            try await scene.wait(for: "attention", of: run)
            let step = try await scene.status(of: run)["steps"]?.array?.first { $0["id"] == "build" }
            #expect(step?["attempts"]?.array?.map { $0["message"] } == ["no_compiler: there is no compiler"])
            #expect(step?["attempts"]?.array?.first?["agent"] == "maker")

            let retried = try await scene.workspace.run(["retry", run])
            #expect(retried.output == "\(run)  running: build\n", "\(retried)")
            let twice = try await scene.workspace.run(["retry", run, "build"])
            #expect(twice.output == "\(run)  running; nothing has changed\n", "\(twice)")
            #expect(try await scene.workspace.run(["retry", run, "bild"]).code == 5)
            let done = try await scene.workspace.run(["retry", run, "draft"])
            #expect(done.code == 1)
            #expect(done.error.contains("draft is completed"), "\(done)")

            try await fail(2)
            try await scene.wait(for: "attention", of: run)
            #expect(
                try await scene.workspace.run(["fail", run, "build", "--reason", "hopeless"]).output
                    == "\(run)  failed: build\n")
            // Taken up again from where it failed, and without the step.
            let skipped = try await scene.workspace.run(["skip", run, "build", "--reason", "by hand"])
            #expect(skipped.output == "\(run)  running: build\n", "\(skipped)")
            try await scene.wait(for: "completed", of: run)
            #expect(try scene.workspace.query("SELECT name FROM artifacts ORDER BY name") == ["draft.md", "notes.md"])
            #expect(
                try scene.workspace.query("SELECT kind FROM events WHERE kind IN ('retried', 'failed', 'skipped')")
                    == ["retried", "failed", "skipped"])
            try scene.end(orchestrator)
            withExtendedLifetime(writer) {}
        }

        @Test("A forgotten run leaves nothing behind, on disk or on the broker, but what other runs have")
        func forget() async throws {
            let scene = try Scene()
            let orchestrator = try scene.workspace.serve(library: scene.library)
            let agent = try BareAgent(scene.workspace, id: "bare", roles: ["writer", "maker"])
            let run = try await scene.start("outer")
            try await scene.wait(for: "completed", of: run)
            let shared = try await scene.workspace.run(["cat", run, "code.md"])
            #expect(shared.code == 0)
            // The last of its commands, as a late answer would have it.
            let command = try #require(agent.received.last)
            let early = try await scene.start()
            try await scene.wait(for: "completed", of: early)

            let forgotten = try await scene.workspace.run(["forget", run, "--request-id", "f1"])
            #expect(forgotten.output == "\(run)  forgotten, and 1 inside it\n", "\(forgotten)")
            let again = try await scene.workspace.run(["forget", run, "--request-id", "f1"])
            #expect(again.output == forgotten.output || again.code == 5, "\(again)")
            #expect(try await scene.workspace.run(["status", run]).code == 5)
            let number = try scene.workspace.query("SELECT number FROM runs")
            #expect(number.count == 1)
            for table in ["tasks", "attempts", "artifacts", "handoffs", "facts", "events", "decisions"] {
                let others = "SELECT count(*) FROM \(table) WHERE run NOT IN (SELECT number FROM runs)"
                #expect(try scene.workspace.query(others) == ["0"], "\(table)")
            }
            try await scene.workspace.wait(for: "the contents to go") {
                try scene.workspace.query(
                    "SELECT count(*) FROM blobs WHERE sha256 NOT IN (SELECT sha256 FROM artifacts)") == ["0"]
            }
            let retained = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_sub", "-p", "\(scene.workspace.broker.port)", "-t", "baton/v1/default/run/+/state", "-F",
                    "%t", "-W", "1",
                ], environment: ProcessInfo.processInfo.environment, directory: scene.workspace.directory,
                limit: .seconds(20))
            // A new snapshot may come while we listen.
            #expect(Set(retained.output.split(separator: "\n")) == ["baton/v1/default/run/\(early)/state"])
            agent.answer(command)
            try await scene.workspace.wait(for: "the late answer's fate") {
                agent.answersToUs.contains { $0["lease"] == command.json["lease"] && $0["outcome"] == "unknown" }
            }
            try scene.end(orchestrator)
        }

        @Test("Runs that ended long ago are forgotten by themselves")
        func retention() async throws {
            let scene = try Scene()
            let agent = try BareAgent(scene.workspace, id: "bare", roles: ["writer", "maker"])
            let first = try scene.workspace.serve(library: scene.library)
            let run = try await scene.start("outer")
            try await scene.wait(for: "completed", of: run)
            try scene.end(first)
            let wrong = try await scene.workspace.run(["serve", "--keep", "soon"])
            #expect(wrong.code == 1)
            #expect(wrong.error.contains("keep must be a duration"), "\(wrong)")
            try await Task.sleep(for: .seconds(1))
            let second = try scene.workspace.serve(library: scene.library, name: "second", ["--keep", "1s"])
            try await scene.workspace.wait(for: "the run to be forgotten") {
                try scene.workspace.query("SELECT count(*) FROM runs") == ["0"]
                    && scene.workspace.query("SELECT count(*) FROM blobs") == ["0"]
            }
            try scene.end(second)
            withExtendedLifetime(agent) {}
        }

        @Test("Runs that are steps of a paused run are paused and go on with it")
        func childRuns() async throws {
            let scene = try Scene()
            let orchestrator = try scene.workspace.serve(library: scene.library)
            let run = try await scene.start("outer")
            let child = "SELECT status, reason FROM runs WHERE workflow = 'steered'"
            try await scene.workspace.wait(for: "the child") { try scene.workspace.query(child) == ["running|"] }
            #expect(try await scene.workspace.run(["pause", run]).code == 0)
            #expect(try scene.workspace.query(child) == ["paused|paused by run \(run)"])
            #expect(try await scene.workspace.run(["resume", run]).code == 0)
            let agent = try BareAgent(scene.workspace, id: "bare", roles: ["writer", "maker"])
            try await scene.wait(for: "completed", of: run)
            try scene.end(orchestrator)
            withExtendedLifetime(agent) {}
        }
    }
}
