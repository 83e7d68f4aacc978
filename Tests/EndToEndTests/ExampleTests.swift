import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The examples that `--help` gives of the commands that do more than ask the orchestrator, run as they stand: only
    /// places outside of the test's folder, ports and the identifier of a run are others. See ``ClientExampleTests``
    /// for the rest.
    @Suite struct ExampleTests {
        /// The examples of one command, in their order.
        private func examples(of command: String, in workspace: Workspace) async throws -> [String] {
            let dump = try await workspace.run(["--experimental-dump-help"])
            let commands = try JSON.parse(dump.output)["command"]?["subcommands"]?.array ?? []
            let entry = commands.first { $0["commandName"]?.string == command }
            let lines = (entry?["discussion"]?.string ?? "").split(separator: "\n")
            return lines.filter { $0.hasPrefix("  baton ") }.map { String($0.dropFirst(2)) }
        }

        /// A folder of a person's own, with what the examples speak of.
        private func prepare(_ workspace: Workspace) throws {
            func file(_ name: String, _ text: String, isProgram: Bool = false) throws {
                let place = workspace.directory.appending(path: name)
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: place)
                if isProgram {
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.path)
                }
            }
            try FileManager.default.copyItem(
                at: Workspace.package.appending(path: "workflows"), to: workspace.directory.appending(path: "workflows")
            )
            try FileManager.default.copyItem(
                at: Workspace.package.appending(path: "workflows"), to: workspace.directory.appending(path: "project"))
            try file("project/agent-teams/team-fullstack.yaml", "bundle: {name: Everybody}\nagents: ['*']\n")
            try file("docs/prd.md", "# PRD\n\n## Epic 1: Orders\n\n### Story 1.1: By phone\n\ntext\n")
            try file(
                "my/workflow.yaml",
                """
                workflow:
                  id: my-workflow
                  sequence:
                    - {agent: writer, creates: draft.md}
                    - {agent: writer, creates: logo.md, condition: user_wants_a_logo}
                    - {agent: po, validates: all_artifacts}
                    - {agent: various, updates: flagged_documents, condition: po_checklist_issues}

                """)
            for program in ["my-agent", "my-program", "bin/my-coder"] {
                try file(program, "#!/bin/sh\necho '# Done'\n", isProgram: true)
            }
            // What draws pictures of graphs is not ours.
            try file("bin/dot", "#!/bin/sh\nexec cat\n", isProgram: true)
            try file("token", "long-enough-for-a-token\n")
            try file("password", "long-enough-for-a-password\n")
        }

        private func environment(_ workspace: Workspace) -> [String: String] {
            var variables = ProcessInfo.processInfo.environment
            let programs = Workspace.baton.deletingLastPathComponent().path
            variables["PATH"] = "\(programs):\(workspace.directory.path)/bin:\(variables["PATH"] ?? "/usr/bin:/bin")"
            variables["BATON_BROKER"] = workspace.broker.url
            variables["TMPDIR"] = workspace.directory.path
            variables["HOME"] = workspace.directory.path
            variables["API_KEY"] = "none"
            return variables
        }

        /// Runs an example to its end.
        private func finish(
            _ example: String, in workspace: Workspace, folder: String = ""
        ) async throws -> (code: Int32, output: String, error: String) {
            let (variables, place) = (environment(workspace), workspace.directory.appending(path: folder))
            return try await onThread {
                try runToEnd(URL(filePath: "/bin/sh"), ["-c", example], environment: variables, directory: place)
            }
        }

        /// Starts an example that goes on until it is told to stop; it has to say `word`, and to stop.
        private func serve(
            _ example: String, in workspace: Workspace, until word: String, with more: [String: String] = [:],
            code: Int32 = 0
        ) async throws {
            let log = "example-\(UUID().uuidString)"
            let process = try GuardedProcess(
                URL(filePath: "/bin/sh"), ["-c", "exec \(example)"],
                environment: environment(workspace).merging(more) { $1 }.filter { !$0.value.isEmpty },
                directory: workspace.directory, output: workspace.log(log))
            try await workspace.wait(for: "\(word) from \(example)") { workspace.text(ofLog: log).contains(word) }
            process.signal(SIGTERM)
            #expect(process.waitUntilExit() == code, "\(example)\n\(workspace.text(ofLog: log))")
        }

        @Test("What reads files and records does what its examples say", .timeLimit(.minutes(3)))
        func records() async throws {
            let workspace = try Workspace()
            try prepare(workspace)
            let orchestrator = try workspace.serve()
            let agent = try workspace.start(
                ["agent", "--role", "writer", "--id", "writer", "--exec", "./my-agent"], name: "writer")
            let define = try await workspace.run(["define", "my/workflow.yaml"])
            #expect(define.code == 0, "\(define)")
            let start = try await workspace.run(["start", "my-workflow", "--fact", "user_wants_a_logo=false"])
            #expect(start.code == 0, "\(start)")
            try await workspace.wait(for: "the document") {
                try workspace.query("SELECT name FROM artifacts") == ["draft.md"]
            }
            #expect(try await workspace.run(["export", "last", "--to", "papers"]).code == 0)
            let other = try await workspace.run(["start", "greenfield-fullstack", "--input", "idea=A bakery"])
            #expect(other.code == 0, "\(other)")
            for example in try await examples(of: "show", in: workspace) {
                let result = try await finish(example, in: workspace)
                #expect(result.code == 0, "\(example): \(result)")
            }
            let picture = try String(contentsOf: workspace.directory.appending(path: "run.svg"), encoding: .utf8)
            #expect(picture.hasPrefix("digraph"))
            #expect(try await workspace.run(["cancel", "last"]).code == 0)
            let run = try #require(try workspace.query("SELECT id FROM runs").first)
            withExtendedLifetime(agent) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            for command in ["archive", "replay", "verify", "shard", "user"] {
                let own = try await examples(of: command, in: workspace)
                #expect(own.count >= 2, "\(command)")
                for example in own where !example.hasPrefix("baton start") {
                    let text = example.replacing("/var/lib/baton", with: workspace.directory.path)
                        .replacing("0190c5e2", with: run)
                    let folder = text.hasPrefix("baton verify .") ? "papers" : ""
                    let result = try await finish(text, in: workspace, folder: folder)
                    #expect(result.code == 0, "\(text): \(result)")
                }
            }
        }

        @Test("Services begin, say so, and end, as their examples stand", .timeLimit(.minutes(3)))
        func services() async throws {
            let workspace = try Workspace()
            try prepare(workspace)
            for example in try await examples(of: "serve", in: workspace) {
                let port = try freePort()
                let text = example.replacing("mqtt://127.0.0.1:1883", with: workspace.broker.url)
                    .replacing("/var/lib/baton", with: workspace.directory.path)
                    .replacing("8080", with: "0").replacing("9100", with: "0")
                if example.contains("broker.example") {
                    // Nobody is there; it gets as far as what it needs to know whom it talks to.
                    let result = try await finish(text, in: workspace)
                    #expect(result.code != 0 && result.error.contains("ca.crt"), "\(result)")
                } else {
                    try await serve(
                        text, in: workspace, until: "connected",
                        with: ["BATON_BROKER": "", "BATON_PORT": "\(port)"])
                }
            }
            let certificates = try Certificates()
            let files = [("server.crt", "server.crt"), ("server.key", "server.key"), ("authority.crt", "people.crt")]
            for (made, name) in files {
                try FileManager.default.copyItem(
                    atPath: certificates.path(made), toPath: workspace.directory.appending(path: name).path)
            }
            for example in try await examples(of: "dashboard", in: workspace) {
                let port = try freePort()
                try await serve(
                    example.replacing("8080", with: "\(port)"), in: workspace, until: "The dashboard is at")
            }
            for command in ["agent", "stand-in"] {
                for example in try await examples(of: command, in: workspace) {
                    try await serve(example, in: workspace, until: "connected")
                }
            }
        }

        @Test("The examples of the demo begin, and the short ones end well", .timeLimit(.minutes(3)))
        func demos() async throws {
            let workspace = try Workspace()
            try prepare(workspace)
            for example in try await examples(of: "demo", in: workspace) {
                if example == "baton demo" || example.contains("greenfield") {
                    try await serve(example, in: workspace, until: "given to", code: 130)
                } else {
                    let result = try await finish(example, in: workspace)
                    #expect(result.code == 0, "\(example): \(result)")
                }
            }
            #expect(
                FileManager.default.fileExists(
                    atPath: workspace.directory.appending(path: "my-documents/docs/logo.md").path))
        }
    }
}
