import Testing

@testable import BatonEngine
@testable import BatonWorkflow

/// The workflows that Baton ships.
@Suite struct OwnWorkflowsTests {
    private func load() -> (library: Library, diagnostics: [Diagnostic]) {
        Library.load(Folders.package + "/workflows", digest: fingerprint)
    }

    @Test("They load without a finding, and every document of the process has a template of its own")
    func clean() throws {
        let (library, diagnostics) = load()
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(
            library.workflows.map(\.plan.workflow) == [
                "brownfield-fullstack", "code-review", "greenfield-fullstack", "incident", "sdlc",
            ])
        var used: Set<String> = []
        for workflow in library.workflows {
            let isProcess = ["greenfield-fullstack", "sdlc"].contains(workflow.plan.workflow)
            for case .agent(let work) in workflow.plan.steps.map(\.kind) {
                used.formUnion(work.uses + work.creates.compactMap(\.template))
                for product in work.creates where isProcess { #expect(product.template != nil, "\(product.name)") }
            }
        }
        #expect(Set(library.files.files.map(\.name)) == used, "files that no workflow uses")
    }

    @Test("greenfield-fullstack goes through all six phases, from the analyst to the deployer")
    func greenfield() throws {
        let plan = try #require(load().library.find("greenfield-fullstack")?.plan)
        #expect(
            plan.steps.map { "\($0.phase.rawValue) \($0.id)" } == [
                "discovery research_market", "discovery analyst-project-brief", "plan pm-prd",
                "design ux-expert-front-end-spec", "design write_ui_prompt", "design architect-architecture",
                "design check_documents", "design shard_documents", "build development_guidance",
                "build write_stories", "build implement_stories", "validate test_implementation",
                "launch deploy_release", "launch check_launch", "launch workflow_end",
            ])
        #expect(plan.steps.filter(\.isOptional).map(\.id) == ["research_market", "write_ui_prompt"])
        #expect(plan.steps.compactMap(\.condition).map(\.source) == [.user])
        #expect(plan.roles == ["analyst", "pm", "ux-expert", "architect", "po", "sm", "dev", "qa", "deployer"])
        #expect(plan.inputs.map(\.name) == ["idea", "project_name"])
        #expect(plan.inputs.map(\.isRequired) == [true, false])
    }

    @Test("Every handoff of greenfield-fullstack finds its text")
    func prompts() throws {
        let plan = try #require(load().library.find("greenfield-fullstack")?.plan)
        var from = "user"
        var previous: Step?
        var keys: Set<String> = []
        for step in plan.steps {
            guard case .agent(let work) = step.kind, !step.isOptional else { continue }
            let text = plan.prompt(from: from, after: previous, to: step, work)
            #expect(text != nil, "from \(from) to \(step.id)")
            if let key = plan.handoffPrompts.first(where: { $0.text == text })?.key { keys.insert(key) }
            from = work.roles[0]
            previous = step
        }
        let optional: Set = ["analyst_to_brief", "ux_to_prompt"]
        #expect(Set(plan.handoffPrompts.map(\.key)).subtracting(keys) == optional)
    }

    @Test(
        "People can approve plan, specification and launch, if the start wants it",
        arguments: [
            ("sdlc", ["project-plan.md", "specification.md", "test-results.md"]),
            ("greenfield-fullstack", ["project-brief.md", "prd.md", "qa-report.md"]),
        ])
    func checkpoints(id: String, documents: [String]) throws {
        let plan = try #require(load().library.find(id)?.plan)
        let works = plan.steps.compactMap { step -> AgentWork? in
            guard case .agent(let work) = step.kind, work.approval != nil else { return nil }
            return work
        }
        #expect(works.flatMap(\.creates).map(\.name.text) == documents)
        #expect(works.allSatisfy { $0.approval?.isOptional == true })
    }

    @Test("sdlc is one document a phase")
    func sdlc() throws {
        let plan = try #require(load().library.find("sdlc")?.plan)
        #expect(plan.steps.map(\.phase) == Phase.allCases)
        let names = try plan.steps.indices.flatMap { try work(plan, $0).creates.map(\.name.text) }
        #expect(
            names == [
                "project-plan.md", "specification.md", "implementation-plan.md", "source-code/", "test-results.md",
                "deployment-log.md",
            ])
    }
}
