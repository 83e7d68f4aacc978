import BatonMQTT
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The broker of `broker/secure`, with everything on it.
    @Suite(.enabled(if: BrokerProcess.executable != nil, "mosquitto is not installed")) struct SecureBrokerTests {
        @Test("A run with each role served by an agent in another language, over TLS, passwords and access rules")
        func languages() async throws {
            let workspace = try Workspace()
            let broker = try await SecureBroker(in: workspace)
            let orchestrator = try await broker.serve(workspace, library: SampleAgent.library(in: workspace))
            let agents = SampleAgent.installed
            var processes: [GuardedProcess] = []
            for (index, role) in GreenfieldTests.roles.enumerated() {
                let (agent, id) = (agents[index % agents.count], "agent-\(role)")
                let isShell = agent.name == "shell"
                var variables = try await broker.add(
                    id, "agent", ["--role", role] + (isShell ? ["--speaker"] : []))
                if isShell {
                    variables["BATON_OUT_BROKER"] = "mqtts://localhost:\(broker.clients)"
                    variables["BATON_OUT_USER"] = "\(id)-out"
                    variables["BATON_OUT_PASSWORD_FILE"] = broker.passwordFile("\(id)-out")
                }
                let values = ["{role}": role, "{id}": id, "{broker}": "mqtts://localhost:\(broker.agents)"]
                let words = try await agent.command().map { word in
                    values.reduce(word) { $0.replacing($1.key, with: $1.value) }
                }
                processes.append(
                    try GuardedProcess(
                        URL(filePath: "/usr/bin/env"), words,
                        environment: SecureBroker.environment.merging(variables) { $1 },
                        directory: workspace.directory, output: workspace.log(id)))
            }
            let admin = try await broker.add("root", "admin")
            let started = try await workspace.run(
                [
                    "start", "greenfield-fullstack", "--input", "idea=A shop for tea", "--unanswered", "no", "--wait",
                    "--timeout", "120",
                ], environment: admin, limit: .seconds(180))
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
            let served = try workspace.query("SELECT DISTINCT agent FROM tasks WHERE agent <> '' ORDER BY 1")
            #expect(Set(served).isSubset(of: GreenfieldTests.roles.map { "agent-\($0)" }))
            #expect(served.count >= min(agents.count, GreenfieldTests.roles.count))
            for process in processes { process.signal(SIGTERM) }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            #expect(!workspace.text(ofLog: "serve").contains("not allowed"), "\(workspace.text(ofLog: "serve"))")
            try RunChecks(workspace: workspace).hold()
        }

        @Test("Without TLS, with a wrong password, at another listener, or with an authority it does not know: nobody")
        func logins() async throws {
            let workspace = try Workspace()
            let broker = try await SecureBroker(in: workspace)
            let admin = try await broker.add("root", "admin")
            let trigger = try await broker.add("ci", "trigger")
            let orchestrator = try await broker.serve(workspace)
            let listed = try await workspace.run(["list"], environment: admin)
            #expect(listed.code == 0, "\(listed.error)")
            let started = try await workspace.run(["start", "sdlc", "--input", "idea=x"], environment: trigger)
            #expect(started.code == 0, "\(started.error)")

            var cases: [(what: String, environment: [String: String])] = []
            cases.append(
                ("a wrong password", admin.merging(["BATON_PASSWORD_FILE": broker.passwordFile("ci")]) { $1 }))
            cases.append(
                ("another listener", admin.merging(["BATON_BROKER": "mqtts://localhost:\(broker.agents)"]) { $1 }))
            cases.append(
                ("no login", admin.filter { !["BATON_USER", "BATON_PASSWORD_FILE"].contains($0.key) }))
            cases.append(("no TLS", admin.merging(["BATON_BROKER": "mqtt://localhost:\(broker.admins)"]) { $1 }))
            cases.append(("another authority", admin.filter { $0.key != "BATON_TLS_CA" }))
            for (what, environment) in cases {
                let refused = try await workspace.run(["list", "--timeout", "3"], environment: environment)
                #expect(refused.code != 0 && refused.output.isEmpty, "\(what): \(refused)")
            }
            // What OpenSSL can do of TLS 1.1 is not taken.
            let old = try await onThread {
                try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    ["openssl", "s_client", "-connect", "localhost:\(broker.admins)", "-tls1_1"],
                    directory: workspace.directory)
            }
            #expect(!old.output.contains("Cipher    : ECDHE"), "\(old.output)")

            // A login that is removed is out, and what it may is told to a running orchestrator.
            let eve = try await broker.add("eve", "agent", ["--role", "dev"])
            let agent = try Intruder(try broker.session("eve"))
            try await workspace.wait(for: "the agent") { agent.isConnected }
            #expect(eve["BATON_USER"] == "eve")
            let removed = try await broker.user(["remove", "eve"])
            #expect(removed.code == 0, "\(removed.error)")
            try await workspace.wait(for: "the end of its connection") { !agent.isConnected }
            try await workspace.wait(for: "the access file to be read again") {
                workspace.text(ofLog: "serve").contains("the access file was read again")
            }
            let names = try await broker.user(["list"]).output
            #expect(names.contains("\nci ") && !names.contains("\neve "), "\(names)")
            await agent.stop()
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test("A password comes from standard input or is made, is never said, and is kept as Mosquitto keeps it")
        func passwords() async throws {
            let workspace = try Workspace()
            let broker = try await SecureBroker(in: workspace)
            let added = try await broker.user(
                ["add", "ann", "--kind", "agent", "--role", "dev", "--stdin"], input: "correct horse battery\nmore\n")
            #expect(added.code == 0 && added.output.isEmpty, "\(added)")
            var session = Session.Configuration(
                host: "localhost", port: broker.agents, clientID: "ann", username: "ann",
                password: "correct horse battery", tls: Session.TLS(authorityFile: broker.authority), cleanStart: true)
            let agent = try Intruder(session)
            try await workspace.wait(for: "the login") { agent.isConnected }
            session.password = "correct horse batterz"
            let other = try Intruder(session)
            try await workspace.wait(for: "the refusal") { other.losses > 0 }
            #expect(!other.isConnected)

            let text = try String(contentsOf: broker.data.appending(path: "agents.passwords"), encoding: .utf8)
            #expect(text.contains(try Regex("ann:\\$7\\$1000\\$[A-Za-z0-9+/]{16}\\$[A-Za-z0-9+/]{86}==\\n")), "\(text)")
            let made = try await broker.user(["add", "bob", "--kind", "trigger"])
            let secret = try String(contentsOfFile: broker.passwordFile("bob"), encoding: .utf8)
            #expect(secret.count == 33 && !made.output.contains(secret.dropLast()))
            for name in ["agents.passwords", "access.json", "logins/bob", "broker.key", "ca.key"] {
                let path = broker.data.appending(path: name).path
                let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(rights == 0o600, "\(name)")
            }
            let wrong: [([String], String?)] = [
                (["add", "ann", "--kind", "trigger"], nil), (["add", "a/b", "--kind", "trigger"], nil),
                (["add", "short", "--kind", "trigger", "--stdin"], "secret\n"),
                (["add", "nobody", "--kind", "agent"], nil), (["add", "me", "--kind", "orchestrator"], nil),
                (["add", "ci", "--kind", "trigger", "--request", "everything"], nil), (["remove", "nobody"], nil),
            ]
            for (arguments, input) in wrong {
                let refused = try await broker.user(arguments, input: input)
                #expect(refused.code != 0 && !refused.error.isEmpty, "\(arguments): \(refused)")
            }
            await agent.stop()
            await other.stop()
        }
    }
}
