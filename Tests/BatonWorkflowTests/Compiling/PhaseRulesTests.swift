import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct PhaseRulesTests {
    private func phases(_ steps: String, warnings: Int = 0) throws -> [Phase] {
        try plan(steps, warnings: warnings).leaves.map(\.phase)
    }

    @Test(
        "The last word of a role decides",
        arguments: [
            ("analyst", Phase.discovery), ("pm", .plan), ("po", .plan), ("sm", .plan), ("product-owner", .plan),
            ("scrum-master", .plan), ("game-sm", .plan), ("ux-expert", .design), ("architect", .design),
            ("solution-architect", .design), ("game-designer", .design), ("dev", .build), ("game-developer", .build),
            ("qa", .validate), ("beta_tester", .validate), ("deployer", .launch), ("infra-devops", .launch),
            ("infra-devops-platform", .launch), ("editor", .discovery),
        ])
    func roles(role: String, phase: Phase) throws {
        #expect(try phases("- {agent: \(role), creates: x.md}") == [phase])
    }

    @Test("Analyses, classifications, checks, briefs and concepts are discovery")
    func discovery() throws {
        #expect(
            try phases(
                """
                - {agent: architect, step: project_analysis}
                - {agent: dev, step: enhancement_classification}
                - {agent: dev, step: documentation_check}
                - {agent: game-designer, creates: game-brief.md}
                - {agent: dev, creates: concept-summary.md}
                """) == [.discovery, .discovery, .discovery, .discovery, .discovery])
    }

    @Test("Steps that only update, shard or guide stay where the step before was")
    func asBefore() throws {
        #expect(
            try phases(
                """
                - {agent: architect, creates: a.md}
                - {agent: dev, updates: a.md}
                - {agent: po, action: shard_documents, creates: pieces}
                - {agent: dev, creates: sharded_docs}
                - {step: guidance}
                - {agent: editor, creates: b.md}
                """) == [.design, .design, .design, .design, .design, .design])
    }

    @Test("A phase is never lower than the one before it")
    func monotone() throws {
        #expect(
            try phases("- {agent: dev, creates: a.md}\n- {agent: analyst, creates: b.md}\n- {agent: qa, creates: c.md}")
                == [.build, .build, .validate])
    }

    @Test("A phase that is written down counts, unless it is over")
    func stated() throws {
        #expect(try phases("- {agent: analyst, phase: build}\n- {agent: qa, phase: Launch}") == [.build, .launch])
        #expect(
            try phases("- {agent: dev, creates: a.md}\n- {agent: pm, phase: plan}", warnings: 1) == [.build, .build])
        #expect(try phases("- {agent: dev, creates: a.md, phase: 7}", warnings: 1) == [.build])
    }

    @Test("A group gives its steps its phase")
    func groups() throws {
        let plan = try plan(
            """
            - phase: design
              title: Drawing
              steps:
                - {agent: dev, creates: a.md}
                - {agent: qa, creates: b.md, phase: build}
            - {agent: pm, creates: c.md}
            """)
        #expect(plan.steps.map(\.phase) == [.design, .build, .build])
        #expect(plan.steps.map(\.line) == [7, 8, 9])
    }

    @Test("A group that says more than its phase holds its steps, and gives them its phase")
    func conditionalGroup() throws {
        let plan = try plan("- phase: design\n  optional: true\n  id: drawing\n  steps: [{agent: dev}, {agent: qa}]")
        #expect(plan.outline == "sequence drawing\n  dev\n  qa")
        #expect(plan.steps[0].isOptional)
        #expect(plan.leaves.map(\.phase) == [.design, .design])
    }

    @Test("Branches begin in the phase of what is before them; a route that ends the run is before nothing")
    func branches() throws {
        let steps = """
            - {agent: analyst, creates: a.md}
            - step: way
              condition: based_on_size
              routes:
                small: {agent: dev}
                large: {continue: to_next_step}
            - parallel: [{agent: architect, creates: b.md}, {agent: pm, creates: c.md}]
            - {agent: pm, creates: d.md}
            """
        #expect(try phases(steps) == [.discovery, .build, .design, .plan, .design])
    }

    @Test("A cycle with a build step is build, its qa validate")
    func cycle() throws {
        let steps = """
            - {agent: pm, creates: prd.md}
            - {agent: sm, action: create_story, creates: story.md, repeats: for_each_epic}
            - {agent: dev, action: implement, creates: code}
            - {agent: qa, action: look, creates: report.md}
            - {step: repeat_development_cycle}
            - {agent: deployer, creates: log.md}
            """
        #expect(try phases(steps) == [.plan, .build, .build, .validate, .validate, .launch])
        // Without the closing step, the cycle is the opening step alone, which builds nothing.
        let open = steps.split(separator: "\n").filter { !$0.contains("repeat_dev") }.joined(separator: "\n")
        #expect(try phases(open) == [.plan, .plan, .build, .validate, .launch])
    }
}
