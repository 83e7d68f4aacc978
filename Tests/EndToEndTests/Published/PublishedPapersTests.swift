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
                "stories:=\(Self.stories)", "--unanswered", "no", "--optional", "qa-review_implementation", "--option",
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
            }
            withExtendedLifetime(agents) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
