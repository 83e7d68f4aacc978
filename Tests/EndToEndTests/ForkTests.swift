import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Runs that begin with what another run had done, over a real broker.
    @Suite struct ForkTests {
        private static let sequence = """
            - {agent: analyst, id: brief, creates: brief.md}
            - agent: pm
              id: prd
              creates: prd.md
              requires: brief.md
            - {agent: ux, id: spec, creates: spec.md, requires: prd.md, condition: user_wants_a_page}
            - {agent: architect, id: architecture, creates: architecture.md, requires: prd.md}
            """

        private func rows(_ workspace: Workspace, of run: String) throws -> [String] {
            try workspace.query(
                """
                SELECT step || ' ' || tasks.status FROM tasks JOIN runs ON runs.number = tasks.run
                WHERE runs.id = '\(run)' ORDER BY tasks.ordinal
                """)
        }

        private func documents(_ workspace: Workspace, of run: String) throws -> [String] {
            try workspace.query(
                """
                SELECT name || ' ' || hex(sha256) FROM artifacts JOIN runs ON runs.number = artifacts.run
                WHERE runs.id = '\(run)' ORDER BY artifacts.ordinal
                """)
        }

        private func waitForEnd(_ workspace: Workspace, of run: String) async throws {
            try await workspace.wait(for: "the end of \(run)") {
                try workspace.query("SELECT status FROM runs WHERE id = '\(run)'") == ["completed"]
            }
        }

        @Test("The other branch is taken with what was made before; the fork lives on when its source is forgotten")
        func otherBranch() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let library = try workspace.library(id: "papers", sequence: Self.sequence)
            let orchestrator = try workspace.serve(library: library)
            let agents = try workspace.agents(for: ["analyst", "pm", "ux", "architect"])
            let first = try await workspace.run(["start", "papers", "--fact", "user_wants_a_page=false"])
            let source = first.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try await waitForEnd(workspace, of: source)
            #expect(try rows(workspace, of: source).contains("spec skipped"))

            let forked = try await workspace.run([
                "fork", source, "--from", "spec", "--fact", "user_wants_a_page=true", "--request-id", "once",
            ])
            #expect(forked.code == 0, "\(forked)")
            let fork = forked.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try await waitForEnd(workspace, of: fork)
            #expect(
                try rows(workspace, of: fork).filter { !$0.hasPrefix("papers") } == [
                    "brief completed", "prd completed", "spec completed", "architecture completed",
                ])
            #expect(try documents(workspace, of: fork).prefix(2) == documents(workspace, of: source).prefix(2))
            let done = workspace.text(ofLog: "agent-analyst").components(separatedBy: "accepted").count
            let again = try await workspace.run([
                "fork", source, "--from", "spec", "--fact", "user_wants_a_page=true", "--request-id", "once",
            ])
            #expect(again.output == forked.output, "the same request again starts no second run")
            let history = try await workspace.run(["history", fork])
            #expect(history.output.contains("all before this is from \(source), up to spec"))

            // Nothing of it was done again.
            #expect(workspace.text(ofLog: "agent-analyst").components(separatedBy: "accepted").count == done)
            #expect(
                try workspace.query(
                    """
                    SELECT count(*) FROM events JOIN runs ON runs.number = events.run
                    WHERE runs.id = '\(fork)' AND kind = 'completed'
                    """) == ["4"])
            #expect(try await workspace.run(["forget", source]).code == 0)
            let text = try await workspace.run(["cat", fork, "brief.md"])
            #expect(text.code == 0 && text.output.contains("# "), "\(text)")
            #expect(try await workspace.run(["export", fork, "--to", "papers"]).code == 0)
            #expect(try await workspace.run(["verify", "papers"]).code == 0)
            withExtendedLifetime(agents) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
            #expect(try await workspace.run(["archive", fork, "--out", "fork.baton"]).code == 0)
            #expect(try await workspace.run(["replay", "fork.baton"]).code == 0)
        }

        @Test(
            "A run that is going on is forked where it is: its open work is given out to others, and so is the fork's")
        func goingOn() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let library = try workspace.library(
                id: "papers",
                sequence: """
                    - {agent: analyst, id: brief, creates: brief.md}
                    - parallel:
                        - {agent: slow, id: slow-one, creates: slow.md}
                        - for_each:
                            in: facts.parts
                            as: part
                            steps:
                              - {agent: pm, id: prd, creates: prd.md}
                              - {agent: pm, id: extra, creates: extra.md}
                    - {agent: pm, id: last, creates: last.md}
                    """)
            let orchestrator = try workspace.serve(library: library)
            let agents = try workspace.agents(for: ["analyst", "pm"])
            let hold = workspace.directory.appending(path: "hold")
            try Data().write(to: hold)
            let slow = try workspace.start(
                [
                    "agent", "--role", "slow", "--id", "slow", "--slots", "2", "--exec",
                    "while [ -e '\(hold.path)' ]; do sleep 0.1; done; echo '# Slow'",
                ], name: "slow")
            let first = try await workspace.run(["start", "papers", "--fact", "parts:=[1]"])
            let source = first.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try await workspace.wait(for: "the slow task and the PRD") {
                try rows(workspace, of: source).contains("slow-one running")
                    && rows(workspace, of: source).contains("extra completed")
            }
            let early = try await workspace.run(["fork", source, "--from", "last"])
            #expect(early.code == 1 && early.error.contains("has not reached the step last"), "\(early)")
            let unknown = try await workspace.run(["fork", source, "--from", "nonsense"])
            #expect(unknown.code == 5 || unknown.code == 1, "\(unknown)")
            let forked = try await workspace.run(["fork", source, "--from", "extra", "--item", "part-1"])
            #expect(forked.code == 0, "\(forked)")
            let fork = forked.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try await workspace.wait(for: "both slow tasks") {
                try rows(workspace, of: fork).contains("slow-one running")
            }
            orchestrator.signal(SIGKILL)
            orchestrator.waitUntilExit()
            try FileManager.default.removeItem(at: hold)
            let second = try workspace.serve(library: library, name: "second")
            try await waitForEnd(workspace, of: source)
            try await waitForEnd(workspace, of: fork)
            let slowOnes = try workspace.query(
                "SELECT count(*) FROM events WHERE kind = 'dispatched' AND json_extract(input, '$.agent') = 'slow'")
            #expect(slowOnes == ["3"], "the source's, its copy, and the fork's own")
            withExtendedLifetime((agents, slow)) {}
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
