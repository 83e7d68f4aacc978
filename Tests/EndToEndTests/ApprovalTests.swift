import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Documents that people approve, over a real broker, with stand-ins for authors, answered from the command line.
    @Suite struct ApprovalTests {
        private static let sequence = """
            - {agent: analyst, id: brief, creates: brief.md, phase: discovery}
            - agent: pm
              id: prd
              creates: prd.md
              requires: brief.md
              approve: {by: [ann, bob], four_eyes: true}
            - {agent: architect, id: architecture, creates: architecture.md, requires: prd.md}
            """

        private struct Scene {
            let workspace: Workspace
            let library: URL
            let agents: [GuardedProcess]

            init(_ sequence: String = ApprovalTests.sequence) throws {
                workspace = try Workspace(persistentBroker: true)
                library = try workspace.library(id: "papers", sequence: sequence)
                agents = try workspace.agents(for: ["analyst", "pm", "architect"])
            }

            func baton(_ words: String...) async throws -> (code: Int32, output: String, error: String) {
                try await workspace.run(words + ["--timeout", "30"])
            }

            /// Waits until this is asked, and nothing else.
            func wait(for question: String) async throws {
                let deadline = ContinuousClock.now + .seconds(60)
                while true {
                    let listed = try await workspace.run(["decisions", "last", "--json", "--timeout", "30"])
                    let asked = try listed.output.split(separator: "\n").map { try JSON.parse(String($0)) }
                    if asked.map({ $0["question"]?.string }) == [question] { return }
                    guard ContinuousClock.now < deadline else {
                        throw Workspace.QueryFailure(description: "\(asked), not \(question)\n\(workspace.logs)")
                    }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }

            func versions() throws -> [String] {
                try workspace.query("SELECT name || ' ' || version || ' ' || role FROM artifacts ORDER BY ordinal")
            }
        }

        @Test("A phase is approved, a document amended twice and approved by somebody else, and the next phase begins")
        func path() async throws {
            let scene = try Scene()
            let first = try scene.workspace.serve(library: scene.library)
            let started = try await scene.baton("start", "papers", "--checkpoints", "phases")
            try #require(started.code == 0, "\(started)")
            try await scene.wait(for: "Go on from discovery to plan? It made brief.md (version 1).")
            let status = try await scene.baton("status", "last")
            #expect(status.output.contains("--decision phase_discovery"), "\(status)")
            let said = try await scene.baton("approve", "last", "--client", "carl")
            #expect(said.output == "phase_discovery: approved; the run goes on\n", "\(said)")

            // In words; the orchestrator is killed while the question is open, and while it is being amended.
            try await scene.wait(for: "Approve prd.md (version 1)?")
            first.signal(SIGKILL)
            first.waitUntilExit()
            let second = try scene.workspace.serve(library: scene.library, name: "second")
            let amend = ["amend", "last", "--client", "ann", "--comment", "Say who it is for", "--request-id", "a-1"]
            let sent = try await scene.workspace.run(amend + ["--timeout", "30"])
            #expect(sent.output == "approve_prd: sent back to its author; you will be asked again\n", "\(sent)")
            second.signal(SIGKILL)
            second.waitUntilExit()
            let third = try scene.workspace.serve(library: scene.library, name: "third")
            try await scene.wait(for: "Approve prd.md (version 2)?")
            let amended = try await scene.baton("cat", "last", "prd.md")
            #expect(amended.output.contains("ann wants it amended"), "\(amended)")

            // With a document of one's own.
            let file = scene.workspace.directory.appending(path: "edited.md")
            try Data("# As ann wants it\n".utf8).write(to: file)
            let edited = try await scene.baton("amend", "last", "--client", "ann", "--file", file.path)
            #expect(edited.code == 0, "\(edited)")
            try await scene.wait(for: "Approve prd.md (version 4)?")
            #expect(
                try scene.versions() == [
                    "brief.md 1 analyst", "prd.md 1 pm", "prd.md 2 pm", "prd.md 3 user", "prd.md 4 pm",
                ])

            // Neither who wrote on it, nor who is not named, may approve it.
            let own = try await scene.baton("approve", "last", "--client", "ann")
            #expect(own.code == 1 && own.error.contains("somebody else has to approve it"), "\(own)")
            let stranger = try await scene.baton("approve", "last", "--client", "carl")
            #expect(stranger.code == 1 && stranger.error.contains("ann, bob may"), "\(stranger)")
            let good = try await scene.baton("approve", "last", "--client", "bob", "--comment", "Good now")
            #expect(good.output == "approve_prd: approved; the run goes on\n", "\(good)")

            try await scene.wait(for: "Go on from plan to design? It made prd.md (version 4).")
            let late = try await scene.baton("approve", "last", "--client", "bob", "--decision", "approve_prd")
            #expect(late.output == "approve_prd was answered already: approve; nothing has changed\n", "\(late)")
            #expect(try await scene.baton("approve", "last", "--decision", "phase_plan").code == 0)
            try await scene.workspace.wait(for: "the end") {
                try scene.workspace.query("SELECT status FROM runs") == ["completed"]
            }

            // Who said what is in the history and in the lineage.
            let lineage = try await scene.baton("lineage", "last", "prd.md")
            for line in [
                "approved by bob at ", ": Good now", "prd.md 3  user in prd by ann", "sent back by ann at ",
                ": Say who it is for",
            ] { #expect(lineage.output.contains(line), "\(line) in \(lineage)") }
            let history = try await scene.baton("history", "last")
            #expect(history.output.contains("bob answers approve_prd: approve (Good now)"), "\(history)")
            third.signal(SIGTERM)
            #expect(third.waitUntilExit() == 0)
            try RunChecks(workspace: scene.workspace).hold()
            withExtendedLifetime(scene.agents) {}
        }

        @Test("Two have to approve; who rejects ends the run with the reason, and a retry asks again")
        func quorum() async throws {
            let scene = try Scene("- {agent: pm, id: prd, creates: prd.md, approve: {quorum: 2}}")
            let orchestrator = try scene.workspace.serve(library: scene.library)
            #expect(try await scene.baton("start", "papers").code == 0)
            try await scene.wait(for: "Approve prd.md (version 1)?")
            let waiting = try await scene.baton("list", "--waiting", "--json")
            #expect(try JSON.parse(waiting.output)["questions"] == 1, "\(waiting)")
            let listed = try await scene.baton("list")
            #expect(listed.output.contains(/STATUS +ASKS/) && listed.output.contains(/running +1 +0 %/), "\(listed)")
            for _ in 1...2 {
                let one = try await scene.baton("approve", "last", "--client", "ann")
                #expect(one.code == 0 && one.output.contains("1 more must approve"), "\(one)")
            }
            let asked = try await scene.baton("decisions").output.split(whereSeparator: \.isWhitespace)
            let words = asked.joined(separator: " ")
            #expect(words.contains(/for 0:\d\d, since \d{4}-[^ ]*; whoever the broker lets send requests may answer;/))
            #expect(words.contains("; 1 of 2 are missing, approved by ann"), "\(words)")
            let no = try await scene.baton("reject", "last", "--client", "bob", "--comment", "No market")
            #expect(no.output == "approve_prd: rejected; the run has ended\n", "\(no)")
            let none = try await scene.baton("list", "--waiting")
            #expect(none.code == 0 && none.error == "no runs wait for a person\n", "\(none)")
            let status = try await scene.baton("status", "last")
            #expect(status.output.contains("approve_prd was rejected by bob: No market"), "\(status)")
            #expect(status.output.contains("  0 %  0 of 1 steps"), "\(status)")
            let nothing = try await scene.baton("amend", "last", "--comment", "x")
            #expect(nothing.code == 5, "\(nothing)")
            #expect(try await scene.baton("retry", "last").code == 0)
            try await scene.wait(for: "Approve prd.md (version 1)?")
            #expect(try await scene.baton("approve", "last", "--client", "ann").code == 0)
            // The reply may be lost on its way: the same request again has the same.
            let last = ["approve", "last", "--client", "bob", "--request-id", "b-2", "--timeout", "30"]
            let replies = [try await scene.workspace.run(last), try await scene.workspace.run(last)]
            #expect(replies.map(\.code) == [0, 0] && replies[0].output == replies[1].output, "\(replies)")
            try await scene.workspace.wait(for: "the end") {
                try scene.workspace.query("SELECT status FROM runs") == ["completed"]
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: scene.workspace).hold()
            withExtendedLifetime(scene.agents) {}
        }

        @Test("Nobody answers in time: the run does what its step says, also after a restart")
        func timeout() async throws {
            let scene = try Scene(
                "- {agent: pm, id: prd, creates: prd.md, approve: {timeout: PT3S, on_timeout: approve}}")
            let first = try scene.workspace.serve(library: scene.library)
            #expect(try await scene.baton("start", "papers").code == 0)
            try await scene.wait(for: "Approve prd.md (version 1)?")
            let asked = try await scene.baton("decisions")
            #expect(asked.output.contains(/due in 0:0\d, at .*; then it\s+counts as approved/), "\(asked)")
            first.signal(SIGKILL)
            first.waitUntilExit()
            let second = try scene.workspace.serve(library: scene.library, name: "second")
            try await scene.workspace.wait(for: "the end") {
                try scene.workspace.query("SELECT status FROM runs") == ["completed"]
            }
            #expect(try scene.workspace.query("SELECT answered_by FROM decisions") == ["on_timeout"])
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            withExtendedLifetime(scene.agents) {}
        }
    }
}
