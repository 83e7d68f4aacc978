import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What a person asks at 3 a.m., over a real broker.
    @Suite struct StandstillTests {
        /// Asks until the answer is this one.
        private func ask(
            _ workspace: Workspace, _ arguments: [String], until isRight: (String) -> Bool
        ) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while true {
                let shown = try await workspace.run(arguments)
                if isRight(shown.output) { return }
                guard ContinuousClock.now < deadline else {
                    throw Workspace.QueryFailure(description: "\(shown)\n\(workspace.logs)")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }

        @Test("A run without an agent says so; one whose attempts are used up tells each of them, and what to do")
        func stuck() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "stuck",
                sequence:
                    "- {agent: maker, id: build, creates: code.md, retry: {max_attempts: 2, backoff: {initial: PT1S}}}")
            let orchestrator = try workspace.serve(library: library)
            let started = try await workspace.run(["start", "stuck", "--timeout", "30"])
            try #require(started.code == 0, "\(started)")
            let run = started.output.trimmingCharacters(in: .newlines)

            try await ask(workspace, ["status", "last"]) { $0.contains("no agent for maker: 1 task waits") }
            let lonely = try await workspace.run(["doctor"])
            #expect(lonely.code == 1)
            #expect(lonely.output.contains("! run \(run) of stuck is held up:"), "\(lonely)")
            #expect(try await workspace.run(["agents"]).error.contains("no agents"))

            let script = workspace.directory.appending(path: "broken")
            try Data("#!/bin/sh\nprintf 'no \\033[2Jspace' >&2; exit 7\n".utf8).write(to: script)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
            let agent = try workspace.start(
                ["agent", "--role", "maker", "--id", "broken-1", "--exec", "'\(script.path)'"], name: "agent")
            let logs = try workspace.start(["logs", run, "-f"], name: "logs")
            try await ask(workspace, ["status", run, "--json"]) {
                (try? JSON.parse($0))?["status"]?.string == "attention"
            }

            let status = try await workspace.run(["status", run])
            #expect(status.output.contains("build: given up after 2 attempts; the last error: "), "\(status.output)")
            #expect(status.output.contains("attempt 1  broken-1  failed"))
            #expect(status.output.contains("attempt 2  broken-1  failed"))
            #expect(status.output.contains("baton retry \(run) build"))
            #expect(!status.output.contains("\u{1B}"))

            let attempts = try await workspace.run(
                ["history", run, "--kind", "attempt_ended", "--agent", "broken-1", "--since", "1h", "--json"])
            #expect(attempts.output.split(separator: "\n").count == 2, "\(attempts)")
            let nothing = try await workspace.run(["history", run, "--step", "nothing"])
            #expect(nothing.output.isEmpty && nothing.error.contains("no event is like that"), "\(nothing)")
            #expect(try await workspace.run(["history", run, "--since", "yesterday"]).code == 2)
            let table = try await workspace.run(["agents", "--role", "maker"])
            #expect(table.output.contains("broken-1") && table.output.contains("0 of 1"), "\(table)")

            #expect(try await workspace.run(["cancel", run]).code == 0)
            try await workspace.wait(for: "the end of the log") { !logs.isRunning }
            #expect(logs.waitUntilExit() == 1)
            #expect(workspace.text(ofLog: "logs").contains("the run is cancelled"))
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            withExtendedLifetime(agent) {}
        }

        @Test("An agent that is benched is told of by status and doctor: which, why, and what ends it")
        func benched() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "stuck",
                sequence:
                    "- {agent: maker, id: build, creates: code.md, retry: {max_attempts: 3, backoff: {initial: PT1S}}}")
            let orchestrator = try workspace.serve(library: library)
            let agent = try BareAgent(workspace, id: "sloppy", roles: ["maker", "pm"], answers: false)
            #expect(try await workspace.run(["start", "stuck", "--timeout", "30"]).code == 0)
            for count in 1...3 {
                try await workspace.wait(for: "command \(count)") { agent.received.count == count }
                agent.answer(agent.received[count - 1], artifacts: [])
            }
            try await ask(workspace, ["agents"]) { $0.contains("benched") }
            let other = try workspace.library(id: "other", sequence: "- {agent: pm, creates: prd.md}")
            #expect(other == library)
            try await ask(workspace, ["workflows"]) { $0.contains("other") }
            #expect(try await workspace.run(["start", "other", "--timeout", "30"]).code == 0)
            let reason = "sloppy is benched: it failed 3 times in a row, and gets nothing until it reports in again"
            let status = try await workspace.run(["status", "last"])
            #expect(status.output.contains("no agent for pm that may work: 1 task waits"), "\(status)")
            #expect(status.output.contains(reason), "\(status)")
            #expect(!status.output.contains("an agent with --role pm takes it\n"), "\(status)")
            let doctor = try await workspace.run(["doctor"])
            #expect(doctor.output.contains(reason), "\(doctor)")
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
        }
    }
}
