import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// A run with more versions than one answer has.
    @Suite struct ManyVersionsTests {
        @Test("Every version is listed once, in order")
        func listed() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "many", sequence: "- {agent: writer, creates: end.md}")
            let file = workspace.directory.appending(path: "text.md")
            try "x".write(to: file, atomically: true, encoding: .utf8)
            let names = (1...620).map { "doc-\($0).md" }
            let orchestrator = try workspace.serve(library: library)
            defer { withExtendedLifetime(orchestrator) {} }
            let started = try await workspace.run(
                ["start", "many"] + names.flatMap { ["--artifact", "\($0)=\(file.path)"] })
            try #require(started.code == 0, "\(started)")
            let listed = try await workspace.run(["artifacts", "last", "--all", "--json"])
            #expect(listed.code == 0, "\(listed)")
            let found = try listed.output.split(separator: "\n").map { try JSON.parse(String($0))["name"]?.string }
            #expect(found == names)
        }
    }
}
