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
        for folder in ["", "/expansion"] {
            let (library, diagnostics) = try load(folder)
            #expect(!diagnostics.hasErrors, "\(diagnostics.filter { $0.severity == .error })")
            let files = try Folders.yaml(try #require(Folders.published) + folder + "/workflows")
            #expect(!files.isEmpty)
            #expect(library.workflows.count == files.count)
        }
    }

    @Test("greenfield-service: plain steps, then a review")
    func service() throws {
        let plan = try #require(try load().library.find("greenfield-service")?.plan)
        #expect(
            plan.steps.map { "\($0.phase.rawValue) \($0.id)" } == [
                "discovery analyst-project-brief", "plan pm-prd", "design architect-architecture", "design pm-prd-2",
                "design po-all-artifacts", "design various-any-flagged-documents", "design shard_documents",
                "build create_story", "build review_draft_story", "build implement_story",
                "validate review_implementation", "validate address_qa_feedback", "validate repeat_development_cycle",
                "validate epic_retrospective", "validate workflow_end",
            ])
        #expect(
            plan.unsupported == [
                "po-all-artifacts": "validates (all_artifacts)", "various-any-flagged-documents": "agent (various)",
                "create_story": "repeats (for_each_epic)",
                "address_qa_feedback": "condition (qa_left_unchecked_items)",
                "repeat_development_cycle": "step (repeat_development_cycle)",
                "epic_retrospective": "condition (epic_complete)",
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
        #expect(try work(plan, 6).requires == [.allArtifacts])
        #expect(try work(plan, 6).creates == [Product(name: "sharded_docs", isSet: true)])
        #expect(try work(plan, 8).roles == ["analyst", "pm"])
        #expect(
            plan.steps.filter(\.isOptional).map(\.id) == [
                "review_draft_story", "review_implementation", "epic_retrospective",
            ])
        #expect(
            plan.steps[14].kind
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
            plan.steps.prefix(7).map(\.id) == [
                "enhancement_classification", "routing_decision", "documentation_check", "project_analysis", "pm-prd",
                "architecture_decision", "architect-architecture",
            ])
        #expect(
            plan.steps.prefix(7).map(\.phase) == [
                .discovery, .discovery, .discovery, .discovery, .plan, .plan, .design,
            ])
        #expect(plan.unsupported["routing_decision"] == "routes (single_story, small_feature, major_enhancement)")
        #expect(plan.unsupported["documentation_check"] == "condition (major_enhancement_path)")
        #expect(
            try work(plan, 3).creates == [
                Product(
                    name: "brownfield-architecture.md", isSet: true, template: "brownfield-architecture-tmpl.yaml")
            ])
        #expect(try work(plan, 4).creates.map(\.template) == ["brownfield-prd-tmpl.yaml"])
        #expect(try work(plan, 4).requires == [.anyOf(["existing_documentation", "analysis"])])
        #expect(plan.steps[5].condition?.source == .artifact("prd.md"))
        #expect(try work(plan, 5).reports.map(\.name) == ["architecture_changes_needed"])
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
        #expect(plan.steps[8].kind != plan.steps[9].kind)
    }

    @Test("The other dialects wait at their first step")
    func dialects() throws {
        let library = try load("/expansion").library
        let constructs = Dictionary(
            uniqueKeysWithValues: library.workflows.map { ($0.plan.workflow, $0.plan.unsupported.values.sorted()) })
        #expect(constructs["game-dev-greenfield"] == ["several paths (full_game_sequence, prototype_sequence)"])
        #expect(constructs["game-prototype"] == ["several paths (prototype_sequence, game_jam_sequence)"])
        #expect(constructs["novel-snowflake-workflow"]?.first?.hasPrefix("phases (premise, paragraph") == true)
        #expect(constructs["novel-writing"]?.first?.hasPrefix("steps (generate_outline, develop_characters") == true)
        #expect(library.find("/novel")?.plan.title == "Novel Writing Workflow")
    }
}
