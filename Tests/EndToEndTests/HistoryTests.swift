import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What is told of a run afterwards.
    @Suite struct HistoryTests {
        @Test("History says whose attempt failed and which it was, whoever has the task by now")
        func attempts() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "papers",
                sequence: """
                    - {agent: pm, id: prd, creates: prd.md, retry: {max_attempts: 2, backoff: {initial: PT0.1S}}}
                    - {agent: dev, id: code, creates: code.md}
                    """)
            let heard = try GuardedProcess(
                URL(filePath: "/usr/bin/env"),
                ["mosquitto_sub", "-p", "\(workspace.broker.port)", "-t", "baton/v1/default/run/+/log"],
                output: workspace.log("live"))
            defer { withExtendedLifetime(heard) {} }
            let orchestrator = try workspace.serve(library: library)
            let agent = ["agent", "--role", "pm,dev", "--id"]
            let alice = try workspace.start(agent + ["alice", "--exec", "exit 3"], name: "alice")
            let started = try await workspace.run(["start", "papers", "--timeout", "30"])
            try #require(started.code == 0, "\(started)")
            try await workspace.wait(for: "both attempts to fail") {
                try workspace.query("SELECT status FROM runs") == ["attention"]
            }
            alice.signal(SIGTERM)
            _ = alice.waitUntilExit()
            let bob = try workspace.start(agent + ["bob", "--exec", "echo done"], name: "bob")
            let retried = try await workspace.run(["retry", "last", "--timeout", "30"])
            #expect(retried.code == 0, "\(retried)")
            try await workspace.wait(for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }

            func events(_ text: String) throws -> [JSON] {
                try text.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
            }
            let history = try events(try await workspace.run(["history", "last", "--json"]).output)
            try await workspace.wait(for: "the last event") {
                workspace.text(ofLog: "live").contains("run_ended")
            }
            #expect(history == (try events(workspace.text(ofLog: "live"))))
            let ofAlice = try events(
                try await workspace.run(["history", "last", "--agent", "alice", "--json"]).output)
            let told = ofAlice.map { "\($0["kind"]?.string ?? "") \($0["attempt"]?.int ?? 0)" }
            #expect(told == ["dispatched 1", "attempt_ended 1", "dispatched 2", "attempt_ended 2"], "\(ofAlice)")
            let text = try await workspace.run(["history", "last"]).output
            #expect(text.contains("prd: given to alice as pm, attempt 2"), "\(text)")
            #expect(text.contains("prd: the attempt of alice failed"), "\(text)")
            #expect(text.contains("prd: given to bob as pm, attempt 3"), "\(text)")
            #expect(!text.contains("the attempt of bob"), "\(text)")
            let none = try await workspace.run(["history", "last", "--kind", "atempt_ended"])
            #expect(none.code == 2 && none.output.isEmpty, "\(none)")
            #expect(none.error.contains("there is no kind “atempt_ended”; did you mean attempt_ended?"), "\(none)")
            #expect(none.error.contains("started, dispatched") && none.error.contains("milestone"), "\(none)")
            let known = try await workspace.run(["history", "last", "--kind", "run_ended", "--json"])
            #expect(try events(known.output).count == 1, "\(known)")
            for process in [bob, orchestrator] { process.signal(SIGTERM) }
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
