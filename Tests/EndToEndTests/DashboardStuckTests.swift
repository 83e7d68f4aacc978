import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What a run that is stuck says on its page, each reason as a person meets it.
    @Suite struct DashboardStuckTests {
        /// What holds the run up, as the page has it, once it says `words`.
        private func why(_ scene: DashboardScene, _ run: String, says words: String) async throws -> String {
            var last = ""
            do {
                return try await DashboardScene.wait(scene.workspace) {
                    let page = try scene.get("/runs/\(run)").body
                    guard let start = page.firstRange(of: "<section id=\"why\"") else { return nil }
                    let rest = page[start.lowerBound...]
                    last = String(rest[..<(rest.firstRange(of: "</section>")?.upperBound ?? rest.endIndex)])
                    return last.contains(words) ? last : nil
                }
            } catch { throw Workspace.QueryFailure(description: "not “\(words)” but \(last)\n\(error)") }
        }

        @Test("No agent for a role: which, how many tasks wait, and since when")
        func noAgent() async throws {
            let scene = try await DashboardScene(sequence: "- {agent: nobody, id: a, creates: a.md}", agents: [])
            let told = try await why(scene, try await scene.start(), says: "no agent for nobody")
            #expect(told.contains(/no agent for nobody: 1 task waits, for \d+:\d\d/), "\(told)")
            #expect(told.contains("--role nobody"))
        }

        @Test("A question: since when it is open, and who may answer it")
        func unanswered() async throws {
            let scene = try await DashboardScene()
            let told = try await why(scene, try await scene.start(), says: "not answered")
            let asked = try scene.workspace.query("SELECT name FROM decisions")
            #expect(asked == ["user_wants_a_logo"])
            #expect(
                told.contains(/not answered: user_wants_a_logo  for \d+:\d\d, since \d{4}-\d\d-\d\dT/), "\(told)")
            #expect(told.contains("whoever the broker lets send requests may answer"))
        }

        @Test("A document to approve: whose answer it waits for, and how many are missing")
        func approval() async throws {
            let scene = try await DashboardScene(
                sequence: "- {agent: writer, id: a, creates: a.md, approve: {by: [ann, po], quorum: 2}}")
            let told = try await why(scene, try await scene.start(), says: "not answered")
            #expect(told.contains("ann or po may answer, by name or role; 2 of 2 are missing"), "\(told)")
        }

        @Test("Attempts that are used up: each of them, and the last error")
        func usedUp() async throws {
            let scene = try await DashboardScene(
                sequence: "- {agent: maker, id: a, creates: a.md, retry: {max_attempts: 2, backoff: {initial: PT1S}}}",
                agents: [])
            let maker = try scene.workspace.start(
                ["agent", "--role", "maker", "--id", "broken-1", "--exec", "echo no space left >&2; exit 7"],
                name: "maker")
            defer { withExtendedLifetime(maker) {} }
            let told = try await why(scene, try await scene.start(), says: "given up")
            #expect(told.contains("a: given up after 2 attempts; the last error:"), "\(told)")
            #expect(told.contains(/attempt 1  broken-1  failed/) && told.contains(/attempt 2  broken-1  failed/))
            let head = try #require(told.firstMatch(of: /the last error: ([^<]+)</)).1
            #expect(head.contains("no space left") || head.contains("7"), "\(head)")
        }

        @Test("A bound: how often it was looked at, and what the last verdict found")
        func bound() async throws {
            let scene = try await DashboardScene(
                sequence: """
                    - {agent: pm, id: prd, creates: prd.md}
                    - {agent: po, id: look, validates: all_artifacts, max_rounds: 1}
                    - {agent: various, updates: any_flagged_documents, condition: po_issues}
                    """, agents: [])
            let agent = try BareAgent(scene.workspace, id: "both", roles: ["pm", "po"], slots: 2) { command in
                guard command.step == "look" else { return .init() }
                return .init(verdict: ["passed": false, "flagged": [["artifact": "prd.md", "reason": "no <goals>"]]])
            }
            defer { withExtendedLifetime(agent) {} }
            let told = try await why(scene, try await scene.start(), says: "the last verdict:")
            #expect(told.contains("at its bound: ") && told.contains("prd.md: no &lt;goals&gt;"), "\(told)")
            #expect(told.contains("may answer"))
        }

        @Test("A budget that is used up: which limit, what was used, and how to go on")
        func budget() async throws {
            let scene = try await DashboardScene(sequence: "- {agent: nobody, id: a, creates: a.md}", agents: [])
            let run = try await scene.start("--budget", "wall_time=1s")
            let told = try await why(scene, run, says: "its budget is used up")
            #expect(told.contains(/used: .* of 1 s of time/), "\(told)")
            #expect(told.contains("baton resume \(run) --budget"))
            let page = try scene.get("/runs/\(run)").body
            #expect(page.contains("data-status=\"attention\""))
        }
    }
}
