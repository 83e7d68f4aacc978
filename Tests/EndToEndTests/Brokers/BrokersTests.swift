import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The heart of what Baton promises, on brokers other than Mosquitto; docs/brokers.md tells what was seen.
    @Suite(.enabled(if: OtherBroker.Product.isAsked, "make brokers installs and tries them")) struct BrokersTests {
        private static let roles = ["analyst", "pm"]

        private struct Stage {
            let workspace: Workspace
            let broker: OtherBroker
            let environment: [String: String]

            init(_ product: OtherBroker.Product, _ version: String) async throws {
                workspace = try Workspace()
                broker = try await OtherBroker(product, in: workspace)
                environment = try broker.environment(version: version)
            }

            /// Returns once it is connected: RabbitMQ tells it of nobody who was there before its first time.
            func serve(
                _ name: String = "serve", library: URL = Workspace.package.appending(path: "workflows"),
                with more: [String: String] = [:]
            ) async throws -> GuardedProcess {
                let orchestrator = try workspace.serve(
                    library: library, name: name, environment: environment.merging(more) { $1 })
                try await workspace.wait(for: "the orchestrator") {
                    workspace.text(ofLog: name).contains("] connected")
                }
                return orchestrator
            }

            func agents(_ roles: [String], suffix: String = "") throws -> [GuardedProcess] {
                try roles.map { role in
                    try workspace.start(
                        [
                            "agent", "--role", role, "--id", "\(role)\(suffix)", "--exec",
                            "sleep 0.3; '\(Workspace.baton.path)' stand-in",
                        ], name: "agent-\(role)\(suffix)", environment: environment)
                }
            }

            func run(_ words: [String]) async throws -> (code: Int32, output: String, error: String) {
                try await workspace.run(words, environment: environment)
            }

            func start() async throws {
                let started = try await run(["start", "greenfield-fullstack", "--input", "idea=tea", "--timeout", "30"])
                try #require(started.code == 0, "\(started.error)\n\(workspace.logs)")
            }

            func waitForTasks(_ count: Int) async throws {
                try await workspace.wait(for: "\(count) tasks") {
                    try workspace.query("SELECT count(*) >= \(count) FROM tasks WHERE status = 'completed'") == ["1"]
                }
            }

            func waitForEnd() async throws {
                try await workspace.wait(.seconds(90), for: "the run's end") {
                    try workspace.query("SELECT status FROM runs") == ["completed"]
                }
            }

            func end(_ orchestrator: GuardedProcess, _ agents: [GuardedProcess]) throws {
                for agent in agents { agent.signal(SIGTERM) }
                orchestrator.signal(SIGTERM)
                #expect(orchestrator.waitUntilExit() == 0, "\(workspace.text(ofLog: "serve"))")
                try RunChecks(workspace: workspace).hold()
            }
        }

        @Test("A whole project runs from idea to launch, and can be watched", arguments: OtherBroker.Product.installed)
        func wholeRun(product: OtherBroker.Product, version: String) async throws {
            let stage = try await Stage(product, version)
            // Agents that were there first; RabbitMQ would tell nobody of them.
            let isFirst = product != .rabbitmq
            var agents = isFirst ? try stage.agents(GreenfieldTests.roles) : []
            try await Task.sleep(for: .seconds(1))
            let orchestrator = try await stage.serve()
            if !isFirst { agents = try stage.agents(GreenfieldTests.roles) }
            let started = try await stage.run([
                "start", "greenfield-fullstack", "--input", "idea=tea", "--wait", "--timeout", "60",
            ])
            #expect(started.code == 0, "\(started.error)\n\(stage.workspace.logs)")
            let log = try await stage.run(["history", "last"])
            #expect(log.code == 0 && log.output.split(separator: "\n").count > 20, "\(log)")
            try stage.end(orchestrator, agents)
        }

        @Test(
            "The orchestrator is killed in the middle of a run, and a second start ends it",
            arguments: OtherBroker.Product.installed)
        func orchestratorKilled(product: OtherBroker.Product, version: String) async throws {
            let stage = try await Stage(product, version)
            let first = try await stage.serve()
            let agents = try stage.agents(GreenfieldTests.roles)
            try await stage.start()
            try await stage.waitForTasks(3)
            first.signal(SIGKILL)
            first.waitUntilExit()
            try await Task.sleep(for: .seconds(1))
            let second = try await stage.serve("second")
            try await stage.waitForEnd()
            try stage.end(second, agents)
        }

        @Test(
            "The broker is killed in the middle of a run and started again: everybody comes back, the run goes on",
            arguments: OtherBroker.Product.installed)
        func brokerKilled(product: OtherBroker.Product, version: String) async throws {
            let stage = try await Stage(product, version)
            let orchestrator = try await stage.serve()
            let agents = try stage.agents(GreenfieldTests.roles)
            try await stage.start()
            try await stage.waitForTasks(3)
            stage.broker.kill()
            try await stage.broker.start(stage.workspace)
            try await stage.waitForEnd()
            try stage.end(orchestrator, agents)
        }

        @Test(
            "An agent is killed in the middle of a task: its will is told, and another finishes",
            arguments: OtherBroker.Product.installed)
        func agentKilled(product: OtherBroker.Product, version: String) async throws {
            let stage = try await Stage(product, version)
            let library = try stage.workspace.library(id: "one", sequence: "- agent: analyst\n  creates: brief.md\n")
            let orchestrator = try await stage.serve(library: library, with: ["BATON_WILL_GRACE_MS": "500"])
            let slow = try stage.workspace.start(
                ["agent", "--role", "analyst", "--id", "slow", "--exec", "sleep 600"], name: "slow",
                environment: stage.environment)
            let started = try await stage.run(["start", "one", "--input", "idea=tea", "--timeout", "30"])
            #expect(started.code == 0, "\(started.error)")
            try await stage.workspace.wait(for: "its task") {
                try stage.workspace.query("SELECT agent FROM tasks WHERE agent <> ''") == ["slow"]
            }
            try await Task.sleep(for: .milliseconds(500))
            slow.signal(SIGKILL)
            let other = try stage.agents(["analyst"], suffix: "-2")
            try await stage.waitForEnd()
            #expect(try stage.workspace.query("SELECT agent, outcome FROM attempts") == ["slow|lost"])
            try stage.end(orchestrator, other)
        }

        @Test(
            "A request that was published with the retain flag is not carried out a second time",
            arguments: OtherBroker.Product.installed)
        func retainedStart(product: OtherBroker.Product, version: String) async throws {
            let stage = try await Stage(product, version)
            let payload = #"{"request_id":"r","type":"start","workflow":"sdlc","inputs":{"idea":"x"}}"#
            let login = product == .ejabberd ? ["-u", "baton@localhost", "-P", "none"] : []
            let words =
                ["mosquitto_pub", "-p", "\(stage.broker.port)", "-q", "1", "-r", "-t", "baton/v1/default/req/me"]
                + login
                + ["-m", payload]
            let sent = try runToEnd(
                URL(filePath: "/usr/bin/env"), words, directory: stage.workspace.directory)
            #expect(sent.code == 0, "\(sent.error)")
            for name in ["first", "second"] {
                let orchestrator = try await stage.serve(name)
                try await Task.sleep(for: .seconds(2))
                orchestrator.signal(SIGTERM)
                #expect(orchestrator.waitUntilExit() == 0)
            }
            #expect(try stage.workspace.query("SELECT count(*) FROM runs") == ["0"])
            let letters = try stage.workspace.query("SELECT count(*) FROM dead_letters")
            // RabbitMQ gives what it retains only to subscriptions without a wildcard: nobody is ever told of it.
            #expect(letters == [product == .rabbitmq ? "0" : "1"], "\(letters)")
        }
    }
}
