import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The main job, on the real thing: processes, a broker, a database.
    @Suite struct GreenfieldTests {
        static let roles = ["analyst", "pm", "ux-expert", "architect", "po", "sm", "dev", "qa", "deployer"]

        @Test("A greenfield project goes from idea to launch, with every document and handoff where it should be")
        func wholeRun() async throws {
            let workspace = try Workspace()
            let checks = RunChecks(workspace: workspace)
            let orchestrator = try workspace.serve()
            let agents = try workspace.agents(for: Self.roles)
            let started = try await workspace.run([
                "start", "greenfield-fullstack", "--input", "idea=A shop for tea", "--wait", "--timeout", "120",
            ])
            #expect(started.code == 0, "\(started.error)\n\(workspace.logs)")

            #expect(try workspace.query("SELECT status, phase FROM runs") == ["completed|launch"])
            let milestones = try workspace.query("SELECT key FROM runs, json_each(milestones) ORDER BY value, key")
            #expect(Set(milestones) == ["discovery", "plan", "design", "build", "validate", "launch"])
            // From the first role to the last, each handing over to the next.
            let chain = try workspace.query("SELECT from_agent, to_agent FROM handoffs ORDER BY ordinal").map {
                $0.split(separator: "|").map(String.init)
            }
            #expect(chain.first == ["user", "analyst"])
            #expect(chain.contains { $0[1] == "deployer" })
            for (before, after) in zip(chain, chain.dropFirst()) { #expect(before[1] == after[0]) }
            let open = try workspace.query(
                "SELECT step, status FROM tasks WHERE status NOT IN ('completed', 'skipped')")
            #expect(open == [])
            #expect(try workspace.query("SELECT count(*) FROM artifacts WHERE task = 0 OR size = 0") == ["0"])
            #expect(try workspace.query("SELECT count(*) FROM outbox").first.flatMap { Int($0) } ?? 99 < 5)

            let exported = try await workspace.run(["export", "last", "--to", "papers"])
            #expect(exported.code == 0, "\(exported.error)")
            let brief = try String(
                contentsOf: workspace.directory.appending(path: "papers/docs/project-brief.md"), encoding: .utf8)
            #expect(brief.contains("A shop for tea"))
            let manifest = workspace.directory.appending(path: "papers/manifest.json")
            #expect(FileManager.default.fileExists(atPath: manifest.path))

            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0, "\(workspace.text(ofLog: "serve"))")
            for agent in agents {
                agent.signal(SIGTERM)
                #expect(agent.waitUntilExit() == 0)
            }
            try checks.hold()
        }

        @Test("A workflow that nobody has seen before runs on the same program and agents")
        func generatedWorkflow() async throws {
            let workspace = try Workspace()
            let seed = UInt64.random(in: 0..<UInt64.max)
            var random = SeededRandom(seed: seed)
            let (text, roles, count) = GeneratedWorkflow.make(&random)
            let library = workspace.directory.appending(path: "library")
            try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
            try text.write(to: library.appending(path: "made-up.yaml"), atomically: true, encoding: .utf8)
            let orchestrator = try workspace.serve(library: library)
            let agents = try workspace.agents(for: roles)
            let started = try await workspace.run([
                "start", "made-up", "--input", "idea=x", "--wait", "--timeout", "60",
            ])
            #expect(started.code == 0, "seed \(seed)\n\(text)\n\(started.error)\n\(workspace.logs)")
            #expect(try workspace.query("SELECT count(*) FROM tasks WHERE status = 'completed'") == ["\(count)"])
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            for agent in agents { agent.signal(SIGTERM) }
            try RunChecks(workspace: workspace).hold()
        }
    }
}
