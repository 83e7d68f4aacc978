import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Steps and activities that a start chooses by name.
    @Suite struct StartChoicesTests {
        private static let sequence = """
            - {agent: analyst, id: brief, creates: brief.md, optional_steps: [brainstorming]}
            - {agent: analyst, id: market-research, creates: market.md, optional: true}
            - {id: inner, workflow: inside}
            """
        private static let inside = """
            - {agent: analyst, id: interviews, creates: interviews.md, optional: true}
            """

        private func refusal(_ workspace: Workspace, _ arguments: String...) async throws -> String {
            let result = try await workspace.run(["start", "papers", "--timeout", "30"] + arguments)
            #expect(result.code == 2 && result.output.isEmpty, "\(result)")
            return result.error
        }

        @Test("A name that no step has is refused with those that can be chosen, whoever asks; nothing is started")
        func unknown() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "papers", sequence: Self.sequence)
            _ = try workspace.library(id: "inside", sequence: Self.inside)
            _ = try workspace.library(id: "plain", sequence: "- {agent: analyst, id: brief, creates: brief.md}")
            let orchestrator = try workspace.serve(library: library)

            let step = try await refusal(workspace, "--optional", "market-research,marketing")
            #expect(step.contains(#"options.optional: there is no step "marketing""#), "\(step)")
            #expect(step.contains("optional steps: market-research, interviews"), "\(step)")
            let activity = try await refusal(workspace, "--optional-steps", "brain")
            #expect(activity.contains(#"no step has an optional activity "brain""#), "\(activity)")
            #expect(activity.contains("optional activities: brainstorming"), "\(activity)")
            let budget = try await refusal(workspace, "--budget", "marketing.tokens=5")
            #expect(budget.contains("options.budget.steps.marketing: the workflow has no such step"), "\(budget)")
            let plain = try await workspace.run(["start", "plain", "--optional", "x", "--timeout", "30"])
            #expect(plain.code == 2 && plain.error.contains("the workflow has no optional steps"), "\(plain)")

            try workspace.publish(
                """
                {"request_id": "1", "type": "start", "workflow": "papers", "options": {"optional": ["marketing"]},
                 "run_id": "0190c5e2-0000-7000-8000-000000000000"}
                """, to: "req/stranger")
            try await workspace.wait(.seconds(20), for: "the answer to be kept") {
                let replies = try workspace.query("SELECT reply FROM inbox WHERE client = 'stranger'")
                return replies.first?.contains(#"there is no step \"marketing\""#) == true
            }
            #expect(try workspace.query("SELECT count(*) FROM runs") == ["0"])

            // In another spelling, of a workflow inside, and with both kinds.
            let started = try await workspace.run([
                "start", "papers", "--optional", "market_research,interviews", "--optional-steps", "brainstorming",
                "--timeout", "30",
            ])
            #expect(started.code == 0, "\(started)")
            withExtendedLifetime(orchestrator) {}
        }

        @Test("An input that a workflow neither declares nor knows is refused; one that declares none takes any")
        func inputs() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "plain", sequence: "- {agent: pm, id: prd, creates: prd.md}")
            let files = [
                "papers": """
                workflow:
                  id: papers
                  inputs: {topic: {type: string}, word_count: {type: integer}}
                  sequence:
                    - {agent: pm, id: prd, creates: prd.md, notes: "For {{audience}}."}
                    - {agent: pm, id: more, creates: more.md, condition: user_wants_more}
                    - {id: inner, workflow: inside}
                """,
                "inside": """
                workflow:
                  id: inside
                  inputs: {colour: {type: string}}
                  sequence:
                    - {agent: pm, id: draft, creates: draft.md}
                """,
            ]
            for (id, text) in files {
                try Data(text.utf8).write(to: library.appending(path: "\(id).yaml"))
            }
            let orchestrator = try workspace.serve(library: library)

            let slip = try await refusal(workspace, "--input", "topci=Tea", "--input", "word-count:=7")
            #expect(slip.contains("inputs.topci: the workflow has no such input; did you mean topic?"), "\(slip)")
            #expect(slip.contains("inputs.word-count: the workflow has no such input; did you mean word_count?"))
            let other = try await refusal(workspace, "--input", "size=3")
            #expect(other.contains("inputs.size: the workflow has no such input; it declares topic, word_count"))

            let all = ["topic=Tea", "audience=all", "user-wants-more:=true", "colour=red", "idea=Sell it"]
            let taken = try await workspace.run(
                ["start", "papers", "--timeout", "30"] + all.flatMap { ["--input", $0] })
            #expect(taken.code == 0, "\(taken)")
            let any = try await workspace.run(["start", "plain", "--input", "size=3", "--timeout", "30"])
            #expect(any.code == 0, "\(any)")
            withExtendedLifetime(orchestrator) {}
        }
    }
}
