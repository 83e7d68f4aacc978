import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The rows of the failure table of `docs/protocol.md` that are about the orchestrator, its clock, and who reads
    /// along.
    @Suite struct OrchestratorFailureTests {
        private static let twoSteps = """
            - {agent: writer, creates: one.md, retry: {max_attempts: 9}}
            - {agent: writer, creates: two.md, retry: {max_attempts: 9}}
            """
        private static let short = ["BATON_LEASE_MS": "1000", "BATON_CLAIM_MS": "1000", "BATON_WILL_GRACE_MS": "200"]

        private func serve(
            _ workspace: Workspace, name: String = "serve", sequence: String = twoSteps,
            environment: [String: String] = [:], _ extra: [String] = []
        ) throws -> GuardedProcess {
            try workspace.serve(
                library: workspace.library(id: "made-up", sequence: sequence), name: name,
                environment: Self.short.merging(environment) { $1 }, extra)
        }

        private func agent(_ workspace: Workspace, _ id: String = "writer", seconds: Double) throws -> GuardedProcess {
            try workspace.start(
                [
                    "agent", "--role", "writer", "--id", id, "--exec", "sleep \(seconds); echo '# Written by \(id)'",
                ], name: id)
        }

        private func start(_ workspace: Workspace) async throws {
            let started = try await workspace.run(["start", "made-up", "--timeout", "60"])
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
            try await workspace.wait(for: "the claim") { workspace.broker.log.contains("agent/writer/out/beat") }
        }

        private func end(_ orchestrator: GuardedProcess, _ workspace: Workspace) async throws {
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            #expect(try workspace.query("SELECT agent, outcome, message FROM attempts") == [])
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("An orchestrator that was suspended for longer than every lease blames nobody")
        func suspended() async throws {
            let workspace = try Workspace()
            let orchestrator = try serve(workspace)
            let agents = try [agent(workspace, seconds: 6), agent(workspace, "idle", seconds: 6)]
            try await start(workspace)
            orchestrator.signal(SIGSTOP)
            try await Task.sleep(for: .seconds(4))
            orchestrator.signal(SIGCONT)
            try await end(orchestrator, workspace)
            withExtendedLifetime(agents) {}
        }

        @Test("An orchestrator that was down for longer than every lease takes the result that waited for it")
        func longAway() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let killed = try serve(workspace)
            let agents = try [agent(workspace, seconds: 2), agent(workspace, "idle", seconds: 2)]
            try await start(workspace)
            killed.signal(SIGKILL)
            killed.waitUntilExit()
            try await Task.sleep(for: .seconds(4))
            let second = try serve(workspace, name: "second")
            try await end(second, workspace)
            withExtendedLifetime(agents) {}
        }

        @Test("Down for longer than its session: what was sent meanwhile is lost, and agents and clients send it again")
        func sessionExpired() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let killed = try serve(workspace)
            let agents = try [agent(workspace, seconds: 2), agent(workspace, "idle", seconds: 2)]
            try await start(workspace)
            killed.signal(SIGKILL)
            killed.waitUntilExit()
            // Asked while nobody is there; repeated until somebody answers.
            async let asked = workspace.run(["start", "made-up", "--request-id", "late", "--timeout", "60"])
            try await workspace.wait(for: "the request") { workspace.broker.log.contains("/req/cli-") }
            try await workspace.wait(for: "the result") { workspace.broker.log.contains("writer/out/result") }
            // The broker forgets the session, as it does when its time is over. It is away for so long that the agents
            // come back after the orchestrator, whose patience is as long as their longest pause.
            workspace.broker.stop()
            try workspace.broker.forget()
            try await Task.sleep(for: .milliseconds(900))
            try workspace.broker.start()
            let second = try serve(workspace, name: "second", environment: ["BATON_LEASE_MS": "10000"])
            #expect(try await asked.code == 0)
            try await workspace.wait(for: "both runs' ends") {
                try workspace.query("SELECT status FROM runs") == ["completed", "completed"]
            }
            #expect(try workspace.query("SELECT agent, outcome, message FROM attempts") == [])
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
            withExtendedLifetime(agents) {}
        }

        @Test("A restored backup is noticed; told to go on, it does again what it does not know of")
        func restoredBackup() async throws {
            let workspace = try Workspace()
            let first = try serve(workspace)
            let agent = try agent(workspace, seconds: 1)
            try await start(workspace)
            let backup = workspace.directory.appending(path: "backup.sqlite").path
            try DatabaseShell(path: workspace.database).copy(to: backup)
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            first.signal(SIGTERM)
            #expect(first.waitUntilExit() == 0)
            // Every start has an epoch of its own: this is how a copy that stayed behind is known.
            for number in 1...2 {
                let later = try serve(workspace, name: "later-\(number)")
                try await workspace.wait(for: "a later epoch") {
                    workspace.text(ofLog: "later-\(number)").contains("epoch=")
                }
                later.signal(SIGTERM)
                #expect(later.waitUntilExit() == 0)
            }
            for file in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: workspace.database + file) }
            try FileManager.default.moveItem(atPath: backup, toPath: workspace.database)
            let refused = try await workspace.run([
                "serve", "--database", workspace.database, "--library",
                workspace.directory.appending(path: "library").path,
            ])
            #expect(refused.code != 0)
            #expect(refused.error.contains("restored backup") && refused.error.contains("--take-over"), "\(refused)")
            let second = try serve(workspace, name: "second", ["--take-over"])
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
            withExtendedLifetime(agent) {}
        }

        @Test("A clock that jumps by a day, either way, neither ends a lease nor keeps anything waiting")
        func clockJumps() async throws {
            let workspace = try Workspace()
            guard let clock = FalseClock(folder: workspace.directory) else {
                print("skipped: libfaketime is not installed (Debian: apt-get install faketime)")
                return
            }
            let orchestrator = try serve(
                workspace,
                sequence: """
                    - {agent: writer, creates: one.md, retry: {max_attempts: 9}}
                    - {agent: writer, creates: two.md, retry: {max_attempts: 9}}
                    - {agent: writer, creates: three.md, retry: {max_attempts: 9}}
                    """, environment: clock.environment())
            let agents = try [agent(workspace, seconds: 2), agent(workspace, "idle", seconds: 2)]
            try await start(workspace)
            for offset in [86_400, -86_400, 0] {
                clock.set(offsetSeconds: offset)
                try await Task.sleep(for: .seconds(2))
            }
            try await end(orchestrator, workspace)
            withExtendedLifetime(agents) {}
        }

        @Test("What a killed program left under the same number keeps no program from starting with another clock")
        func staleClock() throws {
            let workspace = try Workspace()
            guard let clock = FalseClock(folder: workspace.directory) else {
                print("skipped: libfaketime is not installed (Debian: apt-get install faketime)")
                return
            }
            clock.set(offsetSeconds: 86_400)
            let said = workspace.directory.appending(path: "said")
            // A shell leaves a semaphore under its own number, and becomes the program.
            let script = """
                : > /dev/shm/sem.faketime_sem_$$; date +%s; exec env LD_PRELOAD="$CLOCK" date +%s
                """
            var environment = ProcessInfo.processInfo.environment.merging(try clock.environment()) { $1 }
            environment["CLOCK"] = environment.removeValue(forKey: "LD_PRELOAD")
            let program = try GuardedProcess(
                URL(filePath: "/bin/sh"), ["-c", script], environment: environment, output: said)
            #expect(program.waitUntilExit() == 0)
            try? FileManager.default.removeItem(atPath: "/dev/shm/sem.faketime_sem_\(program.identifier)")
            let times = try String(contentsOf: said, encoding: .utf8).split(separator: "\n").compactMap { Int($0) }
            try #require(times.count == 2)
            #expect(times[1] - times[0] >= 86_000)
        }

        @Test("A dashboard that does not read and a shell that holds the database open slow nobody down")
        func slowReaders() async throws {
            let workspace = try Workspace()
            let orchestrator = try serve(workspace)
            let agent = try agent(workspace, seconds: 0.2)
            let dashboard = try GuardedProcess(
                URL(filePath: "/usr/bin/env"),
                ["mosquitto_sub", "-p", "\(workspace.broker.port)", "-q", "1", "-t", "baton/#"])
            try await workspace.wait(for: "the dashboard") { workspace.broker.log.contains("baton/#") }
            dashboard.signal(SIGSTOP)
            try await workspace.wait(for: "the database") {
                try workspace.query("SELECT count(*) FROM events") == ["0"]
            }
            let shell = try GuardedProcess(
                URL(filePath: "/usr/bin/env"),
                [
                    "sqlite3", "-readonly", workspace.database, "BEGIN; SELECT count(*) FROM events;",
                    ".shell sleep 30", "COMMIT",
                ])
            try await start(workspace)
            try await end(orchestrator, workspace)
            #expect(shell.isRunning && dashboard.isRunning)
            withExtendedLifetime(agent) {}
        }

        @Test("A message that can't be stored is put aside, and what came with it is stored")
        func poisonedCommit() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let orchestrator = try serve(workspace)
            #expect(try await workspace.run(["list", "--timeout", "30"]).code == 0)
            let made = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "sqlite3", workspace.database, ".timeout 5000",
                    """
                    CREATE TRIGGER poison BEFORE INSERT ON runs WHEN NEW.project = 'hemlock'
                    BEGIN SELECT RAISE(ABORT, 'poisoned'); END
                    """,
                ], directory: workspace.directory)
            try #require(made.code == 0, "\(made.error)")
            // All of them are read in one batch.
            orchestrator.signal(SIGSTOP)
            for (number, project) in ["good", "hemlock", "fine"].enumerated() {
                try workspace.publish(
                    #"{"request_id":"\#(number)","type":"start","workflow":"made-up","project":"\#(project)"}"#,
                    to: "req/me")
            }
            orchestrator.signal(SIGCONT)
            try await workspace.wait(for: "the others") {
                try workspace.query("SELECT project FROM runs ORDER BY 1") == ["fine", "good"]
            }
            let letters = try workspace.query("SELECT sender, reason FROM dead_letters")
            #expect(letters.count == 1 && letters[0].hasPrefix("me|storing it failed"), "\(letters)")
            #expect(workspace.text(ofLog: "serve").contains("trying its messages one by one"))
            let agent = try agent(workspace, seconds: 0)
            try await workspace.wait(for: "the runs' ends") {
                try workspace.query("SELECT status FROM runs") == ["completed", "completed"]
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            withExtendedLifetime(agent) {}
        }

        @Test("Runs that have ended stay in the index, and their snapshots with the broker, over a restart")
        func endedRunsStay() async throws {
            let workspace = try Workspace()
            let first = try serve(workspace)
            let agent = try agent(workspace, seconds: 0.5)
            try await start(workspace)
            try await end(first, workspace)
            let second = try serve(workspace, name: "second")
            #expect(try await workspace.run(["list", "--timeout", "30"]).code == 0)
            try await workspace.wait(for: "the index") {
                try workspace.retained("runs").contains { $0.contains(#""status":"completed""#) }
            }
            let shown = try workspace.retained("run/+/state")
            #expect(shown.count == 1 && shown[0].contains(#""status":"completed""#), "\(shown)")
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            withExtendedLifetime(agent) {}
        }
    }
}
