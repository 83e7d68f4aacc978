import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `baton show` as people run it.
    @Suite struct ShowTests {
        @Test("Every published file and every one of ours can be drawn in every format")
        func everyFile() async throws {
            let workspace = try Workspace()
            let published = PublishedRun.folder().map {
                [$0.appending(path: "workflows"), $0.appending(path: "expansion/workflows")]
            }
            for folder in (published ?? []) + [Workspace.package.appending(path: "workflows")] {
                for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
                where file.hasSuffix(".yaml") {
                    for format in ["text", "mermaid", "dot", "json"] {
                        let shown = try await workspace.run([
                            "show", folder.appending(path: file).path, "--format", format,
                        ])
                        #expect(shown.code == 0, "\(file): \(shown.error)")
                        #expect(shown.output.count > 300)
                        if format == "json" { _ = try JSON.parse(shown.output) }
                    }
                }
            }
        }

        @Test("With a run, steps are marked by their state; what is no workflow is one sentence")
        func ofRun() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve()
            let agents = try workspace.agents(for: ["analyst"])
            let started = try await workspace.run([
                "start", "greenfield-fullstack", "--input", "idea=x", "--timeout", "30",
            ])
            try #require(started.code == 0, "\(started)")
            try await workspace.wait(for: "the first document") {
                try workspace.query("SELECT count(*) FROM artifacts") != ["0"]
            }
            let shown = try await workspace.run(["show", "greenfield-fullstack", "--run", "last"])
            #expect(shown.code == 0, "\(shown.error)")
            #expect(shown.error.isEmpty)
            #expect(shown.output.contains("✔ analyst-project-brief"))
            #expect(shown.output.contains("○ pm-prd"))
            #expect(shown.output.contains("· architect-architecture"))
            let other = try await workspace.run(["show", "code-review", "--run", "last"])
            #expect(other.code == 2)
            #expect(other.error.contains("greenfield-fullstack"))
            let unknown = try await workspace.run(["show", "no-such-workflow"])
            #expect(unknown.code == 5)
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            for agent in agents { agent.signal(SIGTERM) }
        }
    }
}
