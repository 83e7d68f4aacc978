import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct ConditionRulesTests {
    @Test("after_…_creation is the engine's, under any extension and dash")
    func engine() throws {
        let plan = try plan(
            "- {agent: a, creates: front-end-spec.md}\n- {agent: b, condition: after_front_end_spec_creation}")
        let condition = try #require(plan.steps[1].condition)
        #expect(condition.symbol == "after_front_end_spec_creation")
        #expect(condition.source == .artifact("front-end-spec.md"))
        _ = try self.plan("- {agent: b, condition: after_nothing_creation}", warnings: 1)
    }

    private func plan(_ steps: String, warnings: Int = 0) throws -> Plan {
        try BatonWorkflowTests.plan(steps, warnings: warnings)
    }

    @Test("user_… is the user's, and enables a step of optional products")
    func user() throws {
        let plan = try plan(
            """
            - {agent: a, creates: x (optional), condition: user_wants_x}
            - {agent: a, creates: y, condition: user_wants_y}
            - {agent: a, creates: [x (optional), y], condition: user_wants_x}
            """)
        #expect(plan.steps.map(\.condition?.source) == [.user, .user, .user])
        #expect(plan.steps.map(\.isOptional) == [true, false, false])
        #expect(try work(plan).reports.isEmpty)
    }

    @Test("Anything else is asked of the nearest earlier agent, in words")
    func reporter() throws {
        let plan = try plan(
            """
            - {agent: a, action: one}
            - {agent: a, action: two}
            - {step: note, condition: scope_is_large, notes: Mind the scope.}
            - agent: b
              updates: (nothing)
              condition: architecture_suggests_changes
              notes: |
                Update it.
                All of it.
            """.replacing("  updates: (nothing)\n", with: ""))
        #expect(plan.steps.map(\.condition?.source) == [nil, nil, .reporter(step: 1), .reporter(step: 1)])
        #expect(try work(plan, 0).reports.isEmpty)
        #expect(
            try work(plan, 1).reports == [
                Report(
                    name: "scope_is_large", kind: .boolean,
                    question: "Scope is large? If so, what follows: Mind the scope."),
                Report(
                    name: "architecture_suggests_changes", kind: .boolean,
                    question: "Architecture suggests changes? If so, what follows: Update it."),
            ])
    }

    @Test("One symbol has one source, however often it is read")
    func once() throws {
        let plan = try plan(
            "- {agent: a, action: one}\n- {agent: b, condition: is_large}\n- {agent: c, condition: is-large}")
        #expect(plan.steps.map(\.condition?.source) == [nil, .reporter(step: 0), .reporter(step: 0)])
        #expect(try work(plan, 0).reports.count == 1)
        #expect(try work(plan, 1).reports.isEmpty)
    }

    @Test("A step that says it reports the fact is the one that does")
    func declared() throws {
        let plan = try plan(
            """
            - {agent: a, reports: [{name: is_large, question: Is it?}]}
            - {agent: b}
            - {agent: c, condition: is_large}
            """)
        #expect(plan.steps[2].condition?.source == .reporter(step: 0))
        #expect(try work(plan, 0).reports == [Report(name: "is_large", kind: .boolean, question: "Is it?")])
        let wrong = compile(sequence("- {agent: a, reports: [{name: n, type: number}]}\n- {agent: b, condition: n}"))
        #expect(wrong.diagnostics.hasErrors)
    }

    @Test("Where no agent comes before, only the start can say it")
    func start() throws {
        let plan = try plan("- {step: hello}\n- {agent: a, condition: is_large}")
        #expect(plan.steps[1].condition?.source == .start)
    }

    @Test(
        "A condition that reads values is an expression",
        arguments: ["facts.x == 3", "true", "artifacts.prd.version > 1"])
    func expression(text: String) throws {
        let result = compile(
            sequence("- {agent: a, reports: [{name: x, type: number}]}\n- agent: b\n  condition: \(text)"))
        let plan = try #require(result.plan, "\(result.diagnostics)")
        #expect(plan.steps[1].condition == nil)
        #expect(plan.steps[1].when != nil)
    }

    @Test("A condition that is prose is asked as a symbol of its words")
    func prose() throws {
        let plan = try plan("- {agent: a}\n- agent: b\n  condition: PO finds (serious) issues", warnings: 1)
        #expect(plan.steps[1].condition?.symbol == "PO_finds_serious_issues")
        #expect(plan.steps[1].condition?.source == .reporter(step: 0))
    }
}
