import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Documents from templates, on a real broker: sections that the orchestrator renders, and texts that it reads.
    @Suite struct DocumentTests {
        private static let workflow = """
            workflow:
              id: papers
              sequence:
                - agent: analyst
                  creates: brief.md
                - agent: sm
                  creates: brief-note.md
                  requires: brief.md
                - agent: dev
                  updates: brief.md

            """

        private static let template = """
            template:
              {id: brief, name: Brief, output: {filename: docs/brief.md, title: "Brief of {{project_name}}"}}
            sections:
              - id: goals
                title: Goals
                instruction: What it is for.
                type: bullet-list
              - id: risks
                title: Risks
                condition: There are risks
              - id: dev-notes
                title: Dev Notes
                owner: dev-agent
                editors: [dev-agent]

            """

        /// An orchestrator with a library of the workflow and its template.
        private func serve(_ workspace: Workspace) throws -> GuardedProcess {
            let library = workspace.directory.appending(path: "library")
            let templates = library.appending(path: "templates")
            try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
            try Self.workflow.write(to: library.appending(path: "papers.yaml"), atomically: true, encoding: .utf8)
            try Self.template.write(to: templates.appending(path: "brief-tmpl.yaml"), atomically: true, encoding: .utf8)
            return try workspace.serve(library: library)
        }

        private func next(_ workspace: Workspace, _ agent: BareAgent, _ count: Int) async throws -> BareAgent.Command {
            try await workspace.wait(for: "command \(count)") { agent.received.count == count }
            return agent.received[count - 1]
        }

        private func reasons(_ agent: BareAgent) -> [String] {
            agent.answersToUs.flatMap { ($0["reasons"]?.array ?? []).compactMap(\.string) }
        }

        @Test("Sections become the document, foreign changes and missing sections go back with reasons")
        func sectionsAndOwners() async throws {
            let workspace = try Workspace()
            let orchestrator = try serve(workspace)
            let agent = try BareAgent(
                workspace, id: "writer", roles: ["analyst", "sm", "dev"], slots: 3, answers: false)
            let started = try await workspace.run(["start", "papers", "--input", "project_name=Tea", "--timeout", "20"])
            #expect(started.code == 0, "\(started.error)")

            let first = try await next(workspace, agent, 1)
            let outline = first.json["creates"]?.array?.first?["template"]?["outline"]?.array ?? []
            #expect(outline.map { $0["id"]?.string } == ["goals", "risks", "dev-notes"])
            #expect(outline.map { $0["required"]?.bool } == [true, false, false])
            agent.answer(first, artifacts: [["name": "brief.md", "sections": ["golas": "x", "dev-notes": "mine"]]])
            let again = try await next(workspace, agent, 2)
            let told = reasons(agent)
            #expect(told.contains { $0.hasPrefix("brief.md: golas: the template has no section with this id") })
            #expect(told.contains { $0.hasPrefix("brief.md: goals: ") && $0.contains("required") })
            #expect(told.contains { $0.contains("belongs to dev; analyst may not") })

            // Whoever gets the task next is told the same, one reason a line.
            #expect(first.json["previous"] == nil)
            let last = again.json["previous"]
            #expect(last?["attempt"]?.int == 1 && last?["outcome"]?.string == "rejected")
            #expect(last?["message"]?.string == told.joined(separator: "\n"))

            agent.answer(
                again, artifacts: [["name": "brief.md", "sections": ["goals": ["Sell | tea", "{{date}}"]]]])
            let second = try await next(workspace, agent, 3)
            let brief = try #require(second.json["requires"]?.array?.first?["content"]?.string)
            #expect(brief.hasPrefix("# Brief of Tea\n\n## Goals\n\n- Sell | tea\n- "))
            #expect(brief.contains("## Dev Notes") && !brief.contains("## Risks"))
            agent.answer(second)

            let third = try await next(workspace, agent, 4)
            let old = third.json["requires"]?.array?.first?["content"]?.string ?? ""
            let changed = old.replacing("- Sell | tea", with: "- Sell coffee")
            #expect(changed != old)
            let mine = old.replacing("# Brief of Tea", with: "# My brief") + "\nBuilt with leaves.\n"
            agent.answer(third, artifacts: [["name": "brief.md", "content": .string(mine)]])
            let fourth = try await next(workspace, agent, 5)
            #expect(
                fourth.json["previous"]?["message"]?.string
                    == "brief.md: title: the title “Brief of Tea” belongs to analyst, who makes the document; "
                    + "dev may not change it; leave it as it was")
            agent.answer(fourth, artifacts: [["name": "brief.md", "sections": ["dev-notes": "Built with leaves."]]])
            try await workspace.wait(for: "the run's end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            let merged = try await workspace.run(["cat", "last", "brief.md"])
            #expect(merged.output.contains("- Sell | tea") && merged.output.contains("Built with leaves."))
            let history = try await workspace.run(["history", "last", "--json"])
            #expect(
                history.output.contains(
                    #""choices":[{"artifact":"brief.md","section":"risks","condition":"There are risks","#
                ))

            // What changed, what came from what, and where it goes.
            let diff = try await workspace.run(["diff", "last", "brief"])
            #expect(diff.code == 1 && diff.output.contains("\n+Built with leaves.\n"), "\(diff)")
            #expect(diff.output.hasPrefix("--- brief.md version 1\n+++ brief.md version 2\n"))
            #expect(try await workspace.run(["diff", "last", "brief.md", "2", "2"]).code == 0)
            #expect(try await workspace.run(["diff", "last", "brief.md", "7"]).code == 5)
            let lineage = try await workspace.run(["lineage", "last"])
            #expect(
                lineage.output == """
                    brief.md 1  analyst in analyst-brief  replaced
                    brief-note.md 1  sm in sm-brief-note  stale: brief.md is newer
                      from brief.md 1
                    brief.md 2  dev in dev-brief
                      from brief.md 1

                    """, "\(lineage)")
            #expect(try await workspace.run(["artifacts", "last"]).output.contains("stale"))
            let drawing = try await workspace.run(["lineage", "last", "brief-note", "--format", "mermaid"])
            #expect(drawing.output.contains("v0 --> v1") && !drawing.output.contains("v2"))
            let exported = try await workspace.run(["export", "last", "--to", "papers"])
            #expect(exported.output == "docs/brief.md\ndocs/brief-note.md\n", "\(exported)")
            let named = try await workspace.run(["export", "last", "--to", "names", "--layout", "names"])
            #expect(named.output == "brief.md\nbrief-note.md\n", "\(named)")
            let verified = try await workspace.run(["verify", "papers"])
            #expect(verified.code == 0 && verified.output.isEmpty, "\(verified)")
            try "other\n".write(
                to: workspace.directory.appending(path: "papers/docs/brief.md"), atomically: true, encoding: .utf8)
            let tampered = try await workspace.run(["verify", "papers"])
            #expect(tampered.code == 1 && tampered.output.hasPrefix("changed  docs/brief.md: "), "\(tampered)")
            #expect(try await workspace.run(["verify", "nowhere"]).code == 5)
            let rejections = try await workspace.run(["history", "last", "--json"])
            #expect(rejections.output.contains("\"outcome\":\"rejected\",\"message\":\"brief.md: "))
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            try RunChecks(workspace: workspace).hold()
        }

        @Test("With shard=engine the orchestrator splits documents itself, and stories become the cycle's items")
        func shardedByEngine() async throws {
            let workspace = try Workspace()
            let library = workspace.directory.appending(path: "library")
            try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
            let flow = """
                workflow:
                  id: cut
                  sequence:
                    - agent: pm
                      creates: prd.md
                    - agent: po
                      action: shard_documents
                      creates: sharded_docs
                      requires: all_artifacts_in_project
                    - agent: sm
                      action: create_story
                      creates: story.md
                      requires: sharded_docs
                      repeats: for_each_epic
                    - repeat_development_cycle:
                      action: continue_for_all_stories

                """
            try flow.write(to: library.appending(path: "cut.yaml"), atomically: true, encoding: .utf8)
            let prd =
                "# PRD\n\n## Goals\n\nSell.\n\n## Epic 1: Shop\n\n### Story 1.1: Cart\n\n### Story 1.2: Pay\n\n"
                + "## Epic 2: Club\n\n### Story 2.1: Join\n\n"
            let orchestrator = try workspace.serve(library: library)
            let agent = try BareAgent(workspace, id: "writer", roles: ["pm", "sm"], slots: 3, answers: false)
            let started = try await workspace.run(["start", "cut", "--option", "shard=engine", "--timeout", "20"])
            #expect(started.code == 0, "\(started.error)")
            agent.answer(
                try await next(workspace, agent, 1), artifacts: [["name": "prd.md", "content": .string(prd)]])
            for story in 1...3 {
                let command = try await next(workspace, agent, 1 + story)
                let given = (command.json["requires"]?.array ?? []).compactMap { $0["name"]?.string }
                #expect(given.contains("sharded_docs/prd/epic-1-shop.md"), "\(given)")
                #expect(command.json["item"]?["value"]?["title"]?.string == ["Cart", "Pay", "Join"][story - 1])
                agent.answer(command)
            }
            try await workspace.wait(for: "the run's end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            #expect(
                try workspace.query("SELECT name, role FROM artifacts WHERE name LIKE 'sharded%' ORDER BY ordinal")
                    == [
                        "sharded_docs/prd/index.md|po", "sharded_docs/prd/goals.md|po",
                        "sharded_docs/prd/epic-1-shop.md|po", "sharded_docs/prd/epic-2-club.md|po",
                    ])
            let goals = try await workspace.run(["cat", "last", "sharded_docs/prd/goals.md"])
            #expect(goals.output == "# Goals\n\nSell.\n\n")
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            try RunChecks(workspace: workspace).hold()
        }

        @Test("A document is split on its own, without a broker, and its epics are told")
        func shardCommand() async throws {
            let workspace = try Workspace()
            let docs = workspace.directory.appending(path: "docs")
            try FileManager.default.createDirectory(at: docs, withIntermediateDirectories: true)
            let prd = "# PRD\n\nSee [goals](#goals).\n\n## Goals\n\n```\n## no heading\n```\n\n## Epic 1: Shop\n"
            try prd.write(to: docs.appending(path: "prd.md"), atomically: true, encoding: .utf8)
            let result = try await workspace.run(["shard", "docs/prd.md"])
            #expect(result.code == 0 && result.output == "index.md\ngoals.md\nepic-1-shop.md\n", "\(result)")
            let index = try String(contentsOf: docs.appending(path: "prd/index.md"), encoding: .utf8)
            #expect(index.contains("See [goals](goals.md#goals)") && index.contains("[Epic 1: Shop](./epic-1-shop.md)"))
            let epics = try await workspace.run(["shard", "docs/prd.md", "--epics"])
            #expect(epics.output == #"[{"id":"1","title":"Shop","stories":[]}]"# + "\n")
            try "# Only a title\n".write(to: docs.appending(path: "note.md"), atomically: true, encoding: .utf8)
            #expect(try await workspace.run(["shard", "docs/note.md"]).code == 2)
            #expect(try await workspace.run(["shard", "docs/none.md"]).code == 1)
        }

        @Test("Templates are checked with their workflows, and shown with their steps")
        func templates() async throws {
            let workspace = try Workspace()
            let library = workspace.directory.appending(path: "library")
            let templates = library.appending(path: "templates")
            try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
            try Self.workflow.write(to: library.appending(path: "papers.yaml"), atomically: true, encoding: .utf8)
            let bad = Self.template.replacing("type: bullet-list", with: "type: bullets")
            try bad.write(to: templates.appending(path: "brief-tmpl.yaml"), atomically: true, encoding: .utf8)
            let other = "template: {id: other, name: Other}\nsections: []\n"
            try other.write(to: templates.appending(path: "other-tmpl.yaml"), atomically: true, encoding: .utf8)
            let file = try await workspace.run(["validate", "library/papers.yaml"])
            #expect(file.code == 0)
            #expect(file.output.contains("templates/brief-tmpl.yaml:4:5: warning: "), "\(file)")
            #expect(file.output.contains("the type bullets is not known") && !file.output.contains("other-tmpl"))
            let folder = try await workspace.run(["validate", "library"])
            #expect(folder.output.contains("templates/other-tmpl.yaml:2:1: warning: sections: there are none"))
            let shown = try await workspace.run(["show", "library/papers.yaml"])
            #expect(shown.output.contains("shapes brief.md by brief-tmpl.yaml"), "\(shown)")
        }
    }
}
