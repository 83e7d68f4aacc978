import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Runs that wait for answers, over a real broker, answered from the command line.
    @Suite struct DecisionTests {
        private static let workflow = """
            workflow:
              id: asking
              name: Asking
              sequence:
                - {agent: writer, id: draft, creates: draft.md}
                - {agent: writer, id: logo, creates: logo.md, condition: user_wants_a_logo}
                - for_each:
                    in: facts.parts
                    as: part
                    max_parallel: 2
                    steps:
                      - {agent: maker, id: make, creates: part.md}
                      - {agent: maker, id: polish, updates: part.md, when: facts.needs_polish}
                - id: way
                  routes:
                    short: {agent: writer, id: short, creates: short.md}
                    long: {agent: writer, id: long, creates: long.md}

            """

        /// A broker, an orchestrator that knows the workflow, and an agent for its roles.
        private struct Scene {
            let workspace: Workspace
            let library: URL
            let agent: BareAgent

            init() throws {
                workspace = try Workspace(persistentBroker: true)
                library = workspace.directory.appending(path: "library")
                try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
                try Data(DecisionTests.workflow.utf8).write(to: library.appending(path: "asking.yaml"))
                agent = try BareAgent(workspace, id: "bare", roles: ["writer", "maker"], slots: 4)
            }

            func start() async throws -> String {
                let started = try await workspace.run([
                    "start", "asking", "--fact", #"parts:=["a", "b"]"#, "--timeout", "30",
                ])
                try #require(started.code == 0, "\(started)")
                return started.output.trimmingCharacters(in: .newlines)
            }

            func questions(_ arguments: [String] = []) async throws -> [JSON] {
                let listed = try await workspace.run(["decisions", "--json"] + arguments)
                try #require(listed.code == 0, "\(listed)")
                return try listed.output.split(separator: "\n").map { try JSON.parse(String($0)) }
            }

            /// Waits until these are asked, as `name@item`.
            func waitFor(questions expected: [String]) async throws -> [JSON] {
                let deadline = ContinuousClock.now + .seconds(30)
                while true {
                    let open = try await questions()
                    let names = open.map { ($0["name"]?.string ?? "") + ($0["item"]?.string.map { "@\($0)" } ?? "") }
                    if names.sorted() == expected.sorted() { return open }
                    guard ContinuousClock.now < deadline else {
                        throw Workspace.QueryFailure(description: "asked is \(names)\n\(workspace.logs)")
                    }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }

            func decide(_ arguments: [String]) async throws -> (code: Int32, output: String, error: String) {
                try await workspace.run(["decide"] + arguments)
            }

            /// The retained questions that a new subscriber is given.
            func retained() throws -> [JSON] {
                let result = try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    [
                        "mosquitto_sub", "-p", "\(workspace.broker.port)", "-t", "baton/v1/default/decision/+/+",
                        "-W", "1",
                    ], environment: ProcessInfo.processInfo.environment, directory: workspace.directory,
                    limit: .seconds(20))
                return try result.output.split(separator: "\n").map { try JSON.parse(String($0)) }
            }
        }

        @Test("A run asks, is shown with the command that answers, and goes on with what the command line says")
        func answered() async throws {
            let scene = try Scene()
            let orchestrator = try scene.workspace.serve(library: scene.library)
            let run = try await scene.start()
            let watch = try scene.workspace.start(["watch", run, "--from-start", "--lines"], name: "watch")

            let first = try await scene.waitFor(questions: ["user_wants_a_logo"])
            #expect(first[0]["run"]?.string == run)
            #expect(first[0]["step"]?.string == "logo")
            #expect(try scene.retained().map { $0["decision"] } == [first[0]["decision"]])
            let status = try await scene.workspace.run(["status", "last"])
            #expect(status.output.contains("needs an answer: user_wants_a_logo  at logo"))
            #expect(status.output.contains("baton decide \(run) user_wants_a_logo=true"))

            // What is no answer changes nothing.
            let wrong = try await scene.decide(["last", "user_wants_a_logo=perhaps"])
            #expect(wrong.code == 2)
            #expect(wrong.error.contains("user_wants_a_logo must be true or false"))
            let unknown = try await scene.decide(["last", "user_wants_a_dog=true"])
            #expect(unknown.code == 5)
            #expect(unknown.error.contains("it asks user_wants_a_logo"))
            #expect(try await scene.decide(["last", "user_wants_a_logo"]).code == 2)

            let said = try await scene.decide(["last", "user_wants_a_logo=true"])
            #expect(said.code == 0)
            #expect(said.output == "user_wants_a_logo = true\n")

            // Two items ask the same: the item tells them apart, and so does the id.
            let both = try await scene.waitFor(questions: ["needs_polish@part-1", "needs_polish@part-2"])
            // The command is in the run's next snapshot, which an answer may overtake.
            try await scene.workspace.wait(for: "the command that answers") {
                scene.workspace.text(ofLog: "watch").contains("--item part-1 needs_polish=true")
            }
            let ambiguous = try await scene.decide([run, "needs_polish=false"])
            #expect(ambiguous.code == 5)
            #expect(ambiguous.error.contains("part-1") && ambiguous.error.contains("part-2"))
            #expect(try await scene.decide([run, "--item", "part-2", "needs_polish=true"]).code == 0)
            let id = try #require(both.first { $0["item"] == "part-1" }?["decision"]?.string)
            #expect(try await scene.decide([run, "--id", id, "false"]).code == 0)

            _ = try await scene.waitFor(questions: ["way"])
            #expect(try await scene.decide(["last", "way=long"]).output == "way = long\n")
            try await scene.workspace.wait(for: "the end of the watching") { !watch.isRunning }
            #expect(watch.waitUntilExit() == 0)
            let told = scene.workspace.text(ofLog: "watch")
            #expect(told.contains("needs an answer: user_wants_a_logo: "))
            #expect(told.contains("  baton decide \(run) --item part-1 needs_polish=true"))
            #expect(told.contains("way: takes the route long"))
            #expect(try scene.retained().isEmpty)

            // Late is late.
            let late = try await scene.decide([run, "way=short"])
            #expect(late.code == 0)
            #expect(late.output == "way was answered already: long; nothing has changed\n")
            #expect(try await scene.questions([run]).isEmpty)
            let all = try await scene.questions([run, "--all"])
            #expect(
                all.map { $0["answer"] } == [true, false, true, "long"]
                    || all.map { $0["answer"] } == [true, true, false, "long"])

            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: scene.workspace).hold()
            withExtendedLifetime(scene.agent) {}
        }

        @Test("An orchestrator killed while a run waits: the answer still works after a restart, once")
        func killedWhileWaiting() async throws {
            let scene = try Scene()
            let first = try scene.workspace.serve(library: scene.library)
            let run = try await scene.start()
            let asked = try await scene.waitFor(questions: ["user_wants_a_logo"])
            first.signal(SIGKILL)
            first.waitUntilExit()
            // It is on the broker, whoever is there.
            #expect(try scene.retained().map { $0["decision"] } == [asked[0]["decision"]])

            let second = try scene.workspace.serve(library: scene.library, name: "second")
            #expect(try await scene.waitFor(questions: ["user_wants_a_logo"]) == asked)
            let id = "answer-1"
            let answer = [run, "user_wants_a_logo=false", "--request-id", id, "--timeout", "30"]
            let said = try await scene.decide(answer)
            #expect(said.output == "user_wants_a_logo = false\n", "\(said)")
            // The same request again has the same answer, another answer comes too late.
            #expect(try await scene.decide(answer).output == said.output)
            let late = try await scene.decide([run, "user_wants_a_logo=true"])
            #expect(late.output == "user_wants_a_logo was answered already: false; nothing has changed\n")

            _ = try await scene.waitFor(questions: ["needs_polish@part-1", "needs_polish@part-2"])
            #expect(try scene.retained().allSatisfy { $0["name"] == "needs_polish" })
            let events = try scene.workspace.query("SELECT count(*) FROM events WHERE kind = 'decided'")
            #expect(events == ["1"])
            #expect(try scene.workspace.query("SELECT status FROM tasks WHERE step = 'logo'") == ["skipped"])

            // Cancelling takes the questions back.
            #expect(try await scene.workspace.run(["cancel", run]).code == 0)
            #expect(try await scene.questions().isEmpty)
            #expect(try scene.retained().isEmpty)
            let over = try await scene.decide([run, "--item", "part-1", "needs_polish=true"])
            #expect(over.code == 0)
            #expect(over.output == "needs_polish is not asked any more; nothing has changed\n")
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            try RunChecks(workspace: scene.workspace).hold()
            withExtendedLifetime(scene.agent) {}
        }

        @Test("A start that waits says what is asked on standard error")
        func silentWait() async throws {
            let scene = try Scene()
            let orchestrator = try scene.workspace.serve(library: scene.library)
            let start = try scene.workspace.start(
                ["start", "asking", "--fact", "parts:=[]", "--fact", "user_wants_a_logo=false", "--wait"],
                name: "start")
            _ = try await scene.waitFor(questions: ["way"])
            try await scene.workspace.wait(for: "the question") {
                scene.workspace.text(ofLog: "start").contains("way=short")
            }
            #expect(start.isRunning)
            #expect(try await scene.decide(["last", "way=short"]).code == 0)
            try await scene.workspace.wait(for: "the end of the run") { !start.isRunning }
            #expect(start.waitUntilExit() == 0)
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            withExtendedLifetime(scene.agent) {}
        }
    }
}
