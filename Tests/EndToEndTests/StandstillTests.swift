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
    }
}
