import BatonEngine
import BatonMessages
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The program that `baton demo` gives its agents, run as an agent runs it: a command in, a result out.
    @Suite struct StandInTests {
        @Test(
            "A document has the headings of its outline by depth, says that a stand-in wrote it, and names its sources"
        )
        func document() throws {
            let brief = artifact(
                "brief.md", "# The brief\n\nWhat it is about.\n\n## Goals\n\nTo be quick.\n", ordinal: 9)
            var command = command(requires: [brief], creates: [CommandProduct(name: "docs/plan.md")])
            command.creates[0].template = CommandProduct.Template(
                name: "plan-tmpl.yaml",
                outline: [
                    [
                        "id": "a", "title": "First part", "instruction": "Say what comes first. Then more.",
                        "sections": [["id": "b", "title": "Part {{part_number}} of it", "type": "bullet-list"]],
                    ],
                    ["id": "c", "title": "Left out", "condition": "only sometimes"],
                    ["id": "d", "title": "Of another role", "owner": "accountant"],
                    ["id": "e", "title": "Picture", "type": "mermaid"],
                ])
            let result = try run(command)
            #expect(result["status"] == "completed")
            #expect(result["artifacts"]?.array?.count == 1)
            #expect(result["artifacts"]?.array?[0]["name"] == "docs/plan.md")
            let content = try #require(result["artifacts"]?.array?[0]["content"]?.string)
            let headings = content.split(separator: "\n").filter { $0.hasPrefix("#") }
            #expect(
                headings == ["# Plan", "## First part", "### Part 1 of it", "## Picture", "## About this document"])
            #expect(content.contains("A stand-in wrote this"))
            #expect(content.contains("baton agent --role planner --exec"))
            #expect(content.contains("*Say what comes first.*"))
            #expect(content.contains("A bakery's orders"))
            #expect(content.contains("> Turn the brief into a plan."))
            #expect(content.contains("*Goals* in The brief (`brief.md`, version 1)"))
            #expect(content.contains("| `brief.md` | 1 | `\(brief.digest)` |"))
        }

        @Test("A set comes as several documents below its name, after the parts of what it was made from")
        func sets() throws {
            let text =
                "# Brief\n\nAll.\n\n## Goals & scope\n\nSome.\n\n## Money\n\nNone.\n\n## Time\n\nA week.\n\n## Risk\n\n"
            let creates = [CommandProduct(name: "pieces/", isSet: true)]
            var names = try names(run(command(requires: [artifact("brief.md", text, ordinal: 9)], creates: creates)))
            #expect(names == ["pieces/1-goals-scope.md", "pieces/2-money.md", "pieces/3-time.md"])
            names = try self.names(run(command(creates: creates)))
            #expect(names == ["pieces/1-part-one.md", "pieces/2-part-two.md"])
            names = try self.names(run(command(creates: [CommandProduct(name: "pieces.md", isSet: true)])))
            #expect(names == ["pieces/1-part-one.md", "pieces/2-part-two.md"])
        }

        @Test("An updated document keeps every word, and gains a revision; one without content is left as it is")
        func updates() throws {
            let text = "# Brief\n\nAll of it.\n"
            let known = artifact("brief.md", text, ordinal: 9)
            var large = artifact("large.md", "…", ordinal: 10)
            large.content = nil
            let result = try run(
                command(
                    requires: [known, large],
                    updates: [CommandProduct(name: "brief.md"), CommandProduct(name: "large.md")]))
            #expect(try names(result) == ["brief.md"])
            let content = try #require(result["artifacts"]?.array?[0]["content"]?.string)
            #expect(content.hasPrefix(text))
            #expect(content.contains("## Revision of version 1"))
        }

        @Test("An update of a document with roles' sections fills those of the role, and leaves the rest to be kept")
        func ownedUpdates() throws {
            let text = "# Story\n\n## Plan\n\nAs it was.\n\n## Record\n\n### Files\n\n## Free\n\nText.\n"
            var update = CommandProduct(name: "story.md")
            update.template = CommandProduct.Template(
                name: "story-tmpl.yaml",
                outline: [
                    ["id": "plan", "title": "Plan", "owner": "writer", "required": false],
                    [
                        "id": "record", "title": "Record", "owner": "planner-agent", "required": true,
                        "sections": [
                            ["id": "files", "title": "Files", "owner": "planner-agent", "required": true],
                            ["id": "rare", "title": "Rare", "owner": "planner-agent", "condition": "seldom"],
                        ],
                    ],
                    ["id": "free", "title": "Free", "required": true],
                ])
            let result = try run(command(requires: [artifact("story.md", text, ordinal: 9)], updates: [update]))
            let document = try #require(result["artifacts"]?.array?.first)
            #expect(document["name"] == "story.md" && document["content"] == nil)
            #expect(document["sections"]?.object?.keys.elements == ["record"])
            #expect(document["sections"]?["record"]?["sections"]?.object?.keys.elements == ["files"])
        }

        @Test("What the command asks for is answered so that a run goes on to its end")
        func reports() throws {
            var command = command()
            command.reports = [
                Report(name: "flag", kind: .boolean, question: "?"),
                Report(name: "count", kind: .number, question: "?"),
                Report(name: "items", kind: .list, question: "?"),
                Report(name: "choice", kind: .enum, question: "?", options: ["left", "right"]),
            ]
            command.validates = ["brief.md"]
            let result = try run(command)
            let items: JSON = [["id": "1", "title": "Item 1"], ["id": "2", "title": "Item 2"]]
            #expect(result["facts"] == ["flag": false, "count": 1, "items": items, "choice": "left"])
            #expect(result["verdict"] == ["passed": true, "flagged": []])
        }

        @Test("A fact that the command holds is the answer, if it fits the question")
        func knownFacts() throws {
            var command = command()
            command.reports = [
                Report(name: "is_large", kind: .boolean, question: "?"),
                Report(name: "choice", kind: .enum, question: "?", options: ["left", "right"]),
                Report(name: "stories", kind: .list, question: "?"),
            ]
            command.facts = ["is-large": true, "choice": "up", "epics": [["title": "Accounts"], "Payment"]]
            #expect(
                try run(command)["facts"] == [
                    "is_large": true, "choice": "left",
                    "stories": [
                        ["id": "1", "title": "Story 1", "epic": "Accounts"],
                        ["id": "2", "title": "Story 2", "epic": "Payment"],
                    ],
                ])
        }

        @Test(
            "It reports what it was told to, a value for each activation of the step, and remembers them by their tasks"
        )
        func toldReports() throws {
            let memory = FileManager.default.temporaryDirectory.appending(path: "stand-in-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: memory) }
            func answers(task: UInt32, step: String = "planning", _ options: [String]) throws -> JSON? {
                var command = command()
                command.task = command.run.child(task)
                command.step = step
                command.reports = [
                    Report(name: "more_items", kind: .boolean, question: "?"),
                    Report(name: "choice", kind: .enum, question: "?", options: ["left", "right"]),
                ]
                command.facts = ["more_items": false]
                return try run(command, ["--memory", memory.path] + options)["facts"]
            }
            let told = ["--report", "more-items=true,false", "--report", "choice=right"]
            #expect(try answers(task: 1, told) == ["more_items": true, "choice": "right"])
            // Another attempt.
            #expect(try answers(task: 1, told) == ["more_items": true, "choice": "right"])
            #expect(try answers(task: 2, told)?["more_items"] == false)
            #expect(try answers(task: 3, told)?["more_items"] == false)
            #expect(try answers(task: 4, step: "../..", told)?["more_items"] == true)
            #expect(try answers(task: 5, ["--report", #"more_items=[1,2]"#])?["more_items"] == [1, 2])
            #expect(try FileManager.default.contentsOfDirectory(atPath: memory.path).count == 1)
        }

        @Test("The first reviews of each item do not pass, and flag the first document")
        func failingReviews() throws {
            let memory = FileManager.default.temporaryDirectory.appending(path: "stand-in-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: memory) }
            func verdict(task: UInt32, item: String?, _ artifacts: [CommandArtifact]) throws -> JSON? {
                var command = command(requires: artifacts)
                command.task = command.run.child(task)
                command.validates = ["all_artifacts"]
                command.item = item.map { ["scope": .string($0), "name": "story", "index": 1, "value": 1] }
                return try run(command, ["--memory", memory.path, "--fail-reviews", "2"])["verdict"]
            }
            let documents = [artifact("a.md", "A", ordinal: 9), artifact("b.md", "B", ordinal: 10)]
            for (task, item, passes) in [
                (1, nil, false), (2, "story-1", false), (3, nil, false), (4, nil, true), (5, "story-1", false),
                (6, "story-1", true), (1, nil, false),
            ] as [(UInt32, String?, Bool)] {
                let verdict = try verdict(task: task, item: item, documents)
                #expect(verdict?["passed"]?.bool == passes)
                #expect(verdict?["flagged"]?.array?.first?["artifact"]?.string == (passes ? nil : "a.md"))
            }
            // With nothing to flag there is nothing to object to.
            #expect(try verdict(task: 9, item: "story-2", [])?["passed"] == true)
        }

        @Test("Files that are no documents stay what their names say", arguments: [("a.yaml", "#"), ("a.swift", "//")])
        func comments(name: String, marker: String) throws {
            let result = try run(command(creates: [CommandProduct(name: name)]))
            let content = try #require(result["artifacts"]?.array?[0]["content"]?.string)
            #expect(content.split(separator: "\n").allSatisfy { $0.hasPrefix(marker) })
        }

        @Test("Two runs with the same inputs give the same documents, byte for byte")
        func deterministic() throws {
            let creates = [CommandProduct(name: "plan.md")]
            let first = try run(command(creates: creates, at: Timestamp(milliseconds: 1), seed: 1))
            let second = try run(command(creates: creates, at: Timestamp(milliseconds: 99_999_999), seed: 2))
            #expect(first == second)
            #expect(first["summary"]?.string?.contains("plan.md") == true)
        }

        @Test("What is no command is refused with a sentence that names what is missing")
        func refused() throws {
            let result = try runProgram(Data(#"{"task": 7}"#.utf8))
            #expect(result.code != 0)
            #expect(result.output.isEmpty)
            #expect(result.error.contains("no task command"))
            #expect(result.error.contains("lease"))
        }

        // MARK: Commands

        private func command(
            requires: [CommandArtifact] = [], creates: [CommandProduct] = [], updates: [CommandProduct] = [],
            at now: Timestamp = Timestamp(milliseconds: 1_700_000_000_000), seed: UInt64 = 7
        ) -> TaskCommand {
            let run = Identifier(run: Seed(high: seed, low: seed), now: now)
            let handoff = Handoff(
                id: run.child(2), run: run, project: "p", fromAgent: "user", toAgent: "planner", phase: .plan,
                contextIDs: requires.map(\.id), contextSummary: "", instructions: "Turn the brief into a plan.",
                expectedOutputs: creates.map(\.name), createdAt: now)
            return TaskCommand(
                by: By(store: "s", epoch: 1), task: run.child(1), run: run, project: "p", workflow: "w",
                step: "planning",
                phase: .plan, role: "planner", attempt: 1, lease: run.child(3), leaseMilliseconds: 30_000,
                handoff: handoff, requires: requires, creates: creates, updates: updates,
                inputs: ["idea": "A bakery's orders"], idempotencyKey: run.child(1))
        }

        private func artifact(_ name: String, _ content: String, ordinal: UInt32) -> CommandArtifact {
            let run = Identifier(run: Seed(high: 7, low: 7), now: Timestamp(milliseconds: 1_700_000_000_000))
            let bytes = Array(content.utf8)
            return CommandArtifact(
                id: run.child(ordinal), name: name, version: 1, digest: ContentHash.of(bytes), size: bytes.count,
                mediaType: "text/markdown", content: content)
        }

        private func run(_ command: TaskCommand, _ options: [String] = []) throws -> JSON {
            let result = try runProgram(Data(command.encode()), options)
            #expect(result.code == 0, "\(result.error)")
            return try JSON.parse(result.output)
        }

        private func runProgram(
            _ input: Data, _ options: [String] = []
        ) throws -> (code: Int32, output: String, error: String) {
            try runToEnd(
                Workspace.baton, ["stand-in"] + options, environment: ProcessInfo.processInfo.environment,
                directory: FileManager.default.temporaryDirectory, input: input)
        }

        private func names(_ result: JSON) throws -> [String] {
            try #require(result["artifacts"]?.array).compactMap { $0["name"]?.string }
        }
    }
}
