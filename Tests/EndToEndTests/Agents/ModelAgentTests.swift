import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `baton agent --openai`, as a process, against an endpoint over HTTP.
    @Suite struct ModelAgentTests {
        private static let key = "sk-verysecret-0123456789"

        private func agent(
            _ workspace: Workspace, _ server: ChatServer, _ extra: [String] = [], environment: [String: String] = [:]
        ) throws -> GuardedProcess {
            try workspace.start(
                [
                    "agent", "--role", "writer,reviewer", "--id", "model", "--openai", server.url, "--model", "tiny",
                    "--log-level", "trace",
                ] + extra, name: "model", environment: environment)
        }

        private func end(_ workspace: Workspace, _ agent: GuardedProcess, _ orchestrator: GuardedProcess) throws {
            agent.signal(SIGTERM)
            orchestrator.signal(SIGTERM)
            #expect(agent.waitUntilExit() == 0)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("A model writes documents and reviews one; what it took is summed; its key is nowhere to be read")
        func run() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "tale",
                sequence: """
                    - {agent: writer, id: draft, creates: [draft.md, notes.md], notes: Write about tea.}
                    - {agent: reviewer, id: review, validates: draft.md, requires: draft.md}
                    """)
            let server = try ChatServer(
                .status(429, headers: ["Retry-After": "1"], body: #"{"error":{"message":"slow down"}}"#),
                .answer(
                    """
                    <document name="draft.md">
                    # Tea

                    It is hot.
                    </document>
                    <document name="notes.md">
                    None.
                    </document>
                    <summary>
                    Wrote about tea.
                    </summary>
                    """, inputTokens: 900, outputTokens: 100),
                .answer("<verdict>\n{\"passed\": true}\n</verdict>", inputTokens: 400, outputTokens: 20))
            let orchestrator = try workspace.serve(library: library)
            let agent = try agent(
                workspace, server, ["--price", "1,10"], environment: ["OPENAI_API_KEY": Self.key])
            let started = try await workspace.run(["start", "tale", "--wait", "--timeout", "60"])
            #expect(started.code == 0, "\(started)\n\(workspace.logs)")
            #expect(server.requests.count == 3)
            #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer \(Self.key)" })
            #expect(server.requests[1].turns[1].contains("Write about tea."))
            #expect(server.requests[2].turns[1].contains("<given document=\"draft.md\">\n# Tea\n\nIt is hot."))

            let status = try JSON.parse(try await workspace.run(["status", "last", "--json"]).output)
            #expect(status["usage"]?["tokens"] == 1420 && status["usage"]?["cost"] == 0.0025)
            #expect(status["usage"]?["seconds"]?.double ?? 0 >= 1)
            #expect(status["steps"]?.array?.first?["usage"]?["input_tokens"] == 900)
            let text = try await workspace.run(["status", "last"]).output
            #expect(text.contains("used: 1420 tokens, 0.0025 cost"), "\(text)")

            try end(workspace, agent, orchestrator)
            for log in ["model", "serve"] { #expect(!workspace.text(ofLog: log).contains(Self.key)) }
            #expect(workspace.text(ofLog: "model").contains("429: slow down; again in 1 s"))
            #expect(try !Data(contentsOf: URL(filePath: workspace.database)).contains(Self.key))
        }

        @Test("A model fills its own section of a document that another step made")
        func contribution() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "tale",
                sequence: """
                    - {agent: writer, id: draft, creates: story.md}
                    - {agent: reviewer, id: review, requires: story.md, creates: report.md}
                    """)
            let templates = library.appending(path: "templates")
            try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
            try """
            template: {id: story, name: Story, output: {filename: docs/story.md}}
            sections:
              - {id: plan, title: Plan}
              - {id: findings, title: Findings, owner: reviewer-agent}

            """.write(to: templates.appending(path: "story-tmpl.yaml"), atomically: true, encoding: .utf8)
            let server = try ChatServer(
                .answer("<document name=\"story.md\">\n# Story\n\n## Plan\n\nBuild it.\n\n## Findings\n</document>"),
                .answer(
                    "<document name=\"report.md\">\nGood.\n</document>\n"
                        + "<section document=\"story.md\" id=\"findings\">\nNone.\n</section>"))
            let orchestrator = try workspace.serve(library: library)
            let agent = try agent(workspace, server)
            let started = try await workspace.run(["start", "tale", "--wait", "--timeout", "60"])
            #expect(started.code == 0, "\(started)\n\(workspace.logs)")
            #expect(server.requests.count == 2)
            #expect(server.requests.last?.turns[1].contains("Fill your own sections of story.md") == true)
            let story = try await workspace.run(["cat", "last", "story.md"]).output
            #expect(story == "# Story\n\n## Plan\n\nBuild it.\n\n## Findings\n\nNone.\n", "\(story)")
            let lineage = try await workspace.run(["lineage", "last"]).output
            #expect(lineage.contains("story.md 2  reviewer in review  its own sections"), "\(lineage)")
            try end(workspace, agent, orchestrator)
        }

        @Test("A rejected result goes back to the model with the reasons")
        func rejected() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "fact",
                sequence: """
                    - agent: writer
                      id: draft
                      creates: draft.md
                      reports: [{name: size, type: enum, question: How large?, options: [small, large]}]
                      retry: {max_attempts: 3, backoff: {initial: PT1S}}
                    """)
            func answer(_ size: String) -> ChatServer.Behaviour {
                .answer("<document name=\"draft.md\">\nD\n</document>\n<facts>\n{\"size\": \"\(size)\"}\n</facts>")
            }
            let server = try ChatServer(answer("huge"), answer("small"))
            let orchestrator = try workspace.serve(library: library)
            let agent = try agent(workspace, server)
            let started = try await workspace.run(["start", "fact", "--wait", "--timeout", "60"])
            #expect(started.code == 0, "\(started)\n\(workspace.logs)")
            let turns = try #require(server.requests.last).turns
            #expect(turns.count == 4 && turns[2].contains("huge"), "\(turns)")
            #expect(turns.last?.contains("facts.size must be one of small, large") == true)
            // The attempt that was rejected was paid for as well.
            let status = try JSON.parse(try await workspace.run(["status", "last", "--json"]).output)
            #expect(status["usage"]?["tokens"] == 220)
            try end(workspace, agent, orchestrator)
        }

        @Test("Beats go on while a model thinks for longer than a lease; a cancelled run ends the request")
        func slowAndCancelled() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "slow",
                sequence: """
                    - {agent: writer, id: draft, creates: draft.md, heartbeat: PT1S}
                    - {agent: writer, id: more, creates: more.md, requires: draft.md}
                    """)
            let server = try ChatServer(.late("# At last", after: .seconds(4)), .silence)
            let orchestrator = try workspace.serve(library: library)
            let agent = try agent(workspace, server)
            _ = try await workspace.run(["start", "slow"])
            try await workspace.wait(for: "the second step") { server.requests.count == 2 }
            #expect(try workspace.query("SELECT count(*) FROM attempts") == ["0"])
            #expect(try await workspace.run(["cancel", "last"]).code == 0)
            try await workspace.wait(for: "the request to end") { server.abandoned == 1 }
            try end(workspace, agent, orchestrator)
        }

        @Test("What says nothing about who works, or too much, is refused")
        func usage() async throws {
            let workspace = try Workspace()
            for (arguments, reason) in [
                ([], "say what does the work"),
                (["--exec", "true", "--openai", "http://h/v1", "--model", "m"], "a program or a model"),
                (["--openai", "http://h/v1"], "--openai needs --model"),
                (["--openai", "http://u:p@h/v1", "--model", "m"], "holds a password"),
                (["--exec", "true", "--env", "1X"], "cannot be the name of a variable"),
                (["--exec", "true", "--progress-fd", "2"], "--progress-fd must be from 3 to 255"),
                (["--workdir", "x", "--openai", "http://h/v1", "--model", "m"], "belong to --exec"),
            ] as [([String], String)] {
                let result = try await workspace.run(["agent", "--role", "writer"] + arguments)
                #expect(result.code == 2 && result.error.contains(reason), "\(arguments): \(result)")
            }
        }
    }
}

extension Data {
    fileprivate func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}
