import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    @Suite struct PythonAgentTests {
        @Test("An agent in Python takes part in a run, beside stand-ins")
        func pythonAgent() async throws {
            let python = try await PythonEnvironment.interpreter
            let workspace = try Workspace()
            let orchestrator = try workspace.serve()
            let agents = try workspace.agents(for: GreenfieldTests.roles.filter { $0 != "pm" && $0 != "dev" })
            let script = Workspace.package.appending(path: "docs/agents/python/agent.py")
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
