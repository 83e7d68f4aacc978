import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Sections that are talked over with a person, over a real broker, answered from the command line.
    @Suite struct ElicitationTests {
        private static let template = """
            template:
              id: prd-template
              name: PRD
              output: {format: markdown, filename: prd.md, title: PRD}
            sections:
              - {id: goals, title: Goals, instruction: What it is for., elicit: true}
              - {id: background, title: Background, instruction: What was before.}
              - {id: users, title: Users, instruction: Who wants it., elicit: true}

            """

        private func library(_ workspace: Workspace) throws -> URL {
            let library = try workspace.library(
                id: "papers",
                sequence: """
                    - {agent: pm, id: prd, creates: prd.md, retry: {max_attempts: 3, initial_ms: 100}}
                    - {agent: architect, id: architecture, creates: architecture.md, requires: prd.md}
                    """)
            let templates = library.appending(path: "templates")
            try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
            try Data(Self.template.utf8).write(to: templates.appending(path: "prd-tmpl.yaml"))
            return library
        }

        private func question(_ workspace: Workspace, _ name: String) async throws -> JSON {
            let deadline = ContinuousClock.now + .seconds(60)
            while true {
                let listed = try await workspace.run(["decisions", "last", "--json", "--timeout", "30"])
                let asked = try listed.output.split(separator: "\n").map { try JSON.parse(String($0)) }
                if let found = asked.first, asked.count == 1, found["name"]?.string == name { return found }
                guard ContinuousClock.now < deadline else {
                    throw Workspace.QueryFailure(description: "\(asked), not \(name)\n\(workspace.logs)")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }

        private func decide(_ workspace: Workspace, _ words: String...) async throws {
            let result = try await workspace.run(["decide", "last"] + words + ["--timeout", "30"])
            #expect(result.code == 0, "\(words): \(result)")
        }

        private func versions(_ workspace: Workspace) throws -> [String] {
            try workspace.query("SELECT name || ' ' || version FROM artifacts ORDER BY ordinal")
        }

        private func document(_ workspace: Workspace, version: Int) async throws -> String {
            try await workspace.run(["cat", "last", "prd.md", "--version", "\(version)"]).output
        }

        @Test("Each marked section is shown; feedback changes that one alone, and asks again; then the run goes on")
        func talkedOver() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve(library: try library(workspace))
            let agents = try workspace.agents(for: ["pm", "architect"])
            let start = try await workspace.run(["start", "papers", "--interactive"])
            #expect(start.code == 0, "\(start)")
            let goals = try await question(workspace, "elicit_prd_goals")
            #expect(goals["kind"] == "elicitation" && goals["options"] == ["proceed", "feedback"])
            #expect(goals["approval"]?["section"]?["draft"]?.string?.hasPrefix("## Goals") == true)
            let shown = try await workspace.run(["decisions", "last"])
            #expect(shown.output.contains("| ## Goals") && shown.output.contains("elicit_prd_goals=proceed"))
            let empty = try await workspace.run(["decide", "last", "elicit_prd_goals=feedback"])
            #expect(empty.code == 2 && empty.error.contains("needs a comment"), "\(empty)")

            try await decide(workspace, "elicit_prd_goals=feedback", "--comment", "say for whom")
            try await workspace.wait(for: "the second version") {
                try versions(workspace) == ["prd.md 1", "prd.md 2"]
            }
            let (first, second) = (
                try await document(workspace, version: 1), try await document(workspace, version: 2)
            )
            #expect(second.contains("> say for whom") && !first.contains("say for whom"))
            func tail(_ text: String) -> Substring? { text.range(of: "## Background").map { text[$0.lowerBound...] } }
            #expect(tail(first) != nil && tail(first) == tail(second))
            let again = try await question(workspace, "elicit_prd_goals")
            #expect(again["decision"] != goals["decision"])
            #expect(again["approval"]?["section"]?["draft"]?.string?.contains("say for whom") == true)
            try await decide(workspace, "elicit_prd_goals=proceed")
            _ = try await question(workspace, "elicit_prd_users")
            #expect(try workspace.query("SELECT count(*) FROM tasks WHERE step = 'architecture'") == ["0"])
            try await decide(workspace, "elicit_prd_users=proceed")
            try await workspace.wait(for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            #expect(try versions(workspace) == ["prd.md 1", "prd.md 2", "architecture.md 1"])
            withExtendedLifetime(agents) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("Who changes more than the section is told so, and tries again; a kill in between changes nothing")
        func onlyTheSection() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let library = try library(workspace)
            let orchestrator = try workspace.serve(library: library)
            // Rewrites everything at the first attempt to amend, and the section alone once it is told.
            let program = """
                input=$(cat)
                case "$input" in
                *"leave this one as it was"*) goals=Bread; back=Old ;;
                *'"amendment"'*) goals=Bread; back=New ;;
                *) goals=Cakes; back=Old ;;
                esac
                printf '# PRD\\n\\n## Goals\\n\\n%s\\n\\n## Background\\n\\n%s\\n\\n## Users\\n\\nAll\\n' $goals $back
                """
            let agents = [
                try workspace.start(["agent", "--role", "pm", "--id", "pm", "--exec", program], name: "pm"),
                try workspace.start(
                    ["agent", "--role", "architect", "--id", "architect", "--exec", "echo '# A'"], name: "architect"),
            ]
            #expect(try await workspace.run(["start", "papers", "--interactive"]).code == 0)
            _ = try await question(workspace, "elicit_prd_goals")
            orchestrator.signal(SIGKILL)
            orchestrator.waitUntilExit()
            let second = try workspace.serve(library: library, name: "second")
            try await decide(workspace, "elicit_prd_goals=feedback", "--comment", "bread, not cakes")
            try await workspace.wait(for: "the second version") { try versions(workspace).count == 2 }
            let attempts = try workspace.query("SELECT outcome, message FROM attempts")
            #expect(attempts.count == 1 && attempts[0].hasPrefix("rejected|prd.md: background: only the section goals"))
            let text = try await document(workspace, version: 2)
            #expect(text.contains("Bread") && text.contains("Old"))
            _ = try await question(workspace, "elicit_prd_goals")
            try await decide(workspace, "elicit_prd_goals=proceed")
            _ = try await question(workspace, "elicit_prd_users")
            try await decide(workspace, "elicit_prd_users=proceed")
            try await workspace.wait(for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            withExtendedLifetime(agents) {}
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("Without being asked for, nobody is asked")
        func yolo() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve(library: try library(workspace))
            let agents = try workspace.agents(for: ["pm", "architect"])
            let start = try await workspace.run(["start", "papers", "--wait"])
            #expect(start.code == 0, "\(start)")
            #expect(try workspace.query("SELECT count(*) FROM decisions") == ["0"])
            withExtendedLifetime(agents) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }
    }
}
