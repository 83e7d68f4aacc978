import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Sections of a document that roles write in it without having been asked for the document.
    @Suite struct ContributionTests {
        private static let workflow = """
            workflow:
              id: tale
              sequence:
                - {agent: sm, creates: story.md}
                - {agent: dev, requires: story.md, creates: code.md}
                - {agent: qa, requires: [story.md, code.md], creates: report.md}

            """

        private static let template = """
            template: {id: story, name: Story, output: {filename: docs/story.md}}
            sections:
              - {id: plan, title: Plan, owner: scrum-master}
              - {id: notes, title: Notes}
              - {id: record, title: Record, owner: dev-agent}
              - {id: qa-results, title: QA Results, owner: qa-agent}

            """

        private func reasons(_ agent: BareAgent) -> [String] {
            (agent.answersToUs.last?["reasons"]?.array ?? []).compactMap(\.string)
        }

        @Test("The command says which sections may be written, others are refused by name, and the lineage has them")
        func contributions() async throws {
            let workspace = try Workspace()
            let library = workspace.directory.appending(path: "library")
            let templates = library.appending(path: "templates")
            try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
            try Self.workflow.write(to: library.appending(path: "tale.yaml"), atomically: true, encoding: .utf8)
            try Self.template.write(to: templates.appending(path: "story-tmpl.yaml"), atomically: true, encoding: .utf8)
            let orchestrator = try workspace.serve(library: library)
            let agent = try BareAgent(workspace, id: "all", roles: ["sm", "dev", "qa"], answers: false)
            #expect(try await workspace.run(["start", "tale", "--timeout", "30"]).code == 0)
            func next(_ count: Int) async throws -> BareAgent.Command {
                try await workspace.wait(for: "command \(count)") { agent.received.count == count }
                return agent.received[count - 1]
            }
            let code: JSON = ["name": "code.md", "content": "print(1)"]

            let first = try await next(1)
            #expect(first.json["contributes"] == nil)
            agent.answer(
                first,
                artifacts: [["name": "story.md", "sections": ["plan": "Build it.", "notes": "Mind the gap."]]])
            let second = try await next(2)
            let contribution = second.json["contributes"]?.array?.first
            #expect(contribution?["name"] == "story.md" && contribution?["sections"] == ["record"])
            #expect(contribution?["template"]?["outline"]?.array?.count == 4)

            let both: JSON = ["qa-results": "Mine.", "record": "Built."]
            agent.answer(second, artifacts: [code, ["name": "story.md", "sections": both]])
            let third = try await next(3)
            #expect(reasons(agent).contains { $0.contains("the section “QA Results” belongs to qa; dev may not") })
            let story = try #require(third.json["requires"]?.array?.first?["content"]?.string)
            let changed = JSON.string(story.replacing("Mind the gap.", with: "Never mind."))
            agent.answer(third, artifacts: [code, ["name": "story.md", "content": changed]])
            let fourth = try await next(4)
            #expect(
                reasons(agent).contains {
                    $0.hasPrefix("story.md: notes: the section “Notes” belongs to who makes the document; dev may not")
                }, "\(reasons(agent))")
            #expect(try workspace.query("SELECT count(*) FROM artifacts") == ["1"])
            agent.answer(fourth, artifacts: [code, ["name": "story.md", "sections": ["record": "Built."]]])

            let fifth = try await next(5)
            #expect(fifth.json["contributes"]?.array?.first?["sections"] == ["qa-results"])
            let newest = try #require(
                fifth.json["requires"]?.array?.first { $0["name"] == "story.md" }?["content"]?.string)
            #expect(newest.contains("## Record\n\nBuilt."))
            let judged = JSON.string(newest.replacing("## QA Results\n", with: "## QA Results\n\nGood.\n"))
            agent.answer(
                fifth,
                artifacts: [
                    ["name": "report.md", "content": "Good."], ["name": "story.md", "content": judged],
                ])
            try await workspace.wait(for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            let result = try await workspace.run(["cat", "last", "story.md"]).output
            for line in ["Build it.", "Mind the gap.", "## Record\n\nBuilt.", "## QA Results\n\nGood."] {
                #expect(result.contains(line), "\(result)")
            }
            let lineage = try await workspace.run(["lineage", "last"]).output
            #expect(
                lineage == """
                    story.md 1  sm in sm-story  replaced
                    code.md 1  dev in dev-code
                      from story.md 1
                    story.md 2  dev in dev-code  its own sections  replaced
                      from story.md 1
                    report.md 1  qa in qa-report
                      from story.md 2, code.md 1
                    story.md 3  qa in qa-report  its own sections
                      from story.md 2, code.md 1

                    """, "\(lineage)")
            let rework = try await workspace.run(["rework", "last", "story.md"])
            #expect(rework.code == 0 && rework.output.contains("nothing has changed"), "\(rework)")
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
