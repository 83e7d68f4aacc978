import BatonTestKit
import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension EndToEnd {
    @Suite struct MetricsTests {
        private func figures(_ address: URL) async throws -> [String: Double] {
            let (data, response) = try await URLSession.shared.data(from: address)
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            return try lines.reduce(into: [:]) { figures, line in
                let cut = try #require(line.lastIndex(of: " "), "\(line)")
                let value: Double = try #require(Double(line[line.index(after: cut)...]), "\(line)")
                figures[String(line[..<cut])] = value
            }
        }

        @Test("An orchestrator serves what it does as figures for Prometheus, through failures and its broker's end")
        func served() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "made",
                sequence: """
                    - {agent: writer, creates: one.md, retry: {max_attempts: 3, initial_ms: 100}}
                    - {agent: decider, condition: user_wants_more, creates: two.md}
                    """)
            let orchestrator = try workspace.serve(library: library, ["--metrics", "0"])
            try await workspace.wait(for: "the address") { workspace.text(ofLog: "serve").contains("/metrics") }
            let text = workspace.text(ofLog: "serve")
            let address = try #require(text.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+\/metrics/))
            let url = try #require(URL(string: String(address.output)))
            let start = try await workspace.run(["start", "made"])
            #expect(start.code == 0, "\(start)")
            // Nobody is there for it.
            try await workspace.wait(for: "a task that waits") {
                try await figures(url)["baton_task_oldest_wait_seconds"] ?? 0 > 1
            }
            var seen = try await figures(url)
            #expect(seen["baton_runs{status=\"running\"}"] == 1)
            #expect(seen["baton_tasks_waiting"] == 1)
            #expect(seen["baton_agents{state=\"online\"}"] == 0)
            let failing = workspace.directory.appending(path: "failed-once")
            let agent = try workspace.start(
                [
                    "agent", "--role", "writer", "--id", "writer", "--exec",
                    "if [ -e '\(failing.path)' ]; then echo '# One'; else touch '\(failing.path)'; exit 1; fi",
                ], name: "writer")
            try await workspace.wait(for: "the question") { try await figures(url)["baton_decisions"] == 1 }
            seen = try await figures(url)
            #expect(seen["baton_attempts_ended_total{outcome=\"failed\"}"] == 1)
            #expect(seen["baton_results_total{answer=\"accepted\"}"] == 2)
            #expect(seen["baton_task_seconds_count"] == 1)
            #expect(seen["baton_task_wait_seconds_count"] == 2)
            #expect(seen["baton_agents{state=\"online\"}"] == 1)
            #expect(seen["baton_runs_started_total"] == 1)
            #expect(seen["baton_connects_total"] == 1)
            #expect(seen["baton_connected"] == 1)
            #expect(try #require(seen["baton_commit_seconds_count"]) > 3)
            #expect(try #require(seen["baton_commit_seconds_sum"]) > 0)
            #expect(try #require(seen["process_resident_memory_bytes"]) > 1e6)
            let decided = try await workspace.run(["decide", "last", "user_wants_more=false"])
            #expect(decided.code == 0, "\(decided)")
            try await workspace.wait(for: "the end") {
                try await figures(url)["baton_runs_ended_total{status=\"completed\"}"] == 1
            }
            workspace.broker.kill()
            try await workspace.wait(for: "the lost connection") { try await figures(url)["baton_connected"] == 0 }
            try workspace.broker.start()
            try await workspace.wait(for: "the connection") { try await figures(url)["baton_connects_total"] == 2 }
            withExtendedLifetime(agent) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }
    }
}
