import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    @Suite struct ContractTests {
        @Test("All that is said in a whole run is in the contract, by an independent listener and validator")
        func traffic() async throws {
            let workspace = try Workspace()
            let listener = try record(workspace)
            try await workspace.wait(for: "the listener") { workspace.broker.log.contains("SUBSCRIBE from listener") }
            let orchestrator = try workspace.serve()
            // One takes its time, so that it beats.
            let slow = try workspace.start(
                ["agent", "--role", "pm", "--id", "pm", "--exec", "sleep 0.5; '\(Workspace.baton.path)' stand-in"],
                name: "agent-pm")
            let agents = try workspace.agents(for: GreenfieldTests.roles.filter { $0 != "pm" }) + [slow]
            let started = try await workspace.run([
                "start", "greenfield-fullstack", "--input", "idea=A shop for tea", "--wait", "--timeout", "120",
            ])
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
            for words in [
                ["list"], ["workflows"], ["status"], ["artifacts"], ["handoffs"], ["history"], ["status", "x"],
            ] {
                _ = try await workspace.run(words)
            }
            for agent in agents { agent.signal(SIGTERM) }
            for agent in agents { agent.waitUntilExit() }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try await workspace.wait(for: "the goodbye") {
                workspace.text(ofLog: "traffic").contains(#"\"left\":true"#)
            }
            listener.signal(SIGTERM)
            listener.waitUntilExit()

            let heard = try workspace.text(ofLog: "traffic").split(separator: "\n").map { line -> JSON in
                let message = try JSON.parse(Array(line.utf8))
                return [
                    message["topic"] ?? .null, message["qos"] ?? .null, message["retain"] ?? .null,
                    message["payload"] ?? "",
                ]
            }
            let answer = try JSON.parse(
                [UInt8](await PythonEnvironment.contract("traffic", Data(JSON.array(heard).bytes))))
            #expect(answer["faults"] == [], "\(heard.count) messages")
            let seen = answer["seen"]?.object ?? [:]
            for kind in [
                "req/{client}", "rsp/{client}", "agent/{agent}/state", "agent/{agent}/in/task",
                "agent/{agent}/in/control", "agent/{agent}/out/beat", "agent/{agent}/out/result", "orchestrator/state",
                "orchestrator/mark", "run/{run}/state", "run/{run}/log", "runs",
            ] {
                #expect(seen["baton/v1/{namespace}/\(kind)"] != nil, "nothing was heard on \(kind)")
            }
        }

        /// Everything below `baton/v1`, a JSON object a line, as it was published.
        private func record(_ workspace: Workspace) throws -> GuardedProcess {
            try GuardedProcess(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_sub", "-p", "\(workspace.broker.port)", "-i", "listener", "-V", "5", "-q", "2",
                    "--retain-as-published", "-t", "baton/v1/#", "-F", "%j",
                ], output: workspace.log("traffic"))
        }
    }
}
