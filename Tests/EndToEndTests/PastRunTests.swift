import BatonEngine
import BatonMessages
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `get` with `at_seq`: a run as it was.
    @Suite struct PastRunTests {
        @Test("What a run is said to have been at an event is what was published then, while it goes on and after it")
        func truth() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "asking",
                sequence: """
                    - {agent: writer, id: draft, creates: draft.md}
                    - {agent: reviewer, id: check, creates: notes.md, retry: {attempts: 2}}
                    - {agent: writer, id: logo, creates: logo.md, condition: user_wants_a_logo}
                    """)
            let heard = try GuardedProcess(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_sub", "-p", "\(workspace.broker.port)", "-q", "1", "-t", "baton/v1/default/run/+/state",
                ], output: workspace.log("states"))
            defer { withExtendedLifetime(heard) {} }
            let orchestrator = try workspace.serve(library: library)
            defer { withExtendedLifetime(orchestrator) {} }
            let agents =
                try workspace.agents(for: ["writer"]) + [
                    try workspace.start(
                        ["agent", "--role", "reviewer", "--id", "reviewer", "--exec", "echo broken >&2; exit 1"],
                        name: "reviewer")
                ]
            defer { withExtendedLifetime(agents) {} }
            let started = try await workspace.run(["start", "asking", "--timeout", "30"])
            let run = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try #require(started.code == 0, "\(started)")
            try await workspace.wait(for: "what was retried in vain") {
                try workspace.query("SELECT status FROM runs") == ["attention"]
            }
            try await check(run, workspace)
            let steps = [
                ["skip", "last", "check"], ["decide", "last", "user_wants_a_logo=true"],
            ]
            for (words, kind) in zip(steps, ["skipped", "decided"]) {
                let result = try await workspace.run(words)
                #expect(result.code == 0, "\(words): \(result)")
                try await workspace.wait(for: "\(words)") {
                    try workspace.query("SELECT count(*) FROM events WHERE kind = '\(kind)'") == ["1"]
                }
            }
            try await workspace.wait(for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            try await check(run, workspace)
        }

        /// Compares every state that was published with what is said of its event now.
        private func check(_ run: String, _ workspace: Workspace) async throws {
            let last = Int(try workspace.query("SELECT max(seq) FROM events")[0]) ?? 0
            func published() throws -> [Int: JSON] {
                let lines = workspace.text(ofLog: "states").split(separator: "\n")
                let states = try lines.map { try JSON.parse(Array($0.utf8)) }
                return Dictionary(states.map { (Int($0["seq"]?.int ?? 0), $0) }) { $1 }
            }
            try await workspace.wait(for: "the last state") { try published()[last] != nil }
            let states = try published()
            #expect(states.count >= 3)
            for (sequence, state) in states {
                let reply = try ask(#"{"type":"get","what":"run","run":"\#(run)","at_seq":\#(sequence)}"#, workspace)
                #expect(reply["run"] == state, "at event \(sequence)")
            }
            // Documents and handoffs: as many as had been stored when the event was.
            for sequence in 1...last {
                let ordinal = try workspace.query("SELECT last_ordinal FROM events WHERE seq = \(sequence)")[0]
                for (what, table) in [("artifacts", "artifacts"), ("handoffs", "handoffs")] {
                    let reply = try ask(
                        #"{"type":"get","what":"\#(what)","run":"\#(run)","at_seq":\#(sequence)}"#, workspace)
                    let count = try workspace.query("SELECT count(*) FROM \(table) WHERE ordinal <= \(ordinal)")
                    #expect(reply[what]?.array.map { ["\($0.count)"] } == count, "\(what) at event \(sequence)")
                }
            }
            for sequence in ["0", "-1", "\(last + 1)", "99999999999", "\"one\""] {
                let reply = try ask(#"{"type":"get","what":"run","run":"\#(run)","at_seq":\#(sequence)}"#, workspace)
                #expect(reply["ok"] == false, "\(sequence): \(reply.text)")
            }
        }

        /// The answer to a request without an id.
        private func ask(_ request: String, _ workspace: Workspace) throws -> JSON {
            let id = UUID().uuidString
            let text = #"{"request_id":"\#(id)","# + request.dropFirst()
            let answered = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_rr", "-p", "\(workspace.broker.port)", "-W", "20", "-q", "1", "-t",
                    "baton/v1/default/req/asker", "-e", "baton/v1/default/rsp/asker", "-m", text,
                ], directory: workspace.directory)
            try #require(answered.code == 0, "\(answered)\n\(workspace.logs)")
            return try JSON.parse(answered.output)
        }
    }
}
