import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `baton agents`: who is there, what each has, and when each was last heard of.
    @Suite struct AgentsTests {
        private struct Scene {
            let workspace: Workspace
            let library: URL
            var orchestrator: GuardedProcess

            init() throws {
                workspace = try Workspace(persistentBroker: true)
                library = try workspace.library(
                    id: "draft", sequence: "- {agent: writer, id: draft, creates: draft.md}")
                _ = try workspace.library(id: "build", sequence: "- {agent: dev, id: build, creates: code.md}")
                orchestrator = try workspace.serve(library: library)
            }

            mutating func restart() throws {
                orchestrator.signal(SIGTERM)
                #expect(orchestrator.waitUntilExit() == 0)
                orchestrator = try workspace.serve(library: library, name: "serve-2")
            }

            func agent(_ id: String) async throws -> JSON? {
                let result = try await workspace.run(["agents", "--json", "--timeout", "30"])
                #expect(result.code == 0, "\(result)")
                return try result.output.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
                    .first { $0["id"] == .string(id) }
            }

            /// Waits until the agent is as it should be.
            func agent(_ id: String, _ what: String, _ isSo: (JSON) -> Bool) async throws -> JSON {
                var found: JSON?
                try await workspace.wait(.seconds(40), for: "\(id) to be \(what)") {
                    found = try await agent(id)
                    return found.map(isSo) ?? false
                }
                return try #require(found)
            }
        }

        private static func seen(_ agent: JSON) -> Timestamp? { agent["seen"]?.string.flatMap(Timestamp.init) }

        private static var now: Timestamp {
            Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }

        @Test("One that was stopped tells when it was last seen, and one that says something that it was seen now")
        func lastSeen() async throws {
            var scene = try Scene()
            let pm = try scene.workspace.agents(for: ["pm"])
            let writer = try BareAgent(scene.workspace, id: "writer", roles: ["writer"], slots: 2, answers: false)
            let online = try await scene.agent("pm", "online") { $0["state"] == "online" }
            #expect(online["roles"] == ["pm"] && online["slots"] == 1 && online["held"] == 0)
            #expect(online["benched"] == false && online["holds"] == [] && online["muted_until"] == nil)

            let start = try await scene.workspace.run(["start", "draft", "--timeout", "30"])
            let run = start.output.trimmingCharacters(in: .newlines)
            let busy = try await scene.agent("writer", "at work") { $0["held"] == 1 }
            let held = try #require(busy["holds"]?.array?.first)
            #expect(held["run"] == .string(run) && held["step"] == "draft" && held["doubtful"] == nil)
            #expect(held["since"]?.string.flatMap(Timestamp.init).map { $0 <= Self.now } == true)

            let stopping = Self.now
            for agent in pm { agent.signal(SIGTERM) }
            let gone = try await scene.agent("pm", "offline") { $0["state"] == "offline" }
            let seen = try #require(Self.seen(gone))
            #expect(seen >= stopping && seen <= Self.now, "\(gone)")
            #expect(gone["roles"] == ["pm"] && gone["slots"] == nil)
            let text = try await scene.workspace.run(["agents", "--timeout", "30"]).output
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("pm ") })
            #expect(text.contains("LAST SEEN") && line.contains("offline") && line.contains("ago"), "\(text)")

            let before = Self.now
            try scene.workspace.publish(#"{"epoch": 1, "held": []}"#, to: "agent/writer/out/beat")
            let heard = try await scene.agent("writer", "heard of") { Self.seen($0).map { $0 >= before } ?? false }
            #expect(try #require(Self.seen(heard)) <= Self.now)

            // What is only retained is no sign of life, and who went before is still told of.
            let restarted = Self.now
            try scene.restart()
            let still = try await scene.agent("writer", "known again") { $0["state"] == "online" }
            #expect(try #require(Self.seen(still)) < restarted, "\(still)")
            let gonePM = try await scene.agent("pm", "remembered") { $0["state"] == "offline" }
            #expect(Self.seen(gonePM) == seen)
            withExtendedLifetime(writer) {}
        }

        @Test("Who did not take what it was sent is muted: until when, and why")
        func muted() async throws {
            let scene = try Scene()
            let dev = try BareAgent(scene.workspace, id: "dev", roles: ["dev"], answers: false, beats: true)
            _ = try await scene.agent("dev", "online") { $0["state"] == "online" }
            #expect(try await scene.workspace.run(["start", "build", "--timeout", "30"]).code == 0)
            let muted = try await scene.agent("dev", "muted") { $0["muted_until"] != nil }
            let until = try #require(muted["muted_until"]?.string.flatMap(Timestamp.init))
            #expect(until > Self.now && muted["held"] == 0)
            let text = try await scene.workspace.run(["agents", "--timeout", "30"]).output
            #expect(text.contains("muted") && text.contains("dev: it did not claim what it was sent"), "\(text)")
            withExtendedLifetime(dev) {}
        }
    }
}
