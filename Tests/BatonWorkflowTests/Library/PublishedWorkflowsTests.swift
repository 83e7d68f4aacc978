import BatonEngine
import Testing

@testable import BatonWorkflow

/// The published BMAD files, as they are.
@Suite(.enabled(if: Folders.hasPublished, "there are no published BMAD files; BMAD_CORE may name their folder"))
struct PublishedWorkflowsTests {
    private func load(_ folder: String = "") throws -> (library: Library, diagnostics: [Diagnostic]) {
        Library.load(try #require(Folders.published) + folder, digest: fingerprint)
    }

    @Test("All of them load without an error")
    func load() throws {
        let root = try #require(Folders.published)
        let (library, diagnostics) = try load()
        #expect(!diagnostics.hasErrors, "\(diagnostics.filter { $0.severity == .error })")
        let files = try Folders.yaml(root + "/workflows") + Folders.yaml(root + "/expansion/workflows")
        #expect(library.workflows.map(\.path) == files)
    }

    @Test("greenfield-service: plain steps, then a review")
    func service() throws {
        let plan = try #require(try load().library.find("greenfield-service")?.plan)
        #expect(
            plan.outline == """
                analyst-project-brief
                pm-prd
                architect-architecture
                pm-prd-2
                review po-all-artifacts-loop
                  po-all-artifacts
                  owners various-any-flagged-documents-owners
                    various-any-flagged-documents
                shard_documents
                for-each epics-cycle
                  for-each create_story-cycle
                    sequence create_story-cycle-body
                      create_story
                      review_draft_story
                      implement_story
                      review review_implementation-loop
                        review_implementation
                        address_qa_feedback
                guidance repeat_development_cycle
                epic_retrospective
                guidance workflow_end
                """)
        #expect(
            plan.leaves.map(\.phase) == [
                .discovery, .plan, .design, .design, .design, .design, .design, .build, .build, .build, .validate,
                .validate, .validate, .validate, .validate,
            ])

