import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    @Suite struct PythonAgentTests {
        /// paho-mqtt in a virtual environment below `.build`, made once.
        private static let python = Task { () -> URL in
            let environment = Workspace.package.appending(path: ".build/python")
            let python = environment.appending(path: "bin/python")
            let variables = ProcessInfo.processInfo.environment
            let folder = FileManager.default.temporaryDirectory
            func run(_ program: String, _ arguments: [String]) throws {
                let result = try runToEnd(
                    URL(filePath: "/usr/bin/env"), [program] + arguments, environment: variables, directory: folder)
                guard result.code == 0 else {
                    throw Workspace.QueryFailure(description: "\(program) \(arguments): \(result.error)")
                }
            }
            if !FileManager.default.isExecutableFile(atPath: python.path) {
                try run("python3", ["-m", "venv", environment.path])
            }
            let requirements = Workspace.package.appending(path: "docs/agents/python/requirements.txt")
            try run(
                python.path,
                ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements.path])
            return python
        }

        @Test("An agent in Python takes part in a run, beside stand-ins")
        func pythonAgent() async throws {
            let python = try await Self.python.value
            let workspace = try Workspace()
            let orchestrator = try workspace.serve()
            let agents = try workspace.agents(for: GreenfieldTests.roles.filter { $0 != "pm" && $0 != "dev" })
            let script = Workspace.package.appending(path: "docs/agents/python/agent.py")
            let lines = try String(contentsOf: script, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 110)
            let pythonAgents = try ["pm", "dev"].map { role in
                try GuardedProcess(
                    python, [script.path, "--role", role, "--id", "py-\(role)", "--broker", workspace.broker.url],
                    directory: workspace.directory, output: workspace.log("py-\(role)"))
            }
            let started = try await workspace.run([
                "start", "greenfield-fullstack", "--input", "idea=A shop for tea", "--wait", "--timeout", "120",
            ])
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
            let byPython = try workspace.query("SELECT DISTINCT agent FROM tasks WHERE agent LIKE 'py-%' ORDER BY 1")
            #expect(byPython == ["py-dev", "py-pm"])
            for agent in pythonAgents + agents { agent.signal(SIGTERM) }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
