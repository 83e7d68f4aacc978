import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The recipes of docs/integrations.
    @Suite struct IntegrationTests {
        private static let folder = Workspace.package.appending(path: "docs/integrations")

        /// An orchestrator with a run that asks whether a logo is wanted.
        private struct Scene {
            let workspace: Workspace
            let processes: [GuardedProcess]
            let run: String

            init() async throws {
                workspace = try Workspace()
                let library = try workspace.library(
                    id: "asking",
                    sequence: """
                        - {agent: writer, creates: draft.md}
                        - {agent: writer, creates: logo.md, condition: user_wants_a_logo}
                        """)
                processes = try [workspace.serve(library: library)] + workspace.agents(for: ["writer"])
                let start = try await workspace.run(["start", "asking", "--project", "tea"])
                #expect(start.code == 0, "\(start)")
                run = start.output.trimmingCharacters(in: .whitespacesAndNewlines)
            }

            func python(_ script: String, _ arguments: [String]) async throws -> GuardedProcess {
                try GuardedProcess(
                    try await PythonEnvironment.interpreter,
                    ["-B", IntegrationTests.folder.appending(path: script).path] + arguments,
                    directory: workspace.directory, output: workspace.log(script))
            }

            /// What is retained on a topic outside of ours, by topic.
            func retained(_ topic: String) throws -> [String: JSON] {
                let said = try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    [
                        "mosquitto_sub", "-p", "\(workspace.broker.port)", "-v", "-W", "1", "--retained-only", "-t",
                        topic,
                    ],
                    directory: workspace.directory)
                return try said.output.split(separator: "\n").reduce(into: [:]) { found, line in
                    let cut = try #require(line.firstIndex(of: " "))
                    found[String(line[..<cut])] = try JSON.parse(String(line[line.index(after: cut)...]))
                }
            }

            /// A template of Home Assistant, filled.
            func render(_ template: String, _ values: JSON) async throws -> String {
                let program =
                    "import jinja2, json, sys; print(jinja2.Template(sys.argv[1]).render(**json.loads(sys.argv[2])))"
                let result = try runToEnd(
                    try await PythonEnvironment.interpreter, ["-c", program, template, values.text],
                    directory: workspace.directory)
                #expect(result.code == 0, "\(result.error)")
                return result.output.trimmingCharacters(in: .newlines)
            }
        }

        /// The blocks of a language in the page.
        private func blocks(_ language: String) throws -> [String] {
            let page = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
            return page.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
                $0.components(separatedBy: "\n```").first
            }
        }

        @Test("A web hook is told of an open question, once, however often the broker says it")
        func webHook() async throws {
            let scene = try await Scene()
            // A server that writes down what it is sent, refusing the first.
            let server = """
                import http.server, sys
                class Hook(http.server.BaseHTTPRequestHandler):
                    seen = 0
                    def do_POST(self):
                        body = self.rfile.read(int(self.headers["Content-Length"]))
                        Hook.seen += 1
                        self.send_response(503 if Hook.seen == 1 else 200)
                        self.end_headers()
                        if Hook.seen > 1: print(body.decode(), flush=True)
                server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
                print(server.server_port, flush=True)
                server.serve_forever()
                """
            let hook = try GuardedProcess(
                try await PythonEnvironment.interpreter, ["-c", server], directory: scene.workspace.directory,
                output: scene.workspace.log("hook"))
            try await scene.workspace.wait(for: "the server") {
                scene.workspace.text(ofLog: "hook").contains(/(?m)^\d+$/)
            }
            let said = scene.workspace.text(ofLog: "hook")
            let port = try #require(said.firstMatch(of: /(?m)^\d+$/)).output
            let arguments = [scene.workspace.broker.url, "http://127.0.0.1:\(port)/hook"]
            let first = try await scene.python("notify.py", arguments)
            // Refused: it has not been told. Whoever connects next is told again.
            try await scene.workspace.wait(for: "a refusal") { scene.workspace.text(ofLog: "hook").contains("503") }
            first.signal(SIGKILL)
            let second = try await scene.python("notify.py", arguments)
            try await scene.workspace.wait(for: "the hook") { scene.workspace.text(ofLog: "hook").contains("{") }
            let text = scene.workspace.text(ofLog: "hook")
            let bodies = text.split(separator: "\n").filter { $0.hasPrefix("{") }
            #expect(bodies.count == 1)
            let body = try JSON.parse(String(bodies[0]))
            #expect(body["decision"]?["name"] == "user_wants_a_logo")
            #expect(body["text"]?.string?.contains("baton decide \(scene.run) user_wants_a_logo=…") == true)
            _ = (hook, second)
        }

        @Test("The shell's pipe sends the question")
        func pipe() async throws {
            let scene = try await Scene()
            let block = try #require(try blocks("sh").first { $0.contains("mosquitto_sub") })
            let mail = scene.workspace.directory.appending(path: "mail")
            try "#!/bin/sh\n{ echo \"$*\"; cat; } >> sent\n".write(to: mail, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: mail.path)
            // It ends by itself: after the question, or in a minute.
            let script = block.replacing(
                "mosquitto_sub", with: "mosquitto_sub -C 1 -W 60 -p \(scene.workspace.broker.port)")
            let path = scene.workspace.directory.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
            let process = try GuardedProcess(
                URL(filePath: "/bin/sh"), ["-c", script],
                environment: ["PATH": path], directory: scene.workspace.directory,
                output: scene.workspace.log("pipe"))
            let sent = scene.workspace.directory.appending(path: "sent")
            try await scene.workspace.wait(for: "the mail") {
                try String(contentsOf: sent, encoding: .utf8).contains("wants a logo")
            }
            #expect(try String(contentsOf: sent, encoding: .utf8).hasPrefix("-s Baton asks me@example.org\n"))
            process.waitUntilExit()
        }

        @Test("Home Assistant is shown runs and questions, a choice answers, and what is over goes away")
        func homeAssistant() async throws {
            let scene = try await Scene()
            var bridge = try await scene.python("homeassistant.py", [scene.workspace.broker.url])
            try await scene.workspace.wait(for: "discovery") {
                let found = try scene.retained("homeassistant/#")
                return found.keys.contains { $0.contains("/select/") }
                    && found.keys.contains { $0.contains("/sensor/") }
            }
            let found = try scene.retained("homeassistant/#")
            let sensor = try #require(found["homeassistant/sensor/baton/\(scene.run)/config"])
            #expect(sensor["name"] == "asking: tea")
            let topic = try #require(sensor["state_topic"]?.string)
            let state = try #require(try scene.retained(topic)[topic])
            let template = try #require(sensor["value_template"]?.string)
            #expect(try await scene.render(template, ["value_json": state]) == "discovery, running")
            let availability = try #require(sensor["availability"]?.array?.first)
            let orchestrator = try #require(availability["topic"]?.string)
            let presence = try #require(try scene.retained(orchestrator)[orchestrator])
            let online = try await scene.render(
                availability["value_template"]?.string ?? "", ["value_json": presence])
            #expect(online == "online")
            let select = try #require(found.first { $0.key.contains("/select/") }?.value)
            #expect(select["options"] == ["yes", "no"])
            // A bridge that was away when the answer came tidies up.
            bridge.signal(SIGKILL)
            let answer = try await scene.render(select["command_template"]?.string ?? "", ["value": "no"])
            #expect(select["command_topic"] == "baton/v1/default/req/homeassistant")
            try scene.workspace.publish(answer, to: "req/homeassistant")
            let end = try await scene.workspace.run(["watch", scene.run])
            #expect(end.code == 0, "\(end)")
            bridge = try await scene.python("homeassistant.py", [scene.workspace.broker.url])
            try await scene.workspace.wait(for: "nothing to show") { try scene.retained("homeassistant/#").isEmpty }
            let fact = try scene.workspace.query("SELECT value FROM facts WHERE name = 'user_wants_a_logo'")
            #expect(fact == ["false"])
            _ = bridge
        }

        @Test("Node-RED's functions let open questions through, and answer", .enabled(if: Self.hasNode))
        func nodeRED() async throws {
            let scene = try await Scene()
            try await scene.workspace.wait(for: "the question") {
                try !scene.retained("baton/v1/default/decision/#").isEmpty
            }
            let decision = try #require(try scene.retained("baton/v1/default/decision/#").first?.value)
            let functions = try blocks("js")
            let program = """
                const pass = new Function("msg", process.argv[1]), answer = new Function("msg", process.argv[2]);
                const open = JSON.parse(process.argv[3]);
                if (pass({ payload: "" }) !== null || pass({ payload: { ...open, status: "answered" } }) !== null)
                    process.exit(1);
                const msg = pass({ payload: open });
                if (msg.topic !== open.question) process.exit(1);
                msg.answer = true;
                console.log(JSON.stringify(answer(msg).payload));
                """
            let node = try runToEnd(
                URL(filePath: "/usr/bin/env"), ["node", "-e", program] + functions + [decision.text],
                environment: ProcessInfo.processInfo.environment, directory: scene.workspace.directory)
            #expect(node.code == 0, "\(node)")
            try scene.workspace.publish(node.output, to: "req/node-red")
            let end = try await scene.workspace.run(["watch", scene.run])
            #expect(end.code == 0, "\(end)")
            #expect(try scene.workspace.query("SELECT count(*) FROM artifacts WHERE name = 'logo.md'") == ["1"])
        }

        /// `make deps` installs it.
        private static let hasNode =
            ProcessInfo.processInfo.environment["BATON_TESTS_LEAVE_OUT_NOTHING"] != nil
            || (try? runToEnd(
                URL(filePath: "/usr/bin/env"), ["node", "--version"],
                environment: ProcessInfo.processInfo.environment, directory: Workspace.package))?.code == 0
    }
}