        let brief = try work(plan, 0)
        #expect(brief.roles == ["analyst"])
        #expect(brief.optionalSteps == ["brainstorming_session", "market_research_prompt"])
        #expect(brief.creates == [Product(name: "project-brief.md", template: "project-brief-tmpl.yaml")])
        let prd = try work(plan, 1)
        #expect(prd.requires == [.anyOf(["project-brief.md"])])
        #expect(prd.creates.map(\.template) == ["prd-tmpl.yaml"])
        let architecture = try work(plan, 2)
        #expect(architecture.creates.map(\.template) == ["architecture-tmpl.yaml"])
        #expect(architecture.reports.map(\.name) == ["architecture_suggests_prd_changes"])
        #expect(
            architecture.reports.first?.question.hasPrefix("Architecture suggests prd changes? If so") == true)
        #expect(
            plan.steps[3].condition
                == Condition(symbol: "architecture_suggests_prd_changes", source: .reporter(step: 2)))
        #expect(try work(plan, 3).updates == [Product(name: "prd.md", isOptional: true, template: "prd-tmpl.yaml")])
        let shard = try work(plan.step("shard_documents"))
        #expect(shard.requires == [.allArtifacts])
        #expect(shard.creates == [Product(name: "sharded_docs", isSet: true)])
        #expect(shard.reports.map(\.name) == ["stories"])
        #expect(try work(plan.step("review_draft_story")).roles == ["analyst", "pm"])
        #expect(try work(plan.step("create_story")).reports.map(\.name) == ["more_stories"])
        #expect(try work(plan.step("review_implementation")).reports.map(\.name) == ["qa_left_unchecked_items"])
        let review = try #require(plan.steps.firstIndex { $0.id == "po-all-artifacts" })
        #expect(plan.step("various-any-flagged-documents-owners")?.condition?.source == .verdict(step: review))
        let cycle = try #require(plan.steps.firstIndex { $0.id == "epics-cycle" })
        #expect(plan.step("epic_retrospective")?.condition?.source == .finished(step: cycle))
        #expect(
            plan.steps.filter(\.isOptional).map(\.id) == [
                "review_draft_story", "review_implementation", "epic_retrospective",
            ])
        #expect(
            plan.step("workflow_end")?.kind
                == .guidance(
                    Guidance(
                        action: "project_complete",
                        notes: """
                            All stories implemented and reviewed!
                            Service development phase complete.

                            Reference: {root}/data/bmad-kb.md#IDE Development Workflow

                            """)))
        #expect(
            plan.handoffPrompts.map(\.key) == [
                "analyst_to_pm", "pm_to_architect", "architect_review", "architect_to_pm", "updated_to_po", "po_issues",
                "complete",
            ])
    }

    @Test("brownfield-fullstack: routes, a set, and a condition of the engine")
    func brownfield() throws {
        let plan = try #require(try load().library.find("brownfield-fullstack")?.plan)
        #expect(
            plan.leaves.prefix(9).map(\.id) == [
                "enhancement_classification", "single_story", "small_feature", "documentation_check",
                "project_analysis", "pm-prd", "architecture_decision", "architect-architecture", "po-all-artifacts",
            ])
        #expect(
            plan.leaves.prefix(8).map(\.phase) == [
                .discovery, .plan, .plan, .discovery, .discovery, .plan, .plan, .design,
            ])
        guard case .routes(let routes) = plan.step("routing_decision")?.kind else {
            throw UnexpectedKind(description: "")
        }
        #expect(routes.selector == Condition(symbol: "classification", source: .reporter(step: 0)))
        #expect(routes.routes.map(\.name) == ["single_story", "small_feature", "major_enhancement"])
        #expect(routes.routes.map(\.endsRun) == [true, true, false])
        #expect(
            try work(plan, 0).reports.map(\.options) == [["single_story", "small_feature", "major_enhancement"]])
        #expect(
            plan.step("documentation_check")?.condition?.source == .route(step: 1, name: "major_enhancement"))
        let analysis = try work(plan.step("project_analysis"))
        #expect(
            analysis.creates == [
                Product(
                    name: "brownfield-architecture.md", isSet: true, template: "brownfield-architecture-tmpl.yaml")
            ])
        let prd = try work(plan.step("pm-prd"))
        #expect(prd.creates.map(\.template) == ["brownfield-prd-tmpl.yaml"])
        #expect(prd.requires == [.anyOf(["existing_documentation", "analysis"])])
        let decision = try #require(plan.step("architecture_decision"))
        #expect(decision.condition?.source == .artifact("prd.md"))
        #expect(try work(decision).reports.map(\.name) == ["architecture_changes_needed"])
    }

    @Test("A user's wish enables a step; greenfield-fullstack's templates are the ones its notes name")
    func fullstack() throws {
        let plan = try #require(try load().library.find("greenfield-fullstack")?.plan)
        let prompt = try #require(plan.steps.first { $0.id == "ux-expert-v0-prompt" })
        #expect(prompt.condition?.source == .user)
        #expect(prompt.isOptional)
        let architecture = try work(plan, 4)
        #expect(architecture.creates.map(\.template) == ["fullstack-architecture-tmpl.yaml"])
        #expect(architecture.requires == [.anyOf(["prd.md"]), .anyOf(["front-end-spec.md"])])
    }

    @Test("game-dev-greenfield: two paths, each with its end")
    func paths() throws {
        let plan = try #require(try load().library.find("game-dev-greenfield")?.plan)
        #expect(
            plan.outline == """
                routes path
                  sequence full_game_sequence
                    game-designer-game-brief
                    game-designer-game-design-doc
                    game-designer-level-design-doc
                    solution-architect-game-architecture
                    review game-designer-design-consistency-loop
                      game-designer-design-consistency
                      owners various-flagged-design-documents-owners
                        various-flagged-design-documents
                    guidance project_setup_guidance
                    guidance workflow_end
                  sequence prototype_sequence
                    guidance prototype_scope
                    game-designer-game-brief-2
                    game-designer-prototype-design
                    guidance prototype_workflow_end
                """)
        #expect(plan.paths?.routes.map(\.name) == ["full_game", "prototype"])
        #expect(plan.paths?.question.contains("use_full_sequence_when") == true)
        #expect(try work(plan.step("game-designer-prototype-design")).takesAnyProduct)
    }

    @Test("novel-snowflake: stages, each a dataflow; what must exist at the end")
    func stages() throws {
        let plan = try #require(try load().library.find("novel-snowflake-workflow")?.plan)
        #expect(plan.body.elements.count == 10)
        #expect(
            plan.outline.hasSuffix(
                """
                dataflow drafting
                  for-each create-draft-section-cycle
                    create-draft-section
                dataflow polish
                  provide-feedback
                  incorporate-feedback
                dataflow critique
                  critical-review
                """))
        guard case .block(.dataflow(let polish)) = plan.step("polish")?.kind else {
            throw UnexpectedKind(description: "")
        }
        #expect(polish.after == [[], [0]])
        #expect(plan.completion.map(\.artifact?.text) == ["critic-review.md"])
        #expect(try work(plan.step("outline-scenes")).reports.map(\.name) == ["chapters"])
    }

    @Test("novel-writing: a dataflow of steps, a cycle over what the scene list holds, inputs that must be given")
    func dataflow() throws {
        let plan = try #require(try load().library.find("/novel")?.plan)
        guard case .dataflow(let flow) = plan.body else { throw UnexpectedKind(description: "") }
        #expect(flow.after == [[], [0], [0], [0, 1, 2], [3], [4], [5], [6], [6, 7]])
        #expect(plan.inputs.filter(\.isRequired).map(\.name) == ["working_title", "genre", "target_word_count"])
        #expect(try work(plan.step("scene_list")).reports.map(\.name) == ["scene_list"])
    }
}
