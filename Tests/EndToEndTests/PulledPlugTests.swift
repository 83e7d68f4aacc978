import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The orchestrator, an agent and the broker are killed at the worst moments.
    @Suite struct PulledPlugTests {
        static let run = "0192f0c1-2b3c-7d4e-8f50-617200000000"

        /// Ten moments, by the name of the fault point and which time it is reached.
        static let moments: [(point: String, count: Int)] = [
            ("after-connect", 1), ("after-read", 2), ("after-read-result", 1), ("after-read-result", 4),
            ("before-commit", 4), ("after-commit", 3), ("after-commit-of-command", 2), ("before-write", 6),
            ("after-write", 7), ("while-tasks-are-out", 2), ("after-commit-of-end", 1),
        ]

        @Test("SIGKILL of the orchestrator at any moment: a second start ends the run the same", arguments: moments)
        func orchestratorKilled(point: String, count: Int) async throws {
            let expected = try await Self.undisturbed.value
            let workspace = try Workspace(persistentBroker: true)
            let agent = try Self.bareAgent(
                workspace, delay: point == "while-tasks-are-out" ? .milliseconds(600) : .zero)
            let killed = try workspace.serve(environment: ["BATON_FAULT": "\(point):\(count)"])
            // With a fault at the connection itself nobody answers: the start stays in the broker's hands.
            try await Self.publishStart(workspace)
            try await workspace.wait(.seconds(20), for: "the fault point \(point)") { !killed.isRunning }
            #expect(killed.waitUntilExit() == 128 + SIGKILL)
            #expect(workspace.text(ofLog: "serve").contains("fault point \(point) reached"))

            let second = try workspace.serve(name: "second")
            // Sent again by whoever got no answer: the same request, which starts no second run.
            try await Self.publishStart(workspace, log: "second")
            try await workspace.wait(.seconds(30), for: "the run's end") {
                try workspace.query("SELECT status FROM runs WHERE id = '\(Self.run)'") == ["completed"]
            }
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            let checks = RunChecks(workspace: workspace)
            try checks.hold()
            #expect(try checks.artifacts() == expected)
            // The agent answers each command once: had a result been lost, there would be another attempt or no end.
            #expect(try workspace.query("SELECT max(attempt) FROM tasks") == ["1"])
            #expect(try workspace.query("SELECT count(*) FROM attempts") == ["0"])
            withExtendedLifetime(agent) {}
        }

        @Test(
            "A batch of many runs, which the disk syncs beside the loop, is whole after a SIGKILL",
            arguments: ["after-commit", "before-write"])
        func manyRunsInOneBatch(point: String) async throws {
            let workspace = try Workspace(persistentBroker: true)
            let agent = try Self.bareAgent(workspace)
            let first = try workspace.serve(name: "first")
            try await workspace.wait(for: "a session to keep the starts") {
                workspace.text(ofLog: "first").contains("epoch=")
            }
            first.signal(SIGTERM)
            #expect(first.waitUntilExit() == 0)
            let starts = (0..<12).map { number in
                #"{"request_id":"start-\#(number)","type":"start","workflow":"sdlc","#
                    + #""inputs":{"idea":"Tea \#(number)"}}"#
            }
            let sent = try runToEnd(
                URL(filePath: "/bin/sh"),
                [
                    "-c", "printf '%s\n' \"$@\" | mosquitto_pub -p $0 -q 1 -t baton/v1/default/req/me -l",
                    "\(workspace.broker.port)",
                ] + starts, environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
            try #require(sent.code == 0, "\(sent.error)")
            let killed = try workspace.serve(environment: ["BATON_FAULT": "\(point):1"])
            try await workspace.wait(.seconds(20), for: "the fault point \(point)") { !killed.isRunning }
            let second = try workspace.serve(name: "second")
            try await workspace.wait(.seconds(60), for: "the end of all runs") {
                try workspace.query("SELECT count(*) FROM runs WHERE status = 'completed'") == ["12"]
            }
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            #expect(try workspace.query("SELECT count(*), count(DISTINCT inputs) FROM runs") == ["12|12"])
            #expect(try workspace.query("SELECT max(attempt) FROM tasks") == ["1"])
            #expect(try workspace.query("SELECT count(*) FROM attempts") == ["0"])
            #expect(try workspace.query("PRAGMA integrity_check") == ["ok"])
            withExtendedLifetime(agent) {}
        }

        @Test("Acknowledging before the commit loses a result: the checks above find that bug when it is planted")
        func plantedBug() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let agent = try Self.bareAgent(workspace)
            let killed = try workspace.serve(environment: ["BATON_FAULT": "acknowledge-early,after-read-result:3"])
            try await Self.publishStart(workspace)
            try await workspace.wait(.seconds(20), for: "the fault point") { !killed.isRunning }
            let second = try workspace.serve(name: "second")
            try await workspace.wait(for: "the second orchestrator") {
                workspace.text(ofLog: "second").contains("connected")
            }
            // Everything that can still happen happens at once; the lost result never comes.
            try await workspace.wait(for: "silence") {
                try workspace.query("SELECT count(*) FROM outbox") == ["0"]
            }
            try await Task.sleep(for: .seconds(3))
            #expect(try workspace.query("SELECT status FROM runs") == ["running"])
            second.signal(SIGTERM)
            second.waitUntilExit()
            withExtendedLifetime(agent) {}
        }

        @Test("A run half done is finished by an orchestrator that has a copy of the database and nothing else")
        func copiedDatabase() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let agent = try Self.bareAgent(workspace)
            let first = try workspace.serve(environment: ["BATON_FAULT": "after-commit-of-command:4"])
            try await Self.publishStart(workspace)
            try await workspace.wait(.seconds(20), for: "the fault point") { !first.isRunning }
            let copy = workspace.directory.appending(path: "copy")
            let library = workspace.directory.appending(path: "no-workflows")
            for folder in [copy, library] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            for suffix in ["", "-wal"] {
                try FileManager.default.moveItem(
                    atPath: workspace.database + suffix, toPath: copy.appending(path: "baton.sqlite\(suffix)").path)
            }
            let second = try workspace.start(
                ["serve", "--database", copy.appending(path: "baton.sqlite").path, "--library", library.path],
                name: "second")
            try await workspace.wait(for: "the run's end") {
                try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    [
                        "sqlite3", "-readonly", copy.appending(path: "baton.sqlite").path, ".timeout 5000",
                        "SELECT status FROM runs",
                    ],
                    environment: ProcessInfo.processInfo.environment, directory: workspace.directory
                ).output == "completed\n"
            }
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            withExtendedLifetime(agent) {}
        }

        @Test("SIGKILL of an agent in the middle of a task: another attempt finishes it")
        func agentKilled() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve(environment: ["BATON_WILL_GRACE_MS": "200"])
            let library = try workspace.agents(for: GreenfieldTests.roles.filter { $0 != "analyst" })
            let doomed = try workspace.start(
                ["agent", "--role", "analyst", "--id", "doomed", "--exec", "sleep 60"], name: "doomed")
            try await Self.publishStart(workspace)
            try await workspace.wait(for: "the doomed agent's claim") {
                try workspace.query("SELECT agent FROM tasks WHERE status = 'running'") == ["doomed"]
            }
            doomed.signal(SIGKILL)
            doomed.waitUntilExit()
            let substitute = try workspace.agents(for: ["analyst"], suffix: "-2")
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            #expect(try workspace.query("SELECT agent, outcome FROM attempts") == ["doomed|lost"])
            let first = try workspace.query("SELECT attempt, agent FROM tasks WHERE agent IS NOT NULL LIMIT 1")
            #expect(first == ["2|analyst-2"])
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            for agent in library + substitute { agent.signal(SIGTERM) }
            try RunChecks(workspace: workspace).hold()
        }

        @Test(
            "The broker is killed and started again: everybody comes back and the run goes on",
            arguments: [true, false])
        func brokerKilled(keepsItsMemory: Bool) async throws {
            let workspace = try Workspace(persistentBroker: keepsItsMemory)
            let orchestrator = try workspace.serve()
            let agents = try workspace.agents(for: GreenfieldTests.roles)
            try await Self.publishStart(workspace)
            for count in [2, 6] {
                try await workspace.wait(for: "\(count) results") {
                    let done = try workspace.query("SELECT count(*) FROM tasks WHERE status = 'completed'")
                    return Int(done[0])! >= count
                }
                workspace.broker.kill()
                try workspace.broker.start()
            }
            try await workspace.wait(.seconds(90), for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            for agent in agents { agent.signal(SIGTERM) }
            try RunChecks(workspace: workspace).hold()
        }

        // MARK: Parts

        /// One agent for every role, in this process.
        private static func bareAgent(_ workspace: Workspace, delay: Duration = .zero) throws -> BareAgent {
            try BareAgent(workspace, id: "bare", roles: GreenfieldTests.roles, delay: delay)
        }

        /// A start as anybody's broker client sends it; nobody waits for the answer.
        static func publishStart(_ workspace: Workspace, log: String = "serve") async throws {
            let payload =
                #"{"request_id":"start-1","type":"start","workflow":"greenfield-fullstack","#
                + #""inputs":{"idea":"A shop for tea"},"run_id":"\#(run)"}"#
            // The subscription of the orchestrator's session has to be there before the message.
            try await workspace.wait(for: "the orchestrator's first connection") {
                ["epoch=", "fault point"].contains(where: workspace.text(ofLog: log).contains)
            }
            let deadline = ContinuousClock.now + .seconds(30)
            while try workspace.query("SELECT count(*) FROM runs") != ["1"], ContinuousClock.now < deadline {
                let sent = try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    [
                        "mosquitto_pub", "-p", "\(workspace.broker.port)", "-q", "1", "-t", "baton/v1/default/req/me",
                        "-m",
                        payload,
                    ], environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
                try #require(sent.code == 0, "\(sent.error)")
                try await Task.sleep(for: .milliseconds(200))
                if workspace.text(ofLog: log).contains("fault point") { return }
            }
        }

        /// What a run gives that nobody disturbs.
        private static let undisturbed = Task {
            let workspace = try Workspace()
            let agent = try bareAgent(workspace)
            let orchestrator = try workspace.serve()
            try await publishStart(workspace)
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            withExtendedLifetime(agent) {}
            return try RunChecks(workspace: workspace).artifacts()
        }
    }
}
