import BatonEngine
import Testing

@testable import BatonWorkflow

/// What changes the execution and is not there yet: a warning at its place, and a step that is not run wrongly.
@Suite struct UnsupportedTests {
    @Test(
        "Constructs of one step",
        arguments: [
            ("agent: a\n  validates: all_artifacts", "validates (all_artifacts)"),
            ("agent: various\n  updates: x.md", "agent (various)"),
            ("agent: a\n  updates: any_flagged_documents", "updates (any_flagged_documents)"),
            ("agent: a\n  updates: flagged_design_documents", "updates (flagged_design_documents)"),
            ("agent: a\n  repeats: for_each_epic", "repeats (for_each_epic)"),
            ("agent: a\n  repeat: per-chapter", "repeat (per-chapter)"),
            ("agent: a\n  repeat_for: [x, y]", "repeat_for (x, y)"),
            ("step: s\n  routes: {one: {agent: a}, two: {continue: to_next_step}}", "routes (one, two)"),
            ("parallel: [{agent: a}, {agent: b}]", "parallel (a, b)"),
            ("agent: a\n  when: size > 3", "when (size > 3)"),
            ("switch: [{when: x, steps: []}]", "switch (x)"),
            ("for_each: {in: x, as: y, steps: []}", "for_each (in, as, steps)"),
            ("loop: {until: x, max_rounds: 3, steps: []}", "loop (until, max_rounds, steps)"),
            ("step: child\n  workflow: other", "workflow (other)"),
            ("step: repeat_development_cycle\n  action: continue_for_all_stories", "step (repeat_development_cycle)"),
            ("step: again\n  action: continue_for_all_stories", "action (continue_for_all_stories)"),
            ("agent: a\n  <<: {x: y}", "<< (x)"),
        ])
    func constructs(text: String, construct: String) throws {
        let result = compile(sequence("- agent: first\n  creates: x.md\n- " + text))
        let plan = try #require(result.plan, "\(result.diagnostics)")
        #expect(plan.steps[1].kind == .unsupported(construct: construct))
        let warnings = result.diagnostics.filter { $0.message.contains(construct) }
        #expect(warnings.map(\.severity) == [.warning])
        #expect((6...7).contains(warnings.first?.line ?? 0))
    }

    @Test("A review's issues, a cycle's end and a route are nobody's to report")
    func engineSymbols() throws {
        let review = try plan(
            "- {agent: a}\n- {agent: po, validates: all_artifacts}\n- {agent: a, condition: po_issues}", warnings: 2)
        #expect(review.steps[2].kind == .unsupported(construct: "condition (po_issues)"))
        #expect(review.steps[2].condition == nil)
        #expect(try work(review).reports.isEmpty)

        let cycle = try plan(
            "- {agent: a, action: s, repeats: for_each_epic}\n- {agent: a, condition: epic_complete, optional: true}",
            warnings: 2)
        #expect(cycle.steps[1].kind == .unsupported(construct: "condition (epic_complete)"))
        #expect(cycle.steps[1].isOptional)

        let routes = try plan(
            """
            - {agent: a}
            - {step: r, condition: based_on_size, routes: {large: {continue: to_next_step}}}
            - {agent: a, condition: large_path}
            """, warnings: 2)
        #expect(routes.steps[1].condition == nil)
        #expect(routes.steps[2].kind == .unsupported(construct: "condition (large_path)"))
    }

    @Test("The same words without a review, a cycle or routes are facts like any other")
    func plainSymbols() throws {
        let plan = try plan(
            """
            - {agent: a}
            - {agent: a, condition: known_issues}
            - {agent: a, condition: draft_complete}
            - {agent: a, condition: fast_path}
            """)
        #expect(plan.unsupported.isEmpty)
        #expect(plan.steps.compactMap(\.condition).count == 3)
    }

    @Test("A conditional update after a review of the same goes back to the review, and so is not run")
    func feedback() throws {
        let steps = """
            - {agent: dev, creates: code}
            - {agent: qa, action: review_code, updates: code, optional: true}
            - {step: note}
            - {agent: dev, action: fix, updates: code, condition: qa_left_items}
            """
        #expect(try plan(steps, warnings: 1).unsupported == ["fix": "condition (qa_left_items)"])
        #expect(try plan(steps.replacing("review_code", with: "test_code")).unsupported.isEmpty)
        #expect(try plan(steps.replacing(", condition: qa_left_items", with: "")).unsupported.isEmpty)
    }

    @Test(
        "The other dialects are recognised, and wait at their first step",
        arguments: [
            (
                "workflow:\n  id: w\n  full_sequence: [{agent: a}]\n  jam_sequence: [{agent: a}]",
                "several paths (full_sequence, jam_sequence)"
            ),
            ("workflow:\n  id: w\n  phases: {premise: [{agent: a}], draft: [{agent: b}]}", "phases (premise, draft)"),
            ("name: w\nsteps: [{id: outline, agent: a}, {id: draft, agent: b}]", "steps (outline, draft)"),
        ])
    func dialects(text: String, construct: String) throws {
        let result = compile(text)
        let plan = try #require(result.plan)
        #expect(plan.workflow == "w")
        #expect(plan.steps.map(\.kind) == [.unsupported(construct: construct)])
        #expect(result.diagnostics.map(\.severity) == [.warning])
    }

    @Test("More than ten thousand steps are an error; ten thousand compile in about a second")
    func limits() throws {
        func text(_ count: Int) -> String {
            sequence(
                (0..<count).map { "- {agent: dev, creates: d\($0).md, requires: d\(max(0, $0 - 1)).md}" }
                    .joined(separator: "\n"))
        }
        let clock = ContinuousClock()
        var result: WorkflowCompiler.Result?
        let time = clock.measure { result = compile(text(10_000)) }
        #expect(result?.plan?.steps.count == 10_000, "\(result?.diagnostics.prefix(3) ?? [])")
        #expect(time < .seconds(20), "\(time)")
        #expect(compile(text(10_001)).diagnostics.map(\.severity).contains(.error))
    }
}
