import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What cannot be read, what should not have been sent so, and what ends the process.
    @Suite struct DeadLetterTests {
        private static let start = #"{"request_id":"r","type":"start","workflow":"sdlc","inputs":{"idea":"x"}}"#

        private func publish(
            _ workspace: Workspace, _ payload: String, to topic: String = "req/me", _ arguments: [String] = []
        ) throws {
            let file = workspace.directory.appending(path: "payload")
            try Data(payload.utf8).write(to: file)
            let sent = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_pub", "-p", "\(workspace.broker.port)", "-q", "1", "-t", "baton/v1/default/\(topic)",
                    "-f", file.path,
                ] + arguments, environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
            try #require(sent.code == 0, "\(sent.error)")
        }

        @Test("Dead letters are listed, shown, and received again when all of them was kept")
        func offered() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve()
            // An answer says that the subscriptions are there.
            #expect(try await workspace.run(["list", "--timeout", "30"]).code == 0)
            try publish(workspace, "hello")
            try publish(workspace, String(repeating: "x", count: 5000))
            try publish(workspace, Self.start, ["-r"])
            try await workspace.wait(for: "three letters") {
                try workspace.query("SELECT count(*) FROM dead_letters") == ["3"]
            }
            let listed = try await workspace.run(["dead-letters"])
            #expect(listed.output.contains("published with the retain flag"), "\(listed)")
            #expect(listed.output.split(separator: "\n").count == 4)
            let shown = try await workspace.run(["dead-letters", "show", "2"])
            #expect(shown.output.contains("bytes   5000, of which 4096 were kept"), "\(shown)")
            #expect(try await workspace.run(["dead-letters", "show", "99"]).code == 5)

            let bad = try await workspace.run(["dead-letters", "offer", "1"])
            #expect(bad.code == 1)
            #expect(bad.error.contains("a dead letter again"), "\(bad)")
            let cut = try await workspace.run(["dead-letters", "offer", "2"])
            #expect(cut.code == 1)
            #expect(cut.error.contains("of its 5000 bytes only the first 4096 were kept"), "\(cut)")
            #expect(try workspace.query("SELECT count(*) FROM runs") == ["0"])
            let good = try await workspace.run(["dead-letters", "offer", "3"])
            #expect(good.output == "3  received\n", "\(good)")
            #expect(try workspace.query("SELECT client FROM runs") == ["me"])
            #expect(try workspace.query("SELECT id FROM dead_letters WHERE id = 3") == [])
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test("What was published with the retain flag for the orchestrator alone is put aside, and cleared")
        func retained() async throws {
            let workspace = try Workspace()
            let topics = ["req/me", "agent/a/out/result", "agent/a/out/beat", "agent/a/out/decline", "agent/a/out/get"]
            // Some are there when it comes, some come when it is there.
            for topic in topics.prefix(3) { try publish(workspace, "{}", to: topic, ["-r"]) }
            let orchestrator = try workspace.serve()
            #expect(try await workspace.run(["list", "--timeout", "30"]).code == 0)
            for topic in topics.suffix(2) { try publish(workspace, "{}", to: topic, ["-r"]) }
            try await workspace.wait(for: "the letters") {
                try workspace.query("SELECT count(*) FROM dead_letters WHERE reason LIKE '%retain flag'") == ["5"]
            }
            #expect(try await workspace.run(["list"]).code == 0)
            let left = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_sub", "-p", "\(workspace.broker.port)", "-t", "baton/v1/default/req/#", "-t",
                    "baton/v1/default/agent/+/out/#", "-W", "1",
                ], environment: ProcessInfo.processInfo.environment, directory: workspace.directory, limit: .seconds(20)
            )
            #expect(left.output.isEmpty)
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            #expect(try workspace.query("SELECT count(*) FROM dead_letters") == ["5"], "clearing is no message")
        }

        @Test("A message that ends the process is found, put aside, and does not keep the others waiting")
        func poison() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let fault = ["BATON_FAULT": "poison=hemlock"]
            var process = try workspace.serve(environment: fault)
            #expect(try await workspace.run(["list", "--timeout", "30"]).code == 0)
            try publish(workspace, Self.start.replacing("sdlc", with: "hemlock"))
            try await workspace.wait(for: "the first death") { !process.isRunning }
            // What came behind it waits.
            try publish(workspace, Self.start)
            var deaths = 1
            while deaths < 10 {
                let name = "serve-\(deaths)"
                process = try workspace.serve(name: name, environment: fault)
                let (started, path) = (process, workspace.log(name).path)
                try await workspace.wait(for: "a death or a life") {
                    try !started.isRunning
                        || (String(contentsOfFile: path, encoding: .utf8).contains("connected")
                            && workspace.query("SELECT count(*) FROM runs") == ["1"])
                }
                if process.isRunning { break }
                deaths += 1
            }
            // One while nobody watched, three together with others, one alone.
            #expect(deaths == 5)
            #expect(process.isRunning)
            #expect(
                try workspace.query("SELECT sender, reason FROM dead_letters")
                    == ["me|deciding it ended the process"])
            #expect(try workspace.query("SELECT workflow FROM runs") == ["sdlc"])
            try await workspace.wait(for: "the end of the watch") {
                try workspace.query("SELECT stage FROM suspects") == ["guilty"]
            }
            process.signal(SIGTERM)
            #expect(process.waitUntilExit() == 0)

            // A version without the fault takes it when it is told to.
            let cured = try workspace.serve(name: "cured")
            let offered = try await workspace.run(["dead-letters", "offer", "1", "--timeout", "30"])
            #expect(offered.output == "1  received\n", "\(offered)")
            cured.signal(SIGTERM)
            #expect(cured.waitUntilExit() == 0)
        }
    }
}
