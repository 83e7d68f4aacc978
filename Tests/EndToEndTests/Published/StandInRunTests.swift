import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Workflows that stand-ins perform to the end, as someone does who tries Baton.
    @Suite struct StandInRunTests {
        /// Runs it with a stand-in of all these roles, and gives the names and contents of what was made.
        private func perform(
            _ start: [String], in library: URL, roles: [String], _ workspace: Workspace
        ) async throws {
            let orchestrator = try workspace.serve(library: library)
            let agent = try workspace.start(
                [
                    "agent", "--role", roles.joined(separator: ","), "--id", "all", "--exec",
                    "'\(Workspace.baton.path)' stand-in",
                ], name: "agent")
            let run = try await workspace.run(["start"] + start + ["--wait", "--timeout", "100"])
            #expect(run.code == 0, "\(run)\n\(workspace.logs)")
            let ended = try workspace.query("SELECT DISTINCT status FROM runs")
            #expect(ended == ["completed"])
            let refused = try workspace.query("SELECT count(*) FROM events WHERE kind = 'attempt_ended'")
            #expect(refused == ["0"], "\(workspace.logs)")
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            try RunChecks(workspace: workspace).hold()
            withExtendedLifetime(agent) {}
        }

        private func lend(templatesOf folder: URL, to library: URL) throws {
            try FileManager.default.createSymbolicLink(
                at: library.appending(path: "templates"), withDestinationURL: folder.appending(path: "templates"))
        }

        @Test("The published brownfield-fullstack on its long route, whose analysis is a set with an extension")
        func brownfield() async throws {
            guard let folder = PublishedRun.folder() else { return }
            let workspace = try Workspace()
            try await perform(
                [
                    "brownfield-fullstack", "--input", "idea=x", "--fact", "classification=major_enhancement", "--fact",
                    "documentation_inadequate=true", "--unanswered", "no",
                ], in: folder, roles: ["analyst", "architect", "pm", "po", "sm", "dev", "qa"], workspace)
            let names = try workspace.query(
                "SELECT DISTINCT name FROM artifacts WHERE name LIKE 'brownfield-architecture%' ORDER BY name")
            #expect(names.count > 1 && names.allSatisfy { $0.hasPrefix("brownfield-architecture/") }, "\(names)")
        }

        @Test("A gate in YAML, whose published template has numbers, lists and maps among its fields")
        func gate() async throws {
            guard let folder = PublishedRun.folder() else { return }
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "gates",
                sequence: """
                    - {agent: dev, creates: code.md}
                    - {agent: qa, creates: gate.yml, uses: qa-gate-tmpl}
                    """)
            try lend(templatesOf: folder, to: library)
            try await perform(["gates", "--input", "idea=x"], in: library, roles: ["dev", "qa"], workspace)
            let reader = try workspace.serve(library: library, name: "reader")
            let gate = try await workspace.run(["cat", "last", "gate.yml", "--timeout", "30"]).output
            #expect(gate.contains("schema: 1"), "\(gate)")
            withExtendedLifetime(reader) {}
        }

        @Test("A story with its published template, which dev and qa update after sm has made it")
        func story() async throws {
            guard let folder = PublishedRun.folder() else { return }
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "tale",
                sequence: """
                    - {agent: sm, creates: story.md, uses: story-tmpl}
                    - {agent: dev, updates: story.md}
                    - {agent: qa, updates: story.md}
                    """)
            try lend(templatesOf: folder, to: library)
            try await perform(["tale", "--input", "idea=x"], in: library, roles: ["sm", "dev", "qa"], workspace)
            let reader = try workspace.serve(library: library, name: "reader")
            func version(_ number: Int) async throws -> [String: String] {
                let words = ["cat", "last", "story.md", "--version", "\(number)", "--timeout", "30"]
                let text = try await workspace.run(words).output
                let parts = ("\n" + text).components(separatedBy: "\n## ").map {
                    $0.split(separator: "\n", maxSplits: 1)
                }
                return Dictionary(
                    parts.map { (String($0.first ?? ""), String($0.dropFirst().first ?? "")) },
                    uniquingKeysWith: { $1 })
            }
            let made = try await version(1)
            let built = try await version(2)
            let judged = try await version(3)
            #expect(built.filter { made[$0.key] != $0.value }.keys.sorted() == ["Dev Agent Record"])
            #expect(built["Dev Agent Record"]?.contains("### File List\n\n*List all files") == true, "\(built)")
            #expect(judged.filter { built[$0.key] != $0.value }.keys.sorted() == ["QA Results"])
            #expect(Set(judged.keys).subtracting(made.keys) == ["Dev Agent Record", "QA Results"])
            #expect(Set(made.keys).isSubset(of: judged.keys))
            withExtendedLifetime(reader) {}
        }
    }
}
