import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    @Suite struct TracingTests {
        private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

        /// Spans of the file, in order.
        private func spans(_ workspace: Workspace) throws -> [JSON] {
            let text = try String(contentsOf: workspace.directory.appending(path: "spans.jsonl"), encoding: .utf8)
            return try text.split(separator: "\n").flatMap { line in
                let resource = try #require(try JSON.parse(Array(line.utf8))["resourceSpans"]?.array?.first)
                #expect(resource["resource"]?["attributes"]?.array?.first?["value"]?["stringValue"] == "baton")
                return try #require(resource["scopeSpans"]?.array?.first?["spans"]?.array)
            }
        }

        private func attribute(_ name: String, of span: JSON) -> String? {
            span["attributes"]?.array?.first { $0["key"]?.string == name }?["value"]?["stringValue"]?.string
        }

        @Test("A run is one trace, from the start's traceparent through a failure and a restart to its end")
        func oneTrace() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "made",
                sequence: """
                    - {agent: writer, id: first, creates: one.md, retry: {max_attempts: 3, initial_ms: 100}}
                    - {agent: writer, id: second, creates: two.md, requires: one.md}
                    """)
            let file = workspace.directory.appending(path: "spans.jsonl").path
            let orchestrator = try workspace.serve(library: library, ["--trace-file", file])
            let run = try await workspace.run(["start", "made", "--traceparent", Self.parent])
            #expect(run.code == 0, "\(run)")
            let failed = workspace.directory.appending(path: "failed-once").path
            let seen = workspace.directory.appending(path: "seen").path
            // A watcher with MQTT 5 sees the user property beside the payload.
            let watcher = try GuardedProcess(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_sub", "-p", "\(workspace.broker.port)", "-V", "5", "-F", "%t %P", "-t",
                    "baton/v1/default/agent/writer/in/task", "-t", "baton/v1/default/agent/writer/out/result",
                ], directory: workspace.directory, output: workspace.log("watcher"))
            let agent = try workspace.start(
                [
                    "agent", "--role", "writer", "--id", "writer", "--exec",
                    "jq -r .traceparent >> '\(seen)'; if [ -e '\(failed)' ]; then echo '# One'; "
                        + "else touch '\(failed)'; exit 1; fi",
                ], name: "writer")
            try await workspace.wait(for: "the first step") {
                try workspace.query("SELECT count(*) FROM tasks WHERE step = 'first' AND status = 'completed'") == ["1"]
            }
            // The trace outlives the process.
            orchestrator.signal(SIGKILL)
            let second = try workspace.serve(library: library, name: "serve-2", ["--trace-file", file])
            let id = run.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let end = try await workspace.run(["watch", id])
            #expect(end.code == 0, "\(end)")
            try await workspace.wait(for: "the run's span") { try spans(workspace).contains { $0["name"] == "made" } }
            let all = try spans(workspace)
            #expect(Set(all.map { $0["traceId"]?.string }) == ["4bf92f3577b34da6a3ce929d0e0e4736"])
            let whole = try #require(all.first { $0["name"] == "made" })
            #expect(whole["parentSpanId"] == "00f067aa0ba902b7")
            #expect(whole["status"]?["code"] == 1)
            #expect(attribute("baton.status", of: whole) == "completed")
            let attempts = all.filter { $0["name"] != "made" }
            #expect(attempts.allSatisfy { $0["parentSpanId"] == whole["spanId"] })
            let outcomes = attempts.compactMap { attribute("baton.outcome", of: $0) }
            #expect(outcomes.filter { $0 == "completed" }.count == 2)
            #expect(outcomes.contains("failed"))
            let broken = try #require(attempts.first { attribute("baton.outcome", of: $0) == "failed" })
            #expect(broken["name"] == "first" && broken["status"]?["code"] == 2)
            #expect(Set(all.compactMap { $0["spanId"]?.string }).count == all.count)
            for span in all {
                let began = try #require(UInt64(span["startTimeUnixNano"]?.string ?? ""))
                let ended = try #require(UInt64(span["endTimeUnixNano"]?.string ?? ""))
                #expect(began <= ended && began > 1_700_000_000_000_000_000)
            }
            // What the program read from its command is the span of its attempt.
            let commands = try String(contentsOfFile: seen, encoding: .utf8).split(separator: "\n").map(String.init)
            for command in commands {
                let span = command.split(separator: "-")[2]
                #expect(attempts.contains { $0["spanId"]?.string == String(span) }, "\(command)")
            }
            // Commands and results carry it as a user property as well.
            let properties = workspace.text(ofLog: "watcher").split(separator: "\n")
            for topic in ["in/task", "out/result"] {
                let lines = properties.filter { $0.contains(topic) }
                #expect(lines.count >= 3)
                for line in lines {
                    #expect(line.contains("traceparent:00-4bf92f3577b34da6a3ce929d0e0e4736-"), "\(line)")
                }
            }
            _ = (second, agent, watcher)
        }

        @Test("A run that nobody traces carries nothing; a traceparent that is none is refused")
        func untraced() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "made", sequence: "- {agent: writer, creates: one.md}\n")
            let nowhere = try await workspace.run(
                [
                    "serve", "--database", workspace.database, "--library", library.path, "--trace-file",
                    "/no/where/spans",
                ])
            #expect(nowhere.code != 0 && nowhere.error.contains("--trace-file"), "\(nowhere)")
            let orchestrator = try workspace.serve(library: library)
            let wrong = try await workspace.run(["start", "made", "--traceparent", "00-1-2-3"])
            #expect(wrong.code == 2 && wrong.error.contains("W3C Trace Context"), "\(wrong)")
            let seen = workspace.directory.appending(path: "seen").path
            let agent = try workspace.start(
                [
                    "agent", "--role", "writer", "--id", "writer", "--exec",
                    "jq -c .traceparent > '\(seen)'; echo '# One'",
                ],
                name: "writer")
            let run = try await workspace.run(["start", "made", "--wait"])
            #expect(run.code == 0, "\(run)")
            #expect(try String(contentsOfFile: seen, encoding: .utf8) == "null\n")
            _ = (orchestrator, agent)
        }
    }
}
