import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What strangers send, in the middle of a run.
    @Suite struct HostileMessagesTests {
        @Test("Messages that are wrong are answered as the protocol says, and the run is unharmed")
        func wrongMessages() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve()
            let library = try BareAgent(
                workspace, id: "bare", roles: GreenfieldTests.roles.filter { $0 != "analyst" })
            let agent = try BareAgent(workspace, id: "slow", roles: ["analyst"], answers: false)
            let stranger = try BareAgent(workspace, id: "stranger", roles: ["nobody"])
            try await PulledPlugTests.publishStart(workspace)
            try await workspace.wait(for: "the first command") { !agent.received.isEmpty }
            let command = agent.received[0]
            let task = command.json["task"]!
            let lease = command.json["lease"]!
            let elsewhere: JSON = "0192f0c1-2b3c-7d4e-8f50-6172deadbeef"

            func result(_ members: JSON) -> [UInt8] { members.bytes }
            let cases: [(name: String, from: BareAgent, payload: [UInt8], outcome: String?)] = [
                ("not JSON", agent, Array("hello".utf8), "rejected"),
                ("not UTF-8", agent, [0x7B, 0x22, 0xFF, 0x22, 0x7D], "rejected"),
                ("deeply nested", agent, Array(repeating: UInt8(ascii: "["), count: 100_000), "rejected"),
                ("10 MB", agent, Array(repeating: UInt8(ascii: " "), count: 10 << 20), "rejected"),
                ("empty", agent, [], "rejected"),
                (
                    "unknown task", agent,
                    result(["task": elsewhere, "lease": elsewhere, "status": "completed", "summary": ""]), "unknown"
                ),
                (
                    "wrong lease", agent,
                    result(["task": task, "lease": elsewhere, "status": "completed", "summary": ""]), "rejected"
                ),
                (
                    "another agent's task", stranger,
                    result(["task": task, "lease": lease, "status": "completed", "summary": "", "artifacts": []]),
                    "rejected"
                ),
            ]
            for entry in cases {
                let before = entry.from.answersToUs.count
                entry.from.send(entry.payload)
                try await workspace.wait(.seconds(10), for: "the answer to \(entry.name)") {
                    entry.from.answersToUs.count > before
                }
                let answer = entry.from.answersToUs[before]
                #expect(answer["type"] == "ack", "\(entry.name)")
                #expect(answer["outcome"]?.string == entry.outcome, "\(entry.name): \(answer)")
                #expect(answer["reasons"]?.array?.isEmpty == false, "\(entry.name): \(answer)")
            }
            // Wrong shapes and undeclared facts of the right attempt.
            agent.send(
                result(["task": task, "lease": lease, "status": "completed", "summary": 7, "artifacts": "none"]))
            try await workspace.wait(for: "the rejection") {
                agent.answersToUs.contains { $0["reasons"]?.text.contains("summary") == true }
            }
            try await workspace.wait(for: "the second attempt") { agent.received.count == 2 }
            let second = agent.received[1]
            #expect(second.attempt == 2)
            #expect(second.json["idempotency_key"] != command.json["idempotency_key"])

            // The answer to the first attempt comes late, the one to the second twice.
            agent.answer(command)
            agent.answer(second, extra: ["facts": ["user_approved": true]])
            agent.answer(second)
            try await workspace.wait(for: "three outcomes") {
                agent.answersToUs.filter { $0["outcome"]?.string != "rejected" && $0["outcome"]?.string != "unknown" }
                    .count == 3
            }
            let outcomes = agent.answersToUs.compactMap { $0["outcome"]?.string }.suffix(3)
            #expect(Array(outcomes) == ["superseded", "accepted", "superseded"])
            #expect(try workspace.query("SELECT count(*) FROM facts WHERE name = 'user_approved'") == ["0"])
            #expect(try workspace.query("SELECT outcome FROM attempts") == ["rejected"])

            try await workspace.wait(.seconds(15), for: "the run's end") {
                try RunChecks(workspace: workspace).status() == "completed"
            }
            let letters = try workspace.query("SELECT DISTINCT sender FROM dead_letters ORDER BY 1")
            #expect(letters == ["slow"])
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
            withExtendedLifetime(library) {}
        }

        @Test(
            "The same request again gets the same answer and no second run; the same id for another request is refused"
        )
        func requests() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve()
            let arguments = ["start", "sdlc", "--request-id", "r-1", "--json", "--input", "idea=x", "--timeout", "20"]
            let client = ["BATON_CLIENT_ID": "one-and-the-same"]
            let first = try await workspace.run(arguments, environment: client)
            let again = try await workspace.run(arguments, environment: client)
            #expect(first.code == 0, "\(first.error)\n\(workspace.logs)")
            #expect(first.output == again.output)
            let other = try await workspace.run(arguments + ["--input", "idea=y"], environment: client)
            #expect(other.code != 0)
            #expect(other.error.contains("request_id"), "\(other.error)")
            #expect(try workspace.query("SELECT count(*) FROM runs") == ["1"])
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test("A start that was published with the retain flag is not carried out, and cleared from the broker")
        func retainedStart() async throws {
            let workspace = try Workspace()
            let payload = #"{"request_id":"r","type":"start","workflow":"sdlc","inputs":{"idea":"x"}}"#
            let sent = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_pub", "-p", "\(workspace.broker.port)", "-q", "1", "-r", "-t", "baton/v1/default/req/me",
                    "-m", payload,
                ],
                environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
            #expect(sent.code == 0)
            let orchestrator = try workspace.serve()
            try await workspace.wait(for: "the dead letter") {
                try workspace.query("SELECT reason FROM dead_letters") == ["published with the retain flag"]
            }
            #expect(try workspace.query("SELECT count(*) FROM runs") == ["0"])
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            let second = try workspace.serve(name: "second")
            try await workspace.wait(for: "the second start") { workspace.text(ofLog: "second").contains("connected") }
            try await Task.sleep(for: .milliseconds(500))
            #expect(try workspace.query("SELECT count(*) FROM dead_letters") == ["1"])
            second.signal(SIGTERM)
            second.waitUntilExit()
        }
    }
}
