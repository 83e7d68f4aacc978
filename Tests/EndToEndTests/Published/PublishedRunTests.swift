import BatonEngine
import Foundation
import Testing

extension EndToEnd {
    /// Every published file, run to its end. What is expected was written down by hand from the files: who does what,
    /// for which item, in which order.
    @Suite struct PublishedRunTests {
        /// Two stories of one epic.
        private static let stories: JSON = [
            ["id": "1", "title": "Log in", "epic": "Accounts"], ["id": "2", "title": "Log out", "epic": "Accounts"],
        ]
        private static let scopes = ["epic-1/story-1", "epic-1/story-2"]

        /// The planning part of a greenfield file: its architecture's name, and what comes between PRD and it.
        private struct Planning: Sendable {
            let workflow: String
            let design: [String]
            let prompt: [String]
            let architecture: String
        }

        private static let plannings = [
            Planning(
                workflow: "greenfield-fullstack", design: ["ux-expert: front-end-spec.md"],
                prompt: ["ux-expert: v0_prompt"], architecture: "fullstack-architecture.md"),
            Planning(workflow: "greenfield-service", design: [], prompt: [], architecture: "architecture.md"),
            Planning(
                workflow: "greenfield-ui", design: ["ux-expert: front-end-spec.md"],
                prompt: ["ux-expert: v0_prompt"], architecture: "front-end-architecture.md"),
        ]

        private func check(
            _ run: PublishedRun, _ expected: [String], _ also: (PublishedRun.Outcome) throws -> Void = { _ in }
        )
            async throws
        {
            guard let folder = PublishedRun.folder() else { return }
            let outcome = try await run.run(in: folder)
            #expect(outcome.code == 0)
            #expect(outcome.tasks == expected)
            try also(outcome)
        }

        @Test(
            "Greenfield files with every condition false: the plan, then a story and its code, one after the other",
            arguments: plannings.indices)
        func allFalse(index: Int) async throws {
            let planning = Self.plannings[index]
            let cycle = Self.scopes.flatMap { ["sm@\($0): story.md", "dev@\($0): implementation_files"] }
            let run = PublishedRun(
                workflow: planning.workflow, start: ["--option", "unanswered=no"], reports: ["stories": [Self.stories]])
            let planned = ["analyst: project-brief.md", "pm: prd.md"] + planning.design
            try await check(
                run, planned + ["architect: \(planning.architecture)", "po: -", "po: sharded_docs"] + cycle)
        }

        @Test(
            "Greenfield files with every condition true: reviews, the PRD again, QA that leaves work once a story",
            arguments: plannings.indices)
        func allTrue(index: Int) async throws {
            let planning = Self.plannings[index]
            let code = "implementation_files"
            let cycle = Self.scopes.flatMap { scope in
                [
                    "sm@\(scope): story.md", "analyst@\(scope): -", "dev@\(scope): \(code)",
                    "qa@\(scope): \(code)", "dev@\(scope): \(code)", "qa@\(scope): \(code)",
                ]
            }
            let run = PublishedRun(
                workflow: planning.workflow,
                start: [
                    "--option", "optional=all", "--fact", "user_wants_ai_generation:=true", "--fact",
                    "user_has_generated_ui:=true", "--fact", "user_wants_story_review:=true",
                ],
                reports: [
                    "stories": [Self.stories], "architecture_suggests_prd_changes": [true],
                    "qa_left_unchecked_items": [true, false, true, false],
                ])
            let planned = ["analyst: project-brief.md", "pm: prd.md"] + planning.design + planning.prompt
            try await check(
                run,
                planned + ["architect: \(planning.architecture)", "pm: prd.md", "po: -", "po: sharded_docs"]
                    + cycle + ["po: epic-retrospective.md"])
        }

        @Test("A review that fails twice sends the flagged document to its owner, twice", arguments: plannings.indices)
        func failingReview(index: Int) async throws {
            let planning = Self.plannings[index]
            let run = PublishedRun(
                workflow: planning.workflow, start: ["--option", "unanswered=no"], reports: ["stories": [[]]],
                failingReviews: 2, flags: "prd.md")
            let planned = ["analyst: project-brief.md", "pm: prd.md"] + planning.design
            try await check(
                run,
                planned + [
                    "architect: \(planning.architecture)", "po: -", "pm: prd.md", "po: -", "pm: prd.md", "po: -",
                    "po: sharded_docs",
                ]
            ) { outcome in
                let versions = try outcome.workspace.query("SELECT max(version) FROM artifacts WHERE name = 'prd.md'")
                #expect(versions == ["3"])
            }
        }

        // MARK: Brownfield

        @Test("brownfield-fullstack, a major enhancement with all that it may need")
        func brownfieldMajor() async throws {
            let code = "implementation_files"
            let run = PublishedRun(
                workflow: "brownfield-fullstack", start: ["--option", "unanswered=no"],
                reports: [
                    "classification": ["major_enhancement"], "documentation_inadequate": [true],
                    "architecture_changes_needed": [true], "stories": [Self.stories],
                ], failingReviews: 1, flags: "architecture.md")
            try await check(
                run,
                [
                    "analyst: -", "analyst: -",
                    "architect: brownfield-architecture, brownfield-architecture/two.md", "pm: prd.md", "pm: -",
                    "architect: architecture.md", "po: -", "architect: architecture.md", "po: -",
                    "po: sharded_docs",
                ] + Self.scopes.flatMap { ["sm@\($0): story.md", "dev@\($0): \(code)"] })
        }

