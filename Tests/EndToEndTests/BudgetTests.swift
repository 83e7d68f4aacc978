import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Budgets, from the command line to the agents and back.
    @Suite struct BudgetTests {
        /// Writes what the step creates, and reports a hundred tokens for it.
        private func agent(_ workspace: Workspace) throws -> GuardedProcess {
            let script = """
                jq -c '{usage: {tokens: 100, cost: 0.5, seconds: 2}, artifacts: [.creates[] | {name, content: "x"}]}'
                """
            return try workspace.start(
                ["agent", "--role", "writer", "--id", "writer", "--exec", script], name: "writer")
        }

        private func status(_ workspace: Workspace) async throws -> JSON {
            try JSON.parse(try await workspace.run(["status", "last", "--json"]).output)
        }

        @Test(
            "A run that has used up its budget waits for a person, also over a restart, and goes on with a larger one")
        func tokens() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let library = try workspace.library(
                id: "spend",
                sequence: """
                    - {agent: writer, id: one, creates: one.md}
                    - {agent: writer, id: two, creates: two.md, requires: one.md}
                    - {agent: writer, id: three, creates: three.md, requires: two.md}
                    - {agent: writer, id: extra, creates: extra.md, when: facts.usage.tokens > 1000}
                    """)
            var orchestrator = try workspace.serve(library: library)
            let agent = try agent(workspace)
            let started = try await workspace.run([
                "start", "spend", "--wait", "--timeout", "60", "--budget", "tokens=150,cost=9,wall_time=2h",
            ])
            #expect(started.code == 3, "\(started)\n\(workspace.logs)")
            #expect(started.error.contains("200 tokens of 150 tokens"), "\(started)")
            let run = started.output.trimmingCharacters(in: .newlines)

            orchestrator.signal(SIGKILL)
            _ = orchestrator.waitUntilExit()
            orchestrator = try workspace.serve(library: library, name: "serve-2")
            var held = try await status(workspace)
            #expect(held["status"] == "attention" && held["usage"]?["tokens"] == 200)
            #expect(held["budget"]?["tokens"] == 150 && held["waiting_for"]?.array ?? [] == [])
            #expect(held["reason"]?.string?.contains("baton resume \(run) --budget tokens=400") == true)
            #expect(
                try await workspace.run(["status", "last"]).output.contains("used: 200 of 150 tokens, 1 of 9 cost"))
            for command in [["resume", "last"], ["retry", "last"], ["resume", "last", "--budget", "tokens=180"]] {
                let refused = try await workspace.run(command)
                held = try await status(workspace)
                #expect(held["status"] == "attention", "\(command): \(refused)")
                if command.count == 2 {
                    #expect(refused.code == 1 && refused.error.contains("a larger budget"), "\(command): \(refused)")
                }
            }
            let unknown = try await workspace.run(["resume", "last", "--budget", "nowhere.tokens=5"])
            #expect(unknown.code != 0 && unknown.error.contains("no such step"), "\(unknown)")

            let resumed = try await workspace.run(["resume", "last", "--budget", "tokens=5000"])
            #expect(resumed.output == "\(run)  running\n", "\(resumed)")
            try await workspace.wait(for: "the run to be completed") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            let end = try await status(workspace)
            #expect(end["usage"]?["tokens"] == 300 && end["usage"]?["cost"] == 1.5 && end["usage"]?["seconds"] == 6)
            #expect(try workspace.query("SELECT status FROM tasks WHERE step = 'extra'") == ["skipped"])
            let history = try await workspace.run(["history", "last"]).output
            #expect(history.contains("needs a person: the run's budget is used up: 200 tokens of 150 tokens"))
            #expect(history.contains("sets the budget: {\"tokens\":5000}"))
            agent.signal(SIGTERM)
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("A step's own budget holds that step alone")
        func step() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "steps",
                sequence: """
                    - for_each:
                        in: facts.names
                        as: name
                        steps:
                          - {agent: writer, id: part, creates: part.md}
                    """)
            let orchestrator = try workspace.serve(library: library)
            let agent = try agent(workspace)
            let started = try await workspace.run([
                "start", "steps", "--wait", "--timeout", "60", "--fact", "names:=[1,2,3]", "--budget",
                "part.tokens=150",
            ])
            #expect(started.code == 3, "\(started)\n\(workspace.logs)")
            #expect(started.error.contains("200 tokens of 150 tokens"), "\(started)")
            let refused = try await workspace.run(["retry", "last", "part"])
            #expect(refused.code == 1 && refused.error.contains("a larger budget"), "\(refused)")
            let raised = try await workspace.run(["retry", "last", "part", "--budget", "part.tokens=900"])
            #expect(raised.code == 0, "\(raised)")
            try await workspace.wait(for: "the run to be completed") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            agent.signal(SIGTERM)
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("An attempt ends when its step's time is used up, and the step needs a person")
        func stepTime() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "slow", sequence: "- {agent: writer, id: one, creates: one.md, timeout: PT1H}")
            let orchestrator = try workspace.serve(library: library)
            let agent = try workspace.start(
                [
                    "agent", "--role", "writer", "--id", "writer", "--exec",
                    "jq -c .timeout_ms >> limits; [ $(wc -l < limits) -gt 1 ] || sleep 600; echo x",
                ], name: "writer")
            let started = try await workspace.run([
                "start", "slow", "--wait", "--timeout", "60", "--budget", "one.wall_time=2s",
            ])
            #expect(started.code == 3 && started.error.contains("s of time of 2 s"), "\(started)\n\(workspace.logs)")
            #expect(try workspace.query("SELECT outcome FROM attempts").count == 1)
            let raised = try await workspace.run(["retry", "last", "one", "--budget", "one.wall_time=1h"])
            #expect(raised.code == 0, "\(raised)")
            try await workspace.wait(for: "the run to be completed") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            // What the step had left each time.
            let limits = try String(contentsOf: workspace.directory.appending(path: "limits"), encoding: .utf8)
                .split(separator: "\n").compactMap { Int($0) }
            #expect(limits.count == 2 && limits[0] == 2000 && (3_500_000..<3_598_000).contains(limits[1]), "\(limits)")
            agent.signal(SIGTERM)
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("A run whose time is used up needs a person while its agent still works")
        func wallTime() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "long",
                sequence: """
                    - {agent: writer, id: one, creates: one.md}
                    - {agent: writer, id: two, creates: two.md}
                    """)
            let orchestrator = try workspace.serve(library: library)
            let agent = try workspace.start(
                ["agent", "--role", "writer", "--id", "writer", "--exec", "sleep 8; echo x"], name: "writer")
            let started = try await workspace.run([
                "start", "long", "--wait", "--timeout", "60", "--budget", "wall_time=1s",
            ])
            #expect(started.code == 3 && started.error.contains("s of time of 1 s"), "\(started)\n\(workspace.logs)")
            #expect(try workspace.query("SELECT status FROM tasks WHERE step = 'one'") == ["running"])
            #expect(try await workspace.run(["resume", "last", "--budget", "wall_time=1h"]).code == 0)
            try await workspace.wait(for: "the run to be completed") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            agent.signal(SIGTERM)
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
