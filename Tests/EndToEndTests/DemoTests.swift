import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `baton demo` as people run it: one process that starts all others, and leaves nothing behind but documents.
    @Suite struct DemoTests {
        @Test(
            "A workflow of made-up steps, roles and artifacts runs to its end, and its documents are all that is left")
        func generated() async throws {
            try await withScene { scene in
                var random = SeededRandom(seed: 20_260_131)
                let made = GeneratedWorkflow.make(&random)
                let file = scene.folder.appending(path: "made-up.yaml")
                try Data(made.text.utf8).write(to: file)

                let demo = try scene.start([file.path, "--fast", "--idea", "A lighthouse for bicycles"])
                let code = try await scene.end(of: demo)
                let said = scene.output
                #expect(code == 0, "\(said)")
                #expect(made.roles.allSatisfy { said.contains(", \($0)") || said.contains("  \($0), ") }, "\(said)")
                // The folder that it names holds every document that it lists, with the idea in it.
                let place = try #require(
                    said.split(separator: "\n").last { $0.hasPrefix("They are in ") }?.dropFirst(12))
                let listed = said.split(separator: "\n").filter { $0.hasSuffix(" bytes") }.compactMap {
                    $0.split(separator: " ").first.map(String.init)
                }
                #expect(listed.count >= made.agentSteps - 1)
                for name in listed {
                    let text = try String(contentsOfFile: "\(place)/\(name)", encoding: .utf8)
                    #expect(text.contains("A lighthouse for bicycles"))
                }
                #expect(try scene.leftovers() == [String(place)])
                #expect(scene.processes() == [])
            }
        }

        @Test("A run without documents says so, names no folder, and leaves none")
        func withoutDocuments() async throws {
            try await withScene { scene in
                let file = scene.folder.appending(path: "none.yaml")
                try Data(
                    """
                    workflow:
                      id: none
                      name: None
                      sequence:
                        - {agent: pm, id: think, action: think, notes: Think about it.}
                    """.utf8
                ).write(to: file)
                let demo = try scene.start([file.path, "--fast"])
                #expect(try await scene.end(of: demo) == 0, "\(scene.output)")
                #expect(scene.output.contains("no documents"), "\(scene.output)")
                #expect(!scene.output.contains("They are in"), "\(scene.output)")
                #expect(try scene.leftovers() == [])
            }
        }

        @Test("Ctrl-C stops everything, leaves nothing, and ends with 130", arguments: [SIGINT, SIGTERM])
        func interrupted(signal: Int32) async throws {
            try await withScene { scene in
                let demo = try scene.start(["greenfield-fullstack"])
                try await scene.wait(for: "the first task") { scene.output.contains("given to") }
                #expect(scene.processes().count > 10, "a broker, an orchestrator, nine agents")
                demo.signal(signal)
                #expect(try await scene.end(of: demo) == 130, "\(scene.output)")
                #expect(scene.processes() == [])
                #expect(try scene.leftovers() == [])
            }
        }

        @Test("A demo that is killed takes its processes along")
        func killed() async throws {
            try await withScene { scene in
                let demo = try scene.start(["greenfield-fullstack"])
                try await scene.wait(for: "the first task") { scene.output.contains("given to") }
                demo.signal(SIGKILL)
                try await scene.wait(for: "the end of all processes") { scene.processes().isEmpty }
            }
        }

        @Test("A run that needs a person ends with the reason, and says where the logs are")
        func attention() async throws {
            try await withScene { scene in
                let file = scene.folder.appending(path: "stuck.yaml")
                let text = """
                    workflow:
                      id: stuck
                      name: Stuck
                      phases:
                        writing:
                          - agent: writer
                            output: a.md
                      completion_criteria:
                        - b.md exists

                    """
                try Data(text.utf8).write(to: file)
                let demo = try scene.start([file.path, "--fast"])
                #expect(try await scene.end(of: demo) == 3)
                #expect(scene.output.contains("attention"))
                #expect(scene.output.contains("b.md exists"))
                #expect(scene.processes() == [])
                let logs = try #require(scene.output.split(separator: " ").last { $0.contains("/work") })
                let path = logs.trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(FileManager.default.fileExists(atPath: path + "/serve.log"))
            }
        }

        @Test("A workflow that is not there is one sentence, and nothing is started")
        func unknown() async throws {
            try await withScene { scene in
                let demo = try scene.start(["no-such-workflow"])
                #expect(try await scene.end(of: demo) == 5)
                #expect(scene.output.contains("no-such-workflow"))
                #expect(scene.output.contains("greenfield-fullstack"))
                #expect(try scene.leftovers() == [])
            }
        }

        @Test("Items, facts, reviews that send work back, and a fixed time per task: any file can be tried out")
        func wishes() async throws {
            try await withScene { scene in
                let file = scene.folder.appending(path: "tried.yaml")
                let text = """
                    workflow:
                      id: tried
                      name: Tried
                      inputs: {topic: {type: string, required: true}}
                      sequence:
                        - {agent: writer, creates: draft.md}
                        - {agent: writer, creates: extra.md, condition: user_wants_extra}
                        - {agent: po, validates: all_artifacts}
                        - {agent: various, updates: flagged_documents, condition: po_checklist_issues}
                        - for_each:
                            in: facts.parts
                            as: part
                            max_parallel: 3
                            steps: [{agent: maker, id: make, creates: part.md}]

                    """
                try Data(text.utf8).write(to: file)
                let demo = try scene.start([
                    file.path, "--items", "parts=3", "--fact", "user_wants_extra=true", "--reviews", "1", "--delay",
                    "400",
                ])
                let code = try await scene.end(of: demo)
                let said = scene.output
                #expect(code == 0, "\(said)")
                #expect(said.contains("The input topic was not given"))
                #expect(said.contains("the review does not pass: draft.md"))
                #expect(said.contains("the review passes"))
                for name in ["draft.md", "extra.md", "part-1/part.md", "part-2/part.md", "part-3/part.md"] {
                    #expect(said.contains("  docs/\(name) "), "\(said)")
                }
                // Eight tasks of 0.4 s, three of them side by side: six in the chain.
                let words = try #require(said.split(separator: "\n").first { $0.hasPrefix("The run took") }, "\(said)")
                let seconds = words.split(separator: " ").compactMap { Double($0) }
                try #require(seconds.count == 3, "\(words)")
                #expect(seconds[1] >= 3.2)
                #expect((2.4..<seconds[1]).contains(seconds[2]), "\(words)")
                #expect(seconds[0] <= seconds[2] * 1.15 + 0.1, "\(words)")
                #expect(said.contains("make (part-"))
            }
        }

        /// A folder in which a demo makes its own, and from which its processes are told.
        private struct Scene {
            let folder: URL
            private var temporary: URL { folder.appending(path: "tmp") }

            init() throws {
                folder = FileManager.default.temporaryDirectory.appending(path: "baton-demo-test-\(UUID().uuidString)")
                try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
            }

            func start(_ arguments: [String]) throws -> GuardedProcess {
                var environment = ProcessInfo.processInfo.environment
                environment["TMPDIR"] = temporary.path
                return try GuardedProcess(
                    Workspace.baton, ["demo"] + arguments, environment: environment, directory: Workspace.package,
                    output: folder.appending(path: "output"))
            }

            var output: String { (try? String(contentsOf: folder.appending(path: "output"), encoding: .utf8)) ?? "" }

            /// What the demo left in its temporary folder: files and empty folders, without the documents' own files.
            func leftovers() throws -> [String] {
                let files = FileManager.default
                return try files.contentsOfDirectory(atPath: temporary.path).flatMap { name in
                    let inside = try files.contentsOfDirectory(atPath: temporary.appending(path: name).path)
                    return (inside.isEmpty ? [""] : inside).map { temporary.appending(path: "\(name)/\($0)").path }
                }
            }

            /// The broker, the orchestrator, the agents and their keepers: they inherit the name of the temporary
            /// folder.
            func processes() -> [String] {
                let files = FileManager.default
                return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }.filter {
                    process in
                    guard let variables = files.contents(atPath: "/proc/\(process)/environ"),
                        let words = files.contents(atPath: "/proc/\(process)/cmdline"), !words.isEmpty
                    else { return false }
                    return String(decoding: variables, as: UTF8.self).contains("TMPDIR=\(temporary.path)")
                }
            }

            func end(of process: GuardedProcess) async throws -> Int32 {
                try await wait(for: "the end of the demo") { !process.isRunning }
                return process.waitUntilExit()
            }

            func wait(for what: String, _ condition: () -> Bool) async throws {
                let deadline = ContinuousClock.now + .seconds(90)
                while !condition() {
                    guard ContinuousClock.now < deadline else {
                        throw Workspace.QueryFailure(description: "waited in vain for \(what):\n\(output)")
                    }
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }

        private func withScene(_ body: (Scene) async throws -> Void) async throws {
            let scene = try Scene()
            defer { try? FileManager.default.removeItem(at: scene.folder) }
            try await body(scene)
        }
    }
}
