import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What strangers can push is bounded, and who pushes more is told so.
    @Suite struct LimitsTests {
        private static let workflow = """
            workflow:
              id: wide
              name: Wide
              sequence:
                - for_each:
                    in: facts.parts
                    as: part
                    max_parallel: 50
                    steps:
                      - {agent: maker, id: make, creates: part.md}

            """

        @Test("Runs, tasks out, payloads, artifacts and log lines are bounded, each with a clear refusal")
        func bounds() async throws {
            let workspace = try Workspace()
            let library = workspace.directory.appending(path: "library")
            try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
            try Data(Self.workflow.utf8).write(to: library.appending(path: "wide.yaml"))
            let orchestrator = try workspace.serve(
                library: library,
                environment: [
                    "BATON_MAX_TASKS_OUT_PER_RUN": "2", "BATON_MAX_PAYLOAD_BYTES": "4096",
                    "BATON_MAX_ARTIFACT_BYTES": "1000", "BATON_MAX_ARTIFACTS_PER_RUN": "3", "BATON_MAX_LOG_LINES": "2",
                ], ["--max-runs", "1"])
            let agent = try BareAgent(workspace, id: "maker", roles: ["maker"], slots: 10, answers: false)
            let start = ["start", "wide", "--fact", "parts:=[1, 2, 3, 4, 5]", "--timeout", "30"]
            let started = try await workspace.run(start)
            #expect(started.code == 0, "\(started)")
            let busy = try await workspace.run(start)
            #expect(busy.code == 1)
            #expect(busy.error.contains("1 runs are open, which is the limit"), "\(busy)")

            try await workspace.wait(for: "two commands") { agent.received.count == 2 }
            func rejection(_ answers: Int) async throws -> String {
                try await workspace.wait(for: "answer \(answers)") { agent.answersToUs.count >= answers }
                return agent.answersToUs[answers - 1]["reasons"]?.text ?? ""
            }
            // It stays at two, although the agent has slots and the run has tasks.
            let command = agent.received[0]
            agent.send([UInt8](repeating: UInt8(ascii: "x"), count: 5000))
            #expect(try await rejection(1).contains("the payload has 5000 bytes; at most 4096 are taken"))
            #expect(agent.received.count == 2)
            let name = command.json["creates"]?.array?.first?["name"] ?? .null
            let large = String(repeating: "x", count: 1001)
            agent.answer(command, artifacts: [["name": name, "content": .string(large)]])
            #expect(try await rejection(2).contains("has 1001 bytes; at most 1000 are taken"))
            let other = agent.received[1]
            let extra = (1...3).map { JSON.object(["name": .string("extra-\($0).md"), "content": "x"]) }
            let own: JSON = ["name": other.json["creates"]?.array?.first?["name"] ?? .null, "content": "x"]
            agent.answer(other, artifacts: [own] + extra)
            #expect(try await rejection(3).contains("the run has 0 artifact versions, and may have 3"))

            for _ in 0..<20 { agent.send(Array("nonsense".utf8), to: "beat") }
            try await workspace.wait(for: "the dead letters") {
                try workspace.query("SELECT count(*) FROM dead_letters") == ["21"]
            }
            let lines = workspace.text(ofLog: "serve").split(separator: "\n")
            #expect(lines.count { $0.contains("a message was not read") } == 2)
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
