import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The rows of the failure table of `docs/protocol.md` that are about the broker and the network.
    @Suite struct BrokerFailureTests {
        private static let threeSteps = """
            - {agent: writer, creates: one.md, retry: {max_attempts: 9}}
            - {agent: writer, creates: two.md, retry: {max_attempts: 9}}
            - {agent: writer, creates: three.md, retry: {max_attempts: 9}}
            """

        private func serve(
            _ workspace: Workspace, sequence: String = threeSteps, broker: String? = nil,
            environment: [String: String] = [:]
        ) throws -> GuardedProcess {
            let short = ["BATON_LEASE_MS": "3000", "BATON_CLAIM_MS": "3000", "BATON_WILL_GRACE_MS": "1000"]
            return try workspace.serve(
                library: workspace.library(id: "made-up", sequence: sequence),
                environment: short.merging(environment) { $1 }, broker.map { ["--broker", $0] } ?? [])
        }

        private func agent(
            _ workspace: Workspace, _ id: String = "writer", seconds: Double, broker: String? = nil
        ) throws -> GuardedProcess {
            try workspace.start(
                [
                    "agent", "--role", "writer", "--id", id, "--exec", "sleep \(seconds); echo '# Written by \(id)'",
                ] + (broker.map { ["--broker", $0] } ?? []), name: id)
        }

        private func start(_ workspace: Workspace) async throws {
            let started = try await workspace.run(["start", "made-up", "--timeout", "60"])
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
        }

        /// Waits until that many tasks have been given out, and the last of them is with its agent.
        private func waitForTask(_ number: Int, in workspace: Workspace) async throws {
            try await workspace.wait(for: "task \(number)") {
                let commands = workspace.broker.log.matches(of: /Sending PUBLISH to \S+ \(.*in\/task'/).count
                return commands >= number
            }
        }

        /// Waits for the run's end, stops the orchestrator, and audits.
        private func end(_ orchestrator: GuardedProcess, _ workspace: Workspace, attemptsLost: Bool = false)
            async throws
        {
            try await workspace.wait(.seconds(90), for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            if !attemptsLost { #expect(try workspace.query("SELECT agent, outcome, message FROM attempts") == []) }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("A broker that is stopped publishes all wills, and no agent is blamed for it")
        func stoppedCleanly() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let orchestrator = try serve(workspace)
            let agent = try agent(workspace, seconds: 2)
            let idle = try self.agent(workspace, "idle", seconds: 2)
            try await start(workspace)
            try await waitForTask(1, in: workspace)
            workspace.broker.stop()
            try workspace.broker.start()
            try await end(orchestrator, workspace)
            withExtendedLifetime((agent, idle)) {}
        }

        @Test("A broker that comes back with an older memory is told everything anew, and what is stale is cleared")
        func olderMemory() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let orchestrator = try serve(workspace)
            try await start(workspace)
            let file = workspace.broker.directory.appending(path: "mosquitto.db")
            let old = workspace.directory.appending(path: "old.db")
            // The snapshot of a run that this orchestrator never heard of lies in that memory.
            let stranger = "run/0192f0c1-2b3c-7d4e-8f50-6172deadbeef/state"
            try workspace.publish("{}", to: stranger, ["-r"])
            try await workspace.wait(for: "the old memory") { FileManager.default.fileExists(atPath: file.path) }
            workspace.broker.stop()
            try FileManager.default.copyItem(at: file, to: old)
            try workspace.broker.start()
            let agent = try agent(workspace, seconds: 0.5)
            try await waitForTask(3, in: workspace)
            workspace.broker.kill()
            try FileManager.default.removeItem(at: file)
            try FileManager.default.copyItem(at: old, to: file)
            try workspace.broker.start()
            // The agents and the index of that time are long past: nobody is lost who is there.
            try await workspace.wait(for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            try await workspace.wait(for: "the snapshots") {
                let shown = try workspace.retained("run/+/state")
                return shown.count == 1 && shown[0].contains(#""status":"completed""#)
            }
            try await end(orchestrator, workspace)
            withExtendedLifetime(agent) {}
        }

        @Test("A result that the broker took and then lost is sent again by its agent, and counts as the first attempt")
        func resultLostByTheBroker() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let orchestrator = try serve(workspace, environment: ["BATON_LEASE_MS": "20000"])
            let agent = try agent(workspace, seconds: 1)
            try await start(workspace)
            try await waitForTask(1, in: workspace)
            try await workspace.wait(for: "the claim") { workspace.broker.log.contains("agent/writer/out/beat") }
            // The broker acknowledges the result, and keeps it for somebody who does not read.
            orchestrator.signal(SIGSTOP)
            try await workspace.wait(for: "the result") { workspace.broker.log.contains("agent/writer/out/result") }
            workspace.broker.kill()
            try workspace.broker.forget()
            orchestrator.signal(SIGCONT)
            try workspace.broker.start()
            try await end(orchestrator, workspace)
            withExtendedLifetime(agent) {}
        }

        @Test("A broker that drops from a full queue while connections live: the mark finds it, and the run goes on")
        func fullQueue() async throws {
            let workspace = try Workspace(
                broker: BrokerProcess(settings: ["max_queued_messages 1", "max_inflight_messages 1"]))
            let orchestrator = try serve(workspace)
            let agent = try agent(workspace, seconds: 0.5)
            try await start(workspace)
            try await waitForTask(1, in: workspace)
            orchestrator.signal(SIGSTOP)
            // Whatever is sent to it now, results and marks among it, has no room.
            for _ in 0..<5 { try workspace.publish("{}", to: "no/such/topic") }
            try await Task.sleep(for: .seconds(2))
            orchestrator.signal(SIGCONT)
            try await end(orchestrator, workspace, attemptsLost: true)
            withExtendedLifetime(agent) {}
        }

        @Test("A command that the broker refuses for its rights goes to another agent, and the run says why")
        func refusedCommand() async throws {
            let workspace = try Workspace(
                broker: BrokerProcess(accessList: [
                    "topic deny baton/v1/default/agent/barred/in/task", "topic readwrite #",
                ]))
            let orchestrator = try serve(workspace, sequence: "- {agent: writer, creates: one.md}")
            let barred = try agent(workspace, "barred", seconds: 0)
            try await workspace.wait(for: "its presence") {
                try workspace.query("SELECT id FROM agents") == ["barred"]
            }
            try await start(workspace)
            try await workspace.wait(for: "the refusal") {
                try workspace.query("SELECT agent, outcome FROM attempts").contains("barred|withdrawn")
            }
            #expect(workspace.text(ofLog: "serve").contains("the broker refused a message"))
            let good = try agent(workspace, "good", seconds: 0)
            try await end(orchestrator, workspace, attemptsLost: true)
            #expect(try workspace.query("SELECT agent, attempt FROM tasks WHERE agent IS NOT NULL") == ["good|1"])
            withExtendedLifetime((barred, good)) {}
        }

        @Test("A half-open connection whose will comes late takes nothing from the agent that is back already")
        func halfOpen() async throws {
            let workspace = try Workspace()
            let orchestrator = try serve(workspace)
            let link = try FaultyLink(to: workspace.broker.port)
            let agent = try agent(workspace, seconds: 4, broker: "mqtt://127.0.0.1:\(link.port)")
            let idle = try self.agent(workspace, "idle", seconds: 4)
            try await start(workspace)
            try await waitForTask(1, in: workspace)
            link.halfOpen()
            try await end(orchestrator, workspace)
            #expect(!workspace.text(ofLog: "writer").contains("is cancelled"))
            withExtendedLifetime((agent, idle)) {}
        }

        @Test("Connections that drop, stall and end in the middle of a packet cost time and nothing else")
        func faultyNetwork() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let links = try (0..<2).map { _ in try FaultyLink(to: workspace.broker.port) }
            let orchestrator = try serve(
                workspace, broker: "mqtt://127.0.0.1:\(links[0].port)", environment: ["BATON_LEASE_MS": "10000"])
            let agent = try agent(workspace, seconds: 1, broker: "mqtt://127.0.0.1:\(links[1].port)")
            try await start(workspace)
            for link in links {
                link.halve()
                try await Task.sleep(for: .milliseconds(500))
                link.drop()
                try await Task.sleep(for: .milliseconds(500))
                link.stall(true)
                try await Task.sleep(for: .milliseconds(500))
                link.stall(false)
                link.crumble(true)
                try await Task.sleep(for: .milliseconds(500))
                link.crumble(false)
            }
            try await end(orchestrator, workspace)
            withExtendedLifetime(agent) {}
        }

        @Test(
            "Somebody else takes the client ids of the agent and of the orchestrator: they come back, the run goes on")
        func takenNames() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let orchestrator = try serve(workspace)
            let agent = try agent(workspace, seconds: 1)
            try await start(workspace)
            for name in ["writer", "baton-default"] {
                try await Task.sleep(for: .milliseconds(300))
                _ = try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    [
                        "mosquitto_sub", "-p", "\(workspace.broker.port)", "-i", name, "-t", "nothing", "-W", "1",
                    ], directory: workspace.directory)
            }
            try await end(orchestrator, workspace, attemptsLost: true)
            withExtendedLifetime(agent) {}
        }
    }
}
