import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The rows of the failure table of `docs/protocol.md` that are about agents, on real processes.
    @Suite struct AgentFailureTests {
        private static let oneStep = """
            - agent: writer
              creates: text.md
              retry: {max_attempts: 9, backoff: {initial: PT0.1S}}
            """

        /// A library of one workflow with one task, and the orchestrator on it; leases are short.
        private func serve(_ workspace: Workspace, _ sequence: String = oneStep) throws -> GuardedProcess {
            try workspace.serve(
                library: workspace.library(id: "made-up", sequence: sequence),
                environment: [
                    "BATON_LEASE_MS": "1000", "BATON_CLAIM_MS": "1000", "BATON_WILL_GRACE_MS": "200",
                ])
        }

        private func start(_ workspace: Workspace, wait: Bool = false) async throws {
            let started = try await workspace.run(
                ["start", "made-up", "--timeout", "60"] + (wait ? ["--wait"] : []))
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
        }

        private func waitForEnd(_ workspace: Workspace) async throws {
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
        }

        private func stop(_ orchestrator: GuardedProcess, _ workspace: Workspace) throws {
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        /// An agent whose program does that before it writes.
        private func agent(_ workspace: Workspace, _ id: String, doing work: String = ":") throws -> GuardedProcess {
            try workspace.start(
                ["agent", "--role", "writer", "--id", id, "--exec", "\(work); echo '# Written by \(id)'"], name: id)
        }

        @Test("An agent that hangs while it stays connected loses its task; what it sends when it wakes does not count")
        func hangs() async throws {
            let workspace = try Workspace()
            let orchestrator = try serve(workspace)
            let hold = workspace.directory.appending(path: "hold")
            try Data().write(to: hold)
            let hanging = try agent(workspace, "hanging", doing: "while [ -e '\(hold.path)' ]; do sleep 0.1; done")
            try await start(workspace)
            try await workspace.wait(for: "the claim") { workspace.broker.log.contains("agent/hanging/out/beat") }
            hanging.signal(SIGSTOP)
            let other = try agent(workspace, "other")
            try await waitForEnd(workspace)
            #expect(try workspace.query("SELECT agent, outcome FROM attempts") == ["hanging|lost"])
            try FileManager.default.removeItem(at: hold)
            hanging.signal(SIGCONT)
            // Its lease is over, and it is told so, whether by the cancel or as the answer to its result.
            try await workspace.wait(for: "the agent's own word") {
                let log = workspace.text(ofLog: "hanging")
                return log.contains("is cancelled") || log.contains("superseded")
            }
            #expect(try workspace.query("SELECT agent, attempt FROM tasks") == ["other|2"])
            withExtendedLifetime(other) {}
            try stop(orchestrator, workspace)
        }

        @Test("An agent that fails everything is benched, visibly, and the work goes to another")
        func failsEverything() async throws {
            let workspace = try Workspace()
            let orchestrator = try serve(workspace)
            let failing = try BareAgent(workspace, id: "failing", roles: ["writer"], answers: false)
            try await start(workspace)
            for attempt in 1...3 {
                try await workspace.wait(for: "command \(attempt)") { failing.received.count == attempt }
                failing.answer(
                    failing.received[attempt - 1],
                    extra: [
                        "status": "failed",
                        "error": ["code": "no", "message": "it never works", "retryable": true],
                    ])
            }
            try await workspace.wait(for: "the bench") {
                try workspace.retained("orchestrator/state").contains { $0.contains(#""benched":true"#) }
            }
            #expect(try RunChecks(workspace: workspace).status() == "running")
            let good = try BareAgent(workspace, id: "good", roles: ["writer"])
            try await waitForEnd(workspace)
            #expect(failing.received.count == 3)
            #expect(try workspace.query("SELECT agent, attempt FROM tasks") == ["good|4"])
            withExtendedLifetime(good) {}
            try stop(orchestrator, workspace)
        }

        @Test("An agent that dies together with the broker is still shown online, and nothing waits for it for ever")
        func diesWithTheBroker() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let orchestrator = try serve(
                workspace,
                """
                - {agent: writer, creates: one.md, retry: {max_attempts: 9}}
                - {agent: writer, creates: two.md, retry: {max_attempts: 9}}
                """)
            let dead = try agent(workspace, "dead", doing: "sleep 30")
            try await start(workspace)
            try await workspace.wait(for: "the claim") { workspace.broker.log.contains("agent/dead/out/beat") }
            workspace.broker.kill()
            dead.signal(SIGKILL)
            dead.waitUntilExit()
            try workspace.broker.start()
            #expect(try workspace.retained("agent/dead/state").contains { $0.contains(#""state":"online""#) })
            let other = try agent(workspace, "other")
            try await waitForEnd(workspace)
            #expect(try workspace.query("SELECT DISTINCT agent FROM tasks WHERE agent IS NOT NULL") == ["other"])
            #expect(try workspace.query("SELECT agent, outcome FROM attempts WHERE outcome = 'lost'") == ["dead|lost"])
            withExtendedLifetime(other) {}
            try stop(orchestrator, workspace)
        }

        @Test("Two attempts at a task both answer: the one whose lease is current counts, the late one does not")
        func twoAnswers() async throws {
            let workspace = try Workspace()
            let orchestrator = try serve(
                workspace,
                """
                - agent: writer
                  creates: text.md
                  timeout: PT1S
                  retry: {max_attempts: 9, backoff: {initial: PT0.1S}}
                """)
            let first = try BareAgent(workspace, id: "first", roles: ["writer"], answers: false)
            try await start(workspace)
            try await workspace.wait(for: "the first command") { !first.received.isEmpty }
            let second = try BareAgent(workspace, id: "second", roles: ["writer"], answers: false)
            try await workspace.wait(for: "the second command") { !second.received.isEmpty }
            first.answer(first.received[0])
            second.answer(second.received[0])
            try await waitForEnd(workspace)
            try await workspace.wait(for: "the answers") {
                first.answersToUs.contains { $0["outcome"] == "superseded" }
                    && second.answersToUs.contains { $0["outcome"] == "accepted" }
            }
            #expect(try workspace.query("SELECT agent, attempt FROM tasks") == ["second|2"])
            #expect(try workspace.query("SELECT agent, outcome FROM attempts") == ["first|timed_out"])
            try stop(orchestrator, workspace)
        }

        @Test("An agent that has fewer slots than it says, or none, does not keep the work from being done")
        func slotsLie() async throws {
            let workspace = try Workspace()
            let steps = (1...6).map { "    - {agent: writer, creates: text-\($0).md, retry: {max_attempts: 9}}" }
            let orchestrator = try serve(workspace, "- parallel:\n" + steps.joined(separator: "\n"))
            // One takes commands without end and claims none, the other declines all but what it is at.
            let silent = try BareAgent(
                workspace, id: "silent", roles: ["writer"], slots: 100, answers: false, beats: true)
            let busy = try BareAgent(workspace, id: "busy", roles: ["writer"], slots: 100, answers: false, beats: true)
            try await start(workspace)
            var done = 0
            try await workspace.wait(for: "the run's end") {
                for command in busy.received.dropFirst(done) {
                    if done % 2 == 0 {
                        busy.send(command.decline("no free slot"), to: "decline")
                    } else {
                        busy.answer(command)
                    }
                    done += 1
                }
                return try RunChecks(workspace: workspace).status() == "completed"
            }
            // What was declined or never claimed is no attempt.
            #expect(
                try workspace.query("SELECT DISTINCT agent, attempt FROM tasks WHERE agent IS NOT NULL") == ["busy|1"])
            let outcomes = Set(try workspace.query("SELECT DISTINCT agent, outcome FROM attempts"))
            #expect(outcomes == ["busy|declined", "silent|withdrawn"])
            withExtendedLifetime(silent) {}
            try stop(orchestrator, workspace)
        }
    }
}
