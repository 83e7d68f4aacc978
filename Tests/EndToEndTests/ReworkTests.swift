import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Documents that are made again since another has changed, over a real broker.
    @Suite struct ReworkTests {
        private static let workflow = """
            workflow:
              id: changing
              name: Changing
              sequence:
                - {agent: writer, id: prd, creates: prd.md}
                - {agent: maker, id: architecture, creates: architecture.md, requires: prd.md}
                - {agent: writer, id: stories, creates: stories.md, requires: architecture.md}
                - {agent: writer, id: change, updates: prd.md, requires: prd.md}

            """

        @Test("What a changed document made stale is made again in order, in a run that was completed, over a restart")
        func completedRun() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let library = workspace.directory.appending(path: "library")
            try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
            try Data(Self.workflow.utf8).write(to: library.appending(path: "changing.yaml"))
            let orchestrator = try workspace.serve(library: library)
            let writer = try BareAgent(workspace, id: "writer", roles: ["writer"]) { _ in .init() }
            let maker = try BareAgent(workspace, id: "maker", roles: ["maker"], delay: .seconds(3)) { _ in .init() }
            let started = try await workspace.run(["start", "changing", "--timeout", "30"])
            try #require(started.code == 0, "\(started)\n\(workspace.logs)")
            let run = started.output.trimmingCharacters(in: .newlines)
            func wait(for status: String) async throws {
                try await workspace.wait(.seconds(30), for: "the run to be \(status)") {
                    try workspace.query("SELECT status FROM runs WHERE id = '\(run)'") == [status]
                }
            }
            try await wait(for: "completed")
            let before = try await workspace.run(["lineage", run])
            #expect(before.output.contains("stale: prd.md is newer"), "\(before)")
            #expect(try await workspace.run(["rework", run, "nothing.md"]).code == 5)
            let fresh = try await workspace.run(["rework", run, "stories.md"])
            #expect(fresh.output == "\(run)  completed; nothing has changed\n", "\(fresh)")

            let reworked = try await workspace.run(["rework", run, "prd.md"])
            #expect(reworked.output == "\(run)  running: architecture, stories\n", "\(reworked)")
            let twice = try await workspace.run(["rework", run, "prd.md"])
            #expect(twice.output == "\(run)  running; nothing has changed\n", "\(twice)")
            // The architecture is out; its result meets the second orchestrator.
            orchestrator.signal(SIGKILL)
            orchestrator.waitUntilExit()
            let second = try workspace.serve(library: library, name: "second")
            try await wait(for: "completed")
            let after = try await workspace.run(["lineage", run])
            #expect(!after.output.contains("stale"), "\(after)")
            #expect(
                try workspace.query("SELECT name, max(version) FROM artifacts GROUP BY name ORDER BY name")
                    == ["architecture.md|2", "prd.md|2", "stories.md|2"])
            let history = try await workspace.run(["history", run])
            #expect(history.output.contains("architecture: will be done again: architecture.md"), "\(history)")
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
            withExtendedLifetime((writer, maker)) {}
        }
    }
}
