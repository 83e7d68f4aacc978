import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The papers of a whole published run, as somebody who uses BMAD knows them.
    @Suite struct PublishedPapersTests {
        /// Three epics, with two stories each.
        private static let stories: String = {
            let epics = ["Accounts", "Orders", "Deliveries"]
            let stories = epics.enumerated().flatMap { index, epic in
                (1...2).map {
                    #"{"id": "\#(index + 1).\#($0)", "title": "Part \#($0) of \#(epic)", "epic": "\#(epic)"}"#
                }
            }
            return "[\(stories.joined(separator: ", "))]"
        }()

        @Test("greenfield-fullstack with its own templates: brief to stories of three epics, and a manifest that holds")
        func papers() async throws {
            guard let library = PublishedRun.folder() else { return }
            let workspace = try Workspace()
            let orchestrator = try workspace.serve(library: library)
            let agents = try workspace.agents(for: [
                "analyst", "pm", "ux-expert", "architect", "po", "sm", "dev", "qa",
            ])
            let started = try await workspace.run([
                "start", "greenfield-fullstack", "--input", "idea=A bakery's orders, by phone", "--fact",
                "stories:=\(Self.stories)", "--unanswered", "no", "--optional", "review_implementation", "--option",
                "shard=engine", "--wait", "--timeout", "90",
            ])
            try #require(started.code == 0, "\(started)\n\(workspace.logs)")
            #expect(try await workspace.run(["export", "last", "--to", "papers"]).code == 0)
            #expect(try await workspace.run(["verify", "papers"]).code == 0)
            let root = workspace.directory.appending(path: "papers")
            let files = try #require(FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String])
            // Under the names that the templates give them.
            for name in ["brief", "prd", "front-end-spec", "architecture"] {
                #expect(files.contains("docs/\(name).md"), "\(files)")
            }
            #expect(files.filter { $0.hasPrefix("docs/prd/") }.count > 3, "\(files)")
            let told = files.filter { $0.hasPrefix("docs/stories/") }.sorted()
            #expect(told.map { $0.dropFirst(13).prefix(3) } == ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"], "\(files)")
            for name in told {
                let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
                for heading in ["## Status", "## Story", "## Acceptance Criteria"] {
                    #expect(text.contains(heading), "\(name)\n\(text)")
                }
                // What dev and qa have to say in a story stands in their own sections, and is said.
                for (heading, role) in [
                    ("### Completion Notes List", "dev"), ("### File List", "dev"), ("## QA Results", "qa"),
                ] {
                    let parts = text.components(separatedBy: "\n\(heading)\n")
                    try #require(parts.count == 2, "\(name) by \(role): \(heading)\n\(text)")
                    #expect(parts[1].prefix(400).contains("A bakery's orders"), "\(name): \(heading)\n\(text)")
                }
                #expect(text.contains("\n## Dev Agent Record\n"), "\(name)")
            }
            // Each by its own role, in its turn, and the lineage says so.
            let versions = try workspace.query(
                """
                SELECT scope || ': ' || group_concat(role, ' ') FROM (SELECT * FROM artifacts ORDER BY ordinal)
                WHERE name LIKE '%/story.md' GROUP BY scope
                """)
            #expect(versions.count == 6 && versions.allSatisfy { $0.hasSuffix(": sm dev qa") }, "\(versions)")
            let lineage = try await workspace.run(["lineage", "last"])
            let lines = lineage.output.split(separator: "\n").filter { $0.contains("/story.md ") && !$0.hasPrefix(" ") }
            #expect(lines.count { $0.contains("story.md 2  dev in") && $0.contains("its own sections") } == 6)
            #expect(lines.count { $0.contains("story.md 3  qa in") && $0.contains("its own sections") } == 6)
            // What was made of a story is not overtaken by what is noted in it.
            let overtakers = lineage.output.split(separator: "\n").compactMap { line in
                line.firstRange(of: "stale: ").map { line[$0.upperBound...] }
            }
            #expect(!overtakers.contains { $0.contains("/story.md") }, "\(lineage.output)")
            withExtendedLifetime(agents) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
