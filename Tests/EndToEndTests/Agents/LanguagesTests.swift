import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    @Suite struct LanguagesTests {
        @Test("One run, its roles served by agents in every language that is installed here, side by side")
        func sideBySide() async throws {
            let workspace = try Workspace()
            let orchestrator = try workspace.serve(library: SampleAgent.library(in: workspace))
            let agents = SampleAgent.installed
            var processes: [GuardedProcess] = []
            for (index, role) in GreenfieldTests.roles.enumerated() {
                let values = ["{role}": role, "{id}": "agent-\(role)", "{broker}": workspace.broker.url]
                let words = try await agents[index % agents.count].command().map { word in
                    values.reduce(word) { $0.replacing($1.key, with: $1.value) }
                }
                processes.append(
                    try GuardedProcess(
                        URL(filePath: "/usr/bin/env"), words, directory: workspace.directory,
                        output: workspace.log("agent-\(role)")))
            }
            let started = try await workspace.run([
                "start", "greenfield-fullstack", "--input", "idea=A shop for tea", "--unanswered", "no", "--wait",
                "--timeout", "120",
            ])
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")
            let served = try workspace.query("SELECT DISTINCT agent FROM tasks WHERE agent <> '' ORDER BY 1")
            #expect(Set(served).isSubset(of: GreenfieldTests.roles.map { "agent-\($0)" }))
            #expect(served.count >= min(agents.count, GreenfieldTests.roles.count))
            for process in processes { process.signal(SIGTERM) }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }
    }
}
