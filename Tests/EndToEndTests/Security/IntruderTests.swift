import BatonEngine
import BatonMQTT
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What somebody can do who has a valid login of an agent, on the secure broker: docs/security.md has the list.
    @Suite(.enabled(if: BrokerProcess.executable != nil, "mosquitto is not installed")) struct IntruderTests {
        /// A run whose first task ann has, and does not answer; eve is an agent of another role.
        private struct Scene {
            let workspace: Workspace
            let broker: SecureBroker
            let orchestrator: GuardedProcess
            let ann: Intruder
            let admin: [String: String]

            init() async throws {
                workspace = try Workspace()
                broker = try await SecureBroker(in: workspace)
                let library = try workspace.library(
                    id: "two",
                    sequence: "- agent: analyst\n  creates: brief.md\n- agent: pm\n  requires: brief.md\n"
                        + "  creates: prd.md\n")
                _ = try await broker.add("ann", "agent", ["--role", "analyst"])
                _ = try await broker.add("eve", "agent", ["--role", "pm", "--slots", "2"])
                _ = try await broker.add("ci", "trigger")
                admin = try await broker.add("root", "admin")
                orchestrator = try await broker.serve(workspace, library: library)
                ann = try Intruder(
                    try broker.session("ann"), filters: ["baton/v1/default/agent/ann/in/+"])
                try await workspace.wait(for: "ann") { [ann] in ann.isConnected }
                ann.publish(Self.presence(["analyst"]), to: "agent/ann/state", retain: true)
                let started = try await workspace.run(
                    ["start", "two", "--input", "idea=tea"],
                    environment: broker.environment(of: "ci", at: broker.clients))
                try #require(started.code == 0, "\(started.error)\n\(workspace.logs)")
                try await workspace.wait(for: "the first command") { [ann] in !ann.messages.isEmpty }
            }

            static func presence(_ roles: [String], slots: Int = 1, epoch: Int = 1) -> String {
                let presence: JSON = [
                    "state": "online", "roles": .array(roles.map { .string($0) }), "slots": .int(Int64(slots)),
                    "epoch": .int(Int64(epoch)), "beats": false, "schema": 1,
                ]
                return presence.text
            }

            /// The command that ann has.
            var command: JSON { (try? JSON.parse(ann.messages[0].payload)) ?? .null }

            func result(_ command: JSON, artifact: String, facts: JSON = [:]) -> String {
                let result: JSON = [
                    "task": command["task"] ?? .null, "lease": command["lease"] ?? .null, "status": "completed",
                    "summary": "done", "facts": facts,
                    "artifacts": [["name": .string(artifact), "content": "# A document\n\nof eve's\n"]],
                ]
                return result.text
            }

            func says(_ words: String) -> Bool { workspace.text(ofLog: "serve").contains(words) }

            /// What the broker keeps on a topic, asked with the orchestrator's own login.
            func retained(_ topic: String) async throws -> String? {
                let reader = try Intruder(
                    try broker.session("baton", port: broker.admins, clientID: "reader"),
                    filters: ["baton/v1/default/\(topic)"])
                defer { Task { await reader.stop() } }
                try? await workspace.wait(.seconds(2), for: "what is retained") { !reader.messages.isEmpty }
                return reader.messages.first.map { String(decoding: $0.payload, as: UTF8.self) }
            }

            func end() async throws {
                await ann.stop()
                orchestrator.signal(SIGTERM)
                #expect(orchestrator.waitUntilExit() == 0)
                try RunChecks(workspace: workspace).hold()
            }
        }

        @Test("An agent's login reads nothing but what is meant for it, whatever it subscribes to")
        func reading() async throws {
            let scene = try await Scene()
            let (workspace, broker) = (scene.workspace, scene.broker)
            let filters = [
                "#", "$SYS/#", "baton/v1/default/agent/+/in/+", "baton/v1/default/agent/ann/in/task",
                "baton/v1/default/run/+/state", "baton/v1/default/req/+", "baton/v1/default/rsp/+", "+/+/+/+/+",
            ]
            let eve = try Intruder(try broker.session("eve"), filters: filters)
            try await workspace.wait(for: "eve") { eve.isConnected }
            eve.publish(Scene.presence(["pm"]), to: "agent/eve/state", retain: true)
            // The run goes on under its eyes: ann answers, and eve gets the second task.
            scene.ann.publish(scene.result(scene.command, artifact: "brief.md"), to: "agent/ann/out/result")
            try await workspace.wait(for: "eve's own task") {
                eve.messages.contains { $0.topic.hasSuffix("agent/eve/in/task") }
            }
            let listed = try await workspace.run(["list"], environment: scene.admin)
            #expect(listed.code == 0)
            let own = ["agent/eve/state", "agent/eve/in/task", "orchestrator/state"].map { "baton/v1/default/\($0)" }
            let others = Set(eve.messages.map(\.topic)).subtracting(own)
            #expect(others.isEmpty, "\(others)")
            try await workspace.wait(for: "the orchestrator to say so") {
                scene.says("refused by the broker: eve subscribed to baton/v1/default/req/+")
            }
            await eve.stop()
            try await scene.end()
        }

        @Test("An agent's login forges nothing in others' topics: results, presence, wills, run state, requests")
        func forging() async throws {
            let scene = try await Scene()
            let (workspace, broker) = (scene.workspace, scene.broker)
            let run = scene.command["run"]?.string ?? ""
            let presence = try #require(try await scene.retained("agent/ann/state"))
            let state = try #require(try await scene.retained("run/\(run)/state"))
            let eve = try Intruder(try broker.session("eve"))
            try await workspace.wait(for: "eve") { eve.isConnected }
            let start = #"{"request_id":"r","type":"start","workflow":"two","inputs":{"idea":"x"}}"#
            let forged: [(topic: String, payload: String, retain: Bool)] = [
                ("agent/ann/out/result", scene.result(scene.command, artifact: "brief.md"), false),
                ("agent/ann/out/decline", #"{"task":"x","lease":"x","reason":"x"}"#, false),
                ("agent/ann/out/get", "{}", true), ("agent/ann/state", #"{"state":"offline","epoch":99}"#, true),
                ("agent/ann/in/task", "{}", true), ("agent/ann/in/control", "{}", false),
                ("run/\(run)/state", #"{"status":"completed"}"#, true), ("run/\(run)/state", "", true),
                ("run/\(run)/log", "{}", false), ("runs", "{}", true), ("decision/\(run)/\(run)", "{}", true),
                ("orchestrator/state", #"{"state":"online","store":"eve","epoch":9}"#, true),
                ("orchestrator/mark", "{}", false), ("req/eve", start, false), ("req/ci", start, true),
                ("rsp/ci", "{}", true), ("agent/eve/elsewhere", "{}", true), ("nowhere", "x", true),
            ]
            for (topic, payload, retain) in forged { eve.publish(payload, to: topic, retain: retain) }
            try await workspace.wait(for: "the refusals") { eve.refusals.count == forged.count }
            #expect(eve.refusals.allSatisfy { $0.contains("0x87") }, "\(eve.refusals)")

            // A will on another's topic, and a client id that is another's: the login decides.
            for id in ["ann", "baton-default"] {
                var session = try broker.session("eve", clientID: id)
                session.will = Will(
                    topic: "baton/v1/default/agent/ann/state", payload: Array(#"{"state":"offline","epoch":99}"#.utf8),
                    retain: true)
                let thief = try Session(session)
                try thief.connect()
                let deadline = ContinuousClock.now + .seconds(5)
                while let socket = thief.descriptor, !thief.isConnected, ContinuousClock.now < deadline {
                    if try Readiness.wait([Interest(socket)], timeoutMilliseconds: 200)[0].canRead {
                        try thief.read(maxMessages: 1, maxBytes: 1000)
                    }
                    thief.releaseAcknowledgements()
                    try thief.write()
                }
                #expect(thief.isConnected)
                thief.abandon()
            }
            try await Task.sleep(for: .seconds(1))
            #expect(scene.ann.losses == 0)
            #expect(!scene.says("trying again"), "the orchestrator's connection was not taken over")
            #expect(try await scene.retained("agent/ann/state") == presence)
            #expect(try await scene.retained("run/\(run)/state") == state)
            #expect(try workspace.query("SELECT count(*) FROM runs") == ["1"])
            #expect(try workspace.query("SELECT count(*) FROM tasks WHERE status = 'completed'") == ["0"])
            #expect(try workspace.query("SELECT count(*) FROM attempts") == ["0"])
            // What the broker refuses is in the orchestrator's log.
            for words in [
                "published to baton/v1/default/agent/ann/out/result",
                "left a will for baton/v1/default/agent/ann/state",
            ] {
                try await workspace.wait(for: words) { scene.says("refused by the broker: eve \(words)") }
            }
            await eve.stop()
            try await scene.end()
        }

        @Test("What an agent says in its own topics about others' work is refused, and the orchestrator says who tried")
        func claiming() async throws {
            let scene = try await Scene()
            let (workspace, broker) = (scene.workspace, scene.broker)
            let eve = try Intruder(try broker.session("eve"), filters: ["baton/v1/default/agent/eve/in/+"])
            try await workspace.wait(for: "eve") { eve.isConnected }
            func answers(_ kind: String) -> [JSON] {
                eve.messages.filter { $0.topic.hasSuffix("in/\(kind)") }.compactMap { try? JSON.parse($0.payload) }
            }
            let (task, lease) = (scene.command["task"] ?? .null, scene.command["lease"] ?? .null)

            // More roles and slots than it may have: what is too much does not count.
            eve.publish(Scene.presence(["analyst", "pm", "admin"], slots: 10_000), to: "agent/eve/state", retain: true)
            try await workspace.wait(for: "its presence") {
                try workspace.query("SELECT roles, slots FROM agents WHERE id = 'eve'") == [#"["pm"]|2"#]
            }
            #expect(scene.says("eve may not have the role analyst, the role admin, 10000 slots in place of 2"))

            // Suppose it knew the lease of ann's task.
            eve.publish(scene.result(scene.command, artifact: "brief.md"), to: "agent/eve/out/result")
            try await workspace.wait(for: "the ack") { answers("control").contains { $0["outcome"] == "rejected" } }
            #expect(scene.says("eve sent a result whose lease was given to another agent"))
            let beat: JSON = ["epoch": 1, "held": [["task": task, "lease": lease]]]
            eve.publish(beat.text, to: "agent/eve/out/beat")
            let decline: JSON = ["task": task, "lease": lease, "reason": "no"]
            eve.publish(decline.text, to: "agent/eve/out/decline")
            try await workspace.wait(for: "the report") { scene.says("eve named a lease that was given to ann") }

            // A document that it was not given: it knows its hash, and has a lease of its own.
            scene.ann.publish(scene.result(scene.command, artifact: "brief.md"), to: "agent/ann/out/result")
            try await workspace.wait(for: "its own task") { !answers("task").isEmpty }
            let own = answers("task")[0]
            let other = ContentHashes.ofNothing
            for (lease, sum) in [
                (lease, own["requires"]?.array?.first?["sha256"] ?? .null), (own["lease"] ?? .null, other),
            ] {
                let get: JSON = [
                    "task": own["task"] ?? .null, "lease": lease, "sha256": sum, "offset": 0, "length": 1000,
                ]
                eve.publish(get.text, to: "agent/eve/out/get")
            }
            try await workspace.wait(for: "the answers") { answers("artifact").count == 2 }
            #expect(answers("artifact").allSatisfy { $0["error"] != nil && $0["content_base64"] == nil })
            #expect(scene.says("eve asked for a document that the task does not require"))

            // Facts that nobody asked for: the result is refused, and the fact is not there.
            eve.publish(
                scene.result(own, artifact: "prd.md", facts: ["user_approved": true]), to: "agent/eve/out/result")
            try await workspace.wait(for: "the refusal") {
                answers("control").contains {
                    $0["reasons"]?.text.contains("facts.user_approved was not asked for") == true
                }
            }
            #expect(scene.says("eve sent facts that nobody asked for: user_approved"))
            #expect(try workspace.query("SELECT count(*) FROM facts WHERE name = 'user_approved'") == ["0"])

            // Something that would be carried out at every connection of the orchestrator.
            eve.publish("{}", to: "agent/eve/out/result", retain: true)
            try await workspace.wait(for: "the dead letter") {
                try workspace.query("SELECT count(*) FROM dead_letters WHERE sender = 'eve' AND reason LIKE '%retain%'")
                    == ["1"]
            }
            #expect(try await scene.retained("agent/eve/out/result") == nil)
            await eve.stop()
            try await scene.end()
        }

        @Test("Triggers make the requests that they may make, and answer the questions that are theirs")
        func requests() async throws {
            let scene = try await Scene()
            let (workspace, broker) = (scene.workspace, scene.broker)
            let trigger = broker.environment(of: "ci", at: broker.clients)
            for words in [["cancel", "last"], ["forget", "last"], ["dead-letters"]] {
                let refused = try await workspace.run(words, environment: trigger)
                #expect(refused.code == 1 && refused.error.contains("ci may not make the request"), "\(refused)")
            }
            let other = try await broker.add("nightly", "trigger", ["--workflow", "another"])
            try await workspace.wait(for: "the new rules") { scene.says("the access file was read again") }
            let refused = try await workspace.run(["start", "two", "--input", "idea=x"], environment: other)
            #expect(refused.code == 1 && refused.error.contains("nightly may not start two"), "\(refused)")
            #expect(try workspace.query("SELECT count(*) FROM runs") == ["1"])
            // A reply goes to who asked, wherever the request wants it.
            let letters = try workspace.query("SELECT count(*) FROM dead_letters WHERE sender IN ('ci', 'nightly')")
            #expect(letters == ["4"])
            try await scene.end()
        }

        @Test("A trigger, which may not read a run's topics, follows the run by asking")
        func following() async throws {
            let scene = try await Scene()
            let trigger = scene.broker.environment(of: "ci", at: scene.broker.clients)
            let watch = try GuardedProcess(
                Workspace.baton, ["watch", "last"], environment: SecureBroker.environment.merging(trigger) { $1 },
                directory: scene.workspace.directory, output: scene.workspace.log("watch"))
            try await scene.workspace.wait(for: "the watch") {
                scene.workspace.text(ofLog: "watch").contains("two  ")
            }
            scene.ann.publish(scene.result(scene.command, artifact: "brief.md"), to: "agent/ann/out/result")
            let eve = try Intruder(try scene.broker.session("eve"), filters: ["baton/v1/default/agent/eve/in/+"])
            try await scene.workspace.wait(for: "eve") { eve.isConnected }
            eve.publish(Scene.presence(["pm"]), to: "agent/eve/state", retain: true)
            try await scene.workspace.wait(for: "the second command") { !eve.messages.isEmpty }
            let command = try JSON.parse(eve.messages[0].payload)
            eve.publish(scene.result(command, artifact: "prd.md"), to: "agent/eve/out/result")
            #expect(watch.waitUntilExit() == 0)
            let lines = scene.workspace.text(ofLog: "watch")
            #expect(lines.contains("completed by eve: prd.md") && lines.contains("the run is completed"), "\(lines)")
            await eve.stop()
            try await scene.end()
        }
    }
}

/// Hashes that tests need.
enum ContentHashes {
    /// SHA-256 of no bytes.
    static let ofNothing: JSON = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}