        @Test("brownfield-fullstack, a major enhancement of what is well documented")
        func brownfieldDocumented() async throws {
            let run = PublishedRun(
                workflow: "brownfield-fullstack", start: ["--option", "unanswered=no"],
                reports: ["classification": ["major_enhancement"], "stories": [[]]])
            try await check(
                run, ["analyst: -", "analyst: -", "pm: prd.md", "pm: -", "po: -", "po: sharded_docs"])
        }

        @Test(
            "brownfield-fullstack, where a small thing leaves the workflow after its one step",
            arguments: [
                "single_story", "small_feature",
            ])
        func brownfieldExit(route: String) async throws {
            let run = PublishedRun(
                workflow: "brownfield-fullstack", start: ["--option", "unanswered=no"],
                reports: ["classification": [.string(route)]])
            try await check(run, ["analyst: -", "pm: -"])
        }

        // MARK: Paths

        @Test(
            "game-dev-greenfield takes the path that the start names", arguments: ["full_game", "full_game_sequence"])
        func fullGame(path: String) async throws {
            let run = PublishedRun(
                workflow: "game-dev-greenfield", start: ["--path", path], failingReviews: 2, flags: "game-brief.md")
            try await check(
                run,
                [
                    "game-designer: game-brief.md", "game-designer: game-design-doc.md",
                    "game-designer: level-design-doc.md", "solution-architect: game-architecture.md",
                    "game-designer: -", "game-designer: game-brief.md", "game-designer: -",
                    "game-designer: game-brief.md", "game-designer: -",
                ])
        }

        @Test("game-dev-greenfield takes its first path when nobody names one and nobody is asked")
        func firstPath() async throws {
            let run = PublishedRun(workflow: "game-dev-greenfield", start: ["--option", "unanswered=no"])
            try await check(
                run,
                [
                    "game-designer: game-brief.md", "game-designer: game-design-doc.md",
                    "game-designer: level-design-doc.md", "solution-architect: game-architecture.md",
                    "game-designer: -",
                ])
        }

        @Test("game-dev-greenfield as a prototype")
        func prototypePath() async throws {
            let run = PublishedRun(workflow: "game-dev-greenfield", start: ["--path", "prototype"])
            try await check(run, ["game-designer: game-brief.md", "game-designer: prototype-design.md"])
        }

        @Test("game-prototype, both of its paths")
        func gamePrototype() async throws {
            try await check(
                PublishedRun(workflow: "game-prototype", start: ["--path", "prototype"]),
                [
                    "game-designer: concept-summary.md", "game-designer: prototype-spec.md",
                    "game-developer: prototype-architecture.md", "game-sm: prototype-stories",
                    "game-developer: -",
                ])
            try await check(
                PublishedRun(workflow: "game-prototype", start: ["--path", "game_jam"]),
                ["game-designer: jam-concept.md", "game-developer: working-prototype"])
        }

        // MARK: Stages and dataflow

        @Test(
            "novel-snowflake: stages one after the other, a draft for each chapter, and what must exist at the end",
            arguments: [0, 1, 3])
        func snowflake(chapters: Int) async throws {
            let list = JSON.array((0..<chapters).map { .string("Chapter \($0 + 1)") })
            let drafts = (0..<chapters).map { "editor@chapter-\($0 + 1): draft-manuscript.md" }
            try await check(
                PublishedRun(workflow: "novel-snowflake-workflow", reports: ["chapters": [list]]),
                [
                    "plot-architect: premise.txt", "plot-architect: premise-paragraph.md",
                    "character-psychologist: character-summaries.md", "plot-architect: synopsis.md",
                    "character-psychologist: characters.md", "plot-architect: scene-list.md",
                    "plot-architect: snowflake-outline.md",
                ] + drafts + [
                    "beta-reader: beta-notes.md", "editor: final-manuscript.md", "book-critic: critic-review.md",
                ])
        }

        @Test("novel-writing: each step as soon as its inputs exist, a draft for each scene", arguments: [0, 2, 4])
        func novelWriting(scenes: Int) async throws {
            guard let folder = PublishedRun.folder() else { return }
            let list = JSON.array((0..<scenes).map { .string("Scene \($0 + 1)") })
            let run = PublishedRun(
                workflow: "novel-writing",
                start: [
                    "--input", "working_title=Driftwood", "--input", "genre=mystery", "--input",
                    "target_word_count:=60000",
                ], reports: ["scene_list": [list]])
            let outcome = try await run.run(in: folder)
            #expect(outcome.code == 0)
            let drafts = (0..<scenes).map { "narrative-designer@scene-\($0 + 1): raw_chapters" }
            #expect(outcome.tasks.first == "plot-architect: outline")
            #expect(
                Set(outcome.tasks.dropFirst().prefix(2)) == [
                    "character-psychologist: character_profiles", "world-builder: world_bible",
                ])
            #expect(
                Array(outcome.tasks.dropFirst(3))
                    == ["narrative-designer: scene_list"] + drafts + [
                        "dialog-specialist: dialogue_polished", "editor: revised_manuscript", "beta-reader: beta_notes",
                        "editor: final_manuscript",
                    ])
        }

        @Test("novel-writing does not start without the inputs that it names")
        func missingInputs() async throws {
            guard let folder = PublishedRun.folder() else { return }
            let workspace = try Workspace()
            let orchestrator = try workspace.serve(library: folder)
            let started = try await workspace.run(["start", "/novel", "--input", "genre=mystery"])
            #expect(started.code != 0)
            #expect(started.error.contains("working_title") && started.error.contains("target_word_count"))
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
        }
    }
}
