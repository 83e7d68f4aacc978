import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// An agent that can't begin with what it was handed, as a program of `baton agent`.
    @Suite struct HandoffRefusalTests {
        @Test("What the next role misses goes back to who handed over, once; then the run goes on")
        func refusal() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "papers",
                sequence: "- {agent: pm, id: prd, creates: prd.md}\n"
                    + "- {agent: architect, id: architecture, creates: architecture.md, requires: prd.md}\n")
            let orchestrator = try workspace.serve(library: library)
            // The second time the notes say what was missing.
            let author =
                #"input=$(cat); case "$input" in *"how many users"*) echo "For 500 users.";; *) echo "A shop.";; esac"#
            let critic = #"""
                input=$(cat)
                case "$input" in
                *"500 users"*) echo "One server will do." ;;
                *) echo '{"accept": false, "reason": "no basis", "missing": ["how many users there are"]}' ;;
                esac
                """#
            let agents = [
                try workspace.start(["agent", "--role", "pm", "--id", "pat", "--exec", author], name: "pm"),
                try workspace.start(
                    ["agent", "--role", "architect", "--id", "ann", "--exec", critic], name: "architect"),
            ]
            let started = try await workspace.run(
                ["start", "papers", "--wait", "--timeout", "60"], limit: .seconds(90))
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
            let history = try await workspace.run(["history", "last", "--timeout", "30"])
            #expect(
                history.output.contains("architecture: ann refuses the handoff; prd is to add: no basis"),
                "\(history.output)")
            let documents = try await workspace.run(["cat", "last", "prd.md", "--timeout", "30"])
            #expect(documents.output == "For 500 users.\n", "\(documents)")
            #expect(try workspace.query("SELECT outcome FROM attempts") == ["refused"])
            #expect(try workspace.query("SELECT kind, status, answered_by FROM decisions") == ["handoff|answered|ann"])
            for process in agents + [orchestrator] { process.signal(SIGTERM) }
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("After the second refusal the status says what is missing, and how to go on")
        func again() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "papers",
                sequence: "- {agent: pm, id: prd, creates: prd.md}\n"
                    + "- {agent: dev, id: code, creates: code.md, requires: prd.md}\n")
            let orchestrator = try workspace.serve(library: library)
            let refusal = #"echo '{"accept":false,"missing":["users"]}'"#
            let agents = [
                try workspace.start(["agent", "--role", "pm", "--id", "pat", "--exec", "echo A shop."], name: "pm"),
                try workspace.start(["agent", "--role", "dev", "--id", "dan", "--exec", refusal], name: "dev"),
            ]
            let started = try await workspace.run(
                ["start", "papers", "--wait", "--timeout", "60"], limit: .seconds(90))
            #expect(started.code == 3, "\(started.error)\n\(workspace.logs)")
            let run = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let history = try await workspace.run(["history", "last", "--timeout", "30"]).output
            #expect(history.contains("code: dan refuses the handoff; prd is to add: users\n"), "\(history)")
            let status = try await workspace.run(["status", "last", "--timeout", "30"]).output
            #expect(status.contains("dan refuses the handoff again: users\n"), "\(status)")
            #expect(status.contains("  baton retry \(run) code\n"), "\(status)")
            for process in agents + [orchestrator] { process.signal(SIGTERM) }
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
