import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The examples that `--help` gives of the commands that ask the orchestrator, run as they stand against an
    /// orchestrator whose last run is in the state that they are for. See ``ExampleTests`` for the other commands.
    @Suite struct ClientExampleTests {
        /// Of these, ``ExampleTests`` and `CheckAgentTests` run the examples.
        private static let others: Set = [
            "serve", "dashboard", "agent", "demo", "check-agent", "stand-in", "show", "shard", "archive", "replay",
            "user", "verify", "man",
        ]

        /// In which state the last run is.
        private enum Stage {
            /// Completed, with three versions of documents made from each other.
            case done
            /// Something to approve, a question, a step at attention, and one that nobody does.
            case asking, paused, cancelled
            /// A section to talk over.
            case interactive
            /// A phase to approve.
            case phases
            /// A review at its bound.
            case bound
            /// Documents of items to approve, made from what each item has.
            case items
            /// In each item a question, and a step at attention.
            case stuckItems

            var workflow: [String] {
                switch self {
                case .done: ["sdlc", "--input", "idea=Tea"]
                case .asking, .paused, .cancelled: ["asking"]
                case .interactive: ["talking", "--interactive"]
                case .phases: ["sdlc", "--input", "idea=Tea", "--checkpoints", "phases"]
                case .bound: ["reviewed"]
                case .items: ["items", "--fact", "epics:=[1]", "--fact", "stories:=[1,2]"]
                case .stuckItems: ["stuck-items", "--fact", "epics:=[1]", "--fact", "stories:=[1,2]"]
                }
            }

            /// The questions that are open, as `name scope`, and `step scope` of what needs a person.
            var waitsFor: [String] {
                switch self {
                case .done: []
                case .asking, .paused, .cancelled: ["approve_pm-prd ", "draft ", "user_wants_story_review "]
                case .interactive: ["elicit_prd_goals "]
                case .phases: ["phase_discovery "]
                case .bound: ["review-loop ", "review-loop_bound "]
                case .items: ["approve_pm-prd epic-1/story-1", "approve_pm-prd epic-1/story-2"]
                case .stuckItems:
                    ["build", "qa_left_unchecked_items"].flatMap { ["\($0) epic-1/story-1", "\($0) epic-1/story-2"] }
                }
            }

            /// What makes the state of it.
            var last: [String]? {
                switch self {
                case .paused: ["pause", "last"]
                case .cancelled: ["cancel", "last"]
                default: nil
                }
            }
        }

        private static func stage(of example: String) -> Stage {
            let isOfItem = example.contains("--item")
            switch example.split(separator: " ").dropFirst().first {
            case "amend" where example.contains("phase_discovery"): return .phases
            case "approve", "fork": return isOfItem ? .items : example.contains("fork") ? .done : .asking
            case "reject", "amend", "skip", "fail", "pause", "cancel": return .asking
            case "decide" where example.contains("elicit_"): return .interactive
            case "decide" where example.contains("--id"): return .bound
            case "decide", "retry": return isOfItem ? .stuckItems : .asking
            case "resume": return .paused
            case "forget": return .cancelled
            default: return .done
            }
        }

        /// What the examples say that they end with, where it is not 0.
        private static func code(of example: String) -> Int32 { example.hasPrefix("baton diff") ? 1 : 0 }

        private static let workflows = [
            "sdlc": """
              inputs: {idea: {type: string, required: true}}
              sequence:
                - {agent: analyst, id: brief, creates: brief.md}
                - {agent: pm, id: pm-prd, creates: prd.md}
                - {agent: architect, id: architecture, creates: architecture.md, requires: prd.md}
                - {agent: pm, id: ux-front-end-spec, updates: prd.md, requires: architecture.md}
            """,
            "greenfield-fullstack": """
              inputs: {idea: {type: string, required: true}}
              sequence:
                - {agent: pm, id: pm-prd, creates: prd.md}
            """,
            "novel": """
              short_sequence:
                - {agent: pm, creates: story.md}
                - {agent: pm, creates: cover.md, optional: true, condition: user_wants_a_cover}
              long_sequence:
                - {agent: pm, creates: novel.md}
            """,
            "asking": """
              sequence:
                - parallel:
                    - {agent: pm, id: pm-prd, creates: prd.md, approve: true}
                    - {agent: broken, id: draft, creates: draft.md, retry: {max_attempts: 1}}
                    - {agent: nobody, id: qa-review, creates: review.md}
                    - {agent: pm, id: story, creates: story.md, condition: user_wants_story_review}
            """,
            "talking": """
              sequence:
                - {agent: pm, id: prd, creates: prd.md}
            """,
            "reviewed": """
              sequence:
                - {agent: pm, id: pm-prd, creates: prd.md}
                - {agent: po, id: review, validates: all_artifacts, max_rounds: 1}
                - {agent: various, updates: any_flagged_documents, condition: po_issues}
            """,
            "items": items(
                "- {agent: pm, id: dev-implement, creates: code.md}",
                "- {agent: pm, id: pm-prd, creates: prd.md, approve: true}"),
            "stuck-items": items(
                "- parallel:",
                "    - {agent: broken, id: build, creates: build.md, retry: {max_attempts: 1}}",
                "    - {agent: pm, id: check, creates: check.md, when: facts.qa_left_unchecked_items}"),
        ]

        /// Lines about each story of each epic.
        private static func items(_ lines: String...) -> String {
            """
              sequence:
                - for_each:
                    in: facts.epics
                    as: epic
                    steps:
                      - for_each:
                          in: facts.stories
                          as: story
                          max_parallel: 2
                          steps:
            """ + lines.map { "\n                \($0)" }.joined()
        }

        private static let template = """
            template:
              id: prd-template
              name: PRD
              output: {format: markdown, filename: prd.md, title: PRD}
            sections:
              - {id: goals, title: Goals, instruction: What it is for., elicit: true}

            """

        /// A person's folder, a library beside it, an orchestrator, and agents.
        private struct Scene {
            let workspace: Workspace
            let variables: [String: String]
            private let processes: [GuardedProcess]

            init() throws {
                let workspace = try Workspace()
                self.workspace = workspace
                func file(_ name: String, _ text: String) throws {
                    let place = workspace.directory.appending(path: name)
                    try FileManager.default.createDirectory(
                        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Data(text.utf8).write(to: place)
                }
                for (id, text) in ClientExampleTests.workflows {
                    try file("workflows/\(id).yaml", "workflow:\n  id: \(id)\n\(text)\n")
                }
                try file("workflows/templates/prd-tmpl.yaml", ClientExampleTests.template)
                try file("my/workflow.yaml", "workflow:\n  id: mine\n  sequence:\n    - {agent: pm, creates: a.md}\n")
                try file("docs/prd.md", "# PRD\n\n## Goals\n\nSell tea.\n")
                try file("idea.txt", "A shop for tea, by mail.")
                var variables = ProcessInfo.processInfo.environment
                let programs = Workspace.baton.deletingLastPathComponent().path
                variables["PATH"] = "\(programs):\(variables["PATH"] ?? "/usr/bin:/bin")"
                variables["BATON_BROKER"] = workspace.broker.url
                variables["TMPDIR"] = workspace.directory.path
                self.variables = variables
                processes = [
                    try workspace.serve(library: workspace.directory.appending(path: "workflows")),
                    try workspace.start(
                        [
                            "agent", "--role", "pm,analyst,architect,po", "--id", "pm-1", "--slots", "4", "--exec",
                            "baton stand-in --fail-reviews 9",
                        ], name: "pm-1", environment: variables),
                ]
            }

            /// Begins a run and waits until it is at the stage.
            func set(_ stage: Stage) async throws {
                // One that fails three times in a row gets nothing more: each time it is another.
                let broken = try workspace.start(
                    ["agent", "--role", "broken", "--exec", "exit 3"], name: "broken", environment: variables)
                defer {
                    broken.signal(SIGTERM)
                    broken.waitUntilExit()
                }
                let started = try await workspace.run(["start"] + stage.workflow + ["--timeout", "30"])
                try #require(started.code == 0, "\(started)")
                let id = started.output.trimmingCharacters(in: .newlines)
                let run = "run = (SELECT number FROM runs WHERE id = '\(id)')"
                try await workspace.wait(for: "\(stage)") {
                    if stage.waitsFor.isEmpty {
                        return try workspace.query("SELECT status FROM runs WHERE id = '\(id)'") == ["completed"]
                    }
                    return try workspace.query(
                        """
                        SELECT name || ' ' || scope AS what FROM decisions WHERE \(run) AND status = 'open' UNION
                        SELECT step || ' ' || scope FROM tasks WHERE \(run) AND status = 'attention' ORDER BY what
                        """) == stage.waitsFor
                }
                guard let last = stage.last else { return }
                let result = try await workspace.run(last + ["--timeout", "30"])
                try #require(result.code == 0, "\(result)")
            }

            func run(_ text: String) async throws -> (code: Int32, output: String, error: String) {
                let (variables, directory) = (variables, workspace.directory)
                return try await onThread {
                    try runToEnd(
                        URL(filePath: "/bin/sh"), ["-c", text], environment: variables, directory: directory,
                        limit: .seconds(60))
                }
            }

            /// The same, while somebody approves whatever is asked.
            func runApproving(_ text: String) async throws -> (code: Int32, output: String, error: String) {
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        while !Task.isCancelled {
                            _ = try await workspace.run(["approve", "last", "--timeout", "30"])
                            try await Task.sleep(for: .milliseconds(100))
                        }
                    }
                    defer { group.cancelAll() }
                    return try await run(text)
                }
            }

            /// The example with what only this scene knows: which question is open, and which message was put aside.
            func filledIn(_ example: String) async throws -> String {
                guard example.contains("--id 0197a1b2-") else { return example }
                let listed = try await workspace.run(["decisions", "last", "--json", "--timeout", "30"])
                let id = try #require(try JSON.parse(listed.output)["decision"]?.string)
                return example.replacing(/--id [0-9a-f-]+/, with: "--id \(id)")
            }

            /// Twelve messages that the orchestrator could not take; the last one it can.
            func sendDeadLetters() async throws {
                for _ in 1...11 { try workspace.publish("nonsense", to: "req/me") }
                try workspace.publish(#"{"request_id": "1", "type": "list"}"#, to: "req/me", ["-r"])
                try await workspace.wait(for: "the dead letters") {
                    try workspace.query("SELECT count(*) FROM dead_letters") == ["12"]
                }
            }
        }

        /// The lines below `Examples:` of every command that is for here, in their order.
        private static func examples(_ workspace: Workspace) async throws -> [String] {
            let dump = try await workspace.run(["--experimental-dump-help"])
            let commands = try JSON.parse(dump.output)["command"]?["subcommands"]?.array ?? []
            var all: [String] = []
            for command in commands where !others.contains(command["commandName"]?.string ?? "") {
                let name = command["commandName"]?.string ?? ""
                if name == "help" { continue }
                let lines = (command["discussion"]?.string ?? "").split(separator: "\n")
                let own = lines.drop { !$0.hasPrefix("Example") }.dropFirst().filter { $0.hasPrefix("  ") }
                #expect(!own.isEmpty, "\(name) has no example")
                // A remark stands behind several spaces; what reads the database is for DoctorTests.
                all += own.map { $0.dropFirst(2).components(separatedBy: "   ")[0] }.filter { !$0.contains(" --db ") }
            }
            return all
        }

        @Test("Every example of a command that asks the orchestrator does what it says", .timeLimit(.minutes(5)))
        func examples() async throws {
            let scene = try Scene()
            let all = try await Self.examples(scene.workspace)
            #expect(all.count > 75)
            // What looks at a run that is over can share one.
            let shared = all.filter { Self.stage(of: $0) == .done }
            try await scene.set(.done)
            for example in shared where !example.contains("baton start") { try await check(example, scene) }
            for example in shared where example.contains("baton start") { try await check(example, scene) }
            for example in all where !shared.contains(example) {
                try await scene.set(Self.stage(of: example))
                try await check(example, scene)
            }
        }

        private func check(_ example: String, _ scene: Scene) async throws {
            if example == "baton dead-letters" { try await scene.sendDeadLetters() }
            let text = try await scene.filledIn(example)
            let asks = example.contains("--checkpoints")
            let result = asks ? try await scene.runApproving(text) : try await scene.run(text)
            #expect(result.code == Self.code(of: example), "\(example): \(result)")
        }
    }
}
