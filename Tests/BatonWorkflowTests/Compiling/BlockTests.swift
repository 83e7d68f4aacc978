import BatonEngine
import Testing

@testable import BatonWorkflow

/// What holds other steps.
@Suite struct BlockTests {
    @Test("parallel, with a join and a word about failing")
    func parallel() throws {
        let plan = try plan(
            """
            - id: reviews
              join: 1
              fail_fast: true
              on_failure: skip
              parallel:
                - {agent: a, creates: a.md}
                - {agent: b, creates: b.md}
            """)
        #expect(plan.outline == "parallel reviews\n  a-a\n  b-b")
        #expect(
            plan.steps[0].kind
                == .block(.parallel(Parallel(elements: [1, 2], join: .count(1), failsFast: true))))
        #expect(plan.steps[0].onFailure == .skip)
        #expect(compile(sequence("- {join: 3, parallel: [{agent: a}]}")).diagnostics.hasErrors)
        #expect(compile(sequence("- {join: most, parallel: [{agent: a}]}")).diagnostics.hasErrors)
    }

    @Test("for_each over a fact, which the agent before it is asked for")
    func forEach() throws {
        let plan = try plan(
            """
            - {agent: a}
            - for_each:
                in: facts.services
                as: service
                max_parallel: 4
                steps:
                  - {agent: b, creates: b.md, when: service.is_large}
                  - {agent: c, creates: c.md}
            """)
        #expect(plan.outline == "a\nfor-each for-each\n  sequence for-each-body\n    b-b\n    c-c")
        #expect(try work(plan).reports.map(\.name) == ["services"])
        guard case .forEach(let forEach) = plan.steps[1].kind else { throw UnexpectedKind(description: "") }
        #expect(forEach.item == "service" && forEach.maxParallel == 4)
        #expect(plan.steps[3].when?.text == "service.is_large")
    }

    @Test("loop, whose last agent is asked whether it is done")
    func loop() throws {
        let plan = try plan(
            """
            - loop:
                until: facts.is_done
                max_rounds: 5
                steps: [{agent: a}, {agent: b}]
            """)
        #expect(plan.outline == "loop loop\n  sequence loop-body\n    a\n    b")
        #expect(try work(plan.step("b")).reports.map(\.name) == ["is_done"])
        guard case .loop(let loop) = plan.steps[0].kind else { throw UnexpectedKind(description: "") }
        #expect(loop.maxRounds == 5)
        #expect(compile(sequence("- loop: {steps: [{agent: a}]}")).diagnostics.hasErrors)
        #expect(compile(sequence("- loop: {until: true, max_rounds: 0, steps: [{agent: a}]}")).diagnostics.hasErrors)
    }

    @Test("switch, with else at its end")
    func choice() throws {
        let plan = try plan(
            """
            - {agent: a, reports: [{name: size, type: number}]}
            - switch:
                - {when: facts.size > 10, steps: [{agent: b}, {agent: c}]}
                - else: [{agent: d}]
            """)
        #expect(plan.outline == "a\nswitch switch\n  sequence switch-case-1-body\n    b\n    c\n  d")
        let behind = compile(sequence("- switch: [{else: [{agent: a}]}, {when: true, steps: [{agent: b}]}]"))
        #expect(behind.diagnostics.hasErrors)
    }

    @Test("A run of another workflow, with inputs that are expressions")
    func child() throws {
        let plan = try plan("- id: sub\n  workflow: sdlc\n  with: {idea: \"'x' + 'y'\"}\n  requires: a.md", warnings: 0)
        guard case .childRun(let child) = plan.steps[0].kind else { throw UnexpectedKind(description: "") }
        #expect(child.workflow == "sdlc")
        #expect(child.inputs["idea"]?.text == "'x' + 'y'")
        #expect(child.requires == [.anyOf(["a.md"])])
    }

    @Test("An expression that does not parse or type-check is an error at its line and column")
    func expressionErrors() {
        let broken = compile(sequence("- {agent: a}\n- agent: b\n  when: facts.x &&"))
        let error = broken.diagnostics.first { $0.severity == .error }
        #expect(error?.line == 6)
        #expect((error?.column ?? 0) > 10)
        #expect(compile(sequence("- agent: b\n  when: 1 + 2")).diagnostics.hasErrors)
    }

    @Test("Nesting is bounded, and so is the number of steps")
    func bounds() {
        let deep = String(repeating: "{steps: [", count: 40) + "{agent: a}" + String(repeating: "]}", count: 40)
        #expect(compile(sequence("- \(deep)")).diagnostics.hasErrors)
        let many = (0...10_000).map { "- {agent: a, creates: d\($0).md}" }.joined(separator: "\n")
        #expect(compile(sequence(many)).diagnostics.hasErrors)
    }

    @Test("Steps that wait for each other are an error that names them")
    func cycle() {
        let text = """
            name: circle
            steps:
              - {id: one, agent: a, inputs: second, outputs: first}
              - {id: two, agent: b, inputs: first, outputs: second}
            """
        let result = compile(text)
        #expect(result.diagnostics.contains { $0.message.contains("one") && $0.message.contains("two") })
        #expect(result.plan == nil)
    }
}

/// Cycles that the prose implies.
@Suite struct CycleTests {
    @Test(
        "Nouns and plurals",
        arguments: [
            ("stories", "story"), ("epics", "epic"), ("chapters", "chapter"), ("scene_list", "scene"), ("boxes", "box"),
            ("story", "story"), ("process", "process"),
        ])
    func nouns(plural: String, noun: String) {
        #expect(CycleText.singular(plural) == noun)
        if !plural.hasSuffix("list"), plural != noun { #expect(CycleText.plural(noun) == plural) }
    }

    @Test(
        "What a cycle runs over",
        arguments: [
            ("repeats: for_each_epic", ForEach.Items.facts(["epics"], more: "more_epics")),
            ("repeats: for_each_epic_or_enhancement", .facts(["epics", "enhancements"], more: "more_epics")),
            ("repeat: per-chapter", .facts(["chapters"], more: "more_chapters")), ("repeat: 3", .count(3)),
            ("repeat_for: [a, 2]", .list(["a", 2])),
            ("repeat_for: scene_list", .facts(["scene_list"], more: "more_scenes")),
        ])
    func items(key: String, expected: ForEach.Items) throws {
        let result = compile(sequence("- {agent: a, creates: scene_list}\n- agent: b\n  creates: b.md\n  \(key)"))
        let plan = try #require(result.plan, "\(result.diagnostics)")
        guard case .forEach(let forEach) = plan.steps[1].kind else { throw UnexpectedKind(description: "") }
        #expect(forEach.items == expected)
    }

    @Test("Closed for all of something else, a cycle is grouped")
    func grouped() throws {
        let plan = try plan(
            """
            - {agent: po}
            - {agent: sm, creates: story.md, repeats: for_each_epic_or_enhancement}
            - {step: again, action: continue_for_all_stories}
            """)
        #expect(plan.outline == "po\nfor-each epics-cycle\n  for-each sm-story-cycle\n    sm-story\nguidance again")
        guard case .forEach(let outer) = plan.steps[1].kind, case .forEach(let inner) = plan.steps[2].kind else {
            throw UnexpectedKind(description: "")
        }
        #expect(
            outer.items
                == .groups(
                    keys: ["epic", "enhancement"], groups: ["epics", "enhancements"], members: ["stories"]))
        #expect(inner.items == .members(field: ["stories"], more: "more_stories"))
        #expect(try work(plan).reports.map(\.name) == ["stories"])
    }

    @Test("A step that says it opens a cycle and closes it is a cycle of its own")
    func opensAndCloses() throws {
        let plan = try plan("- {step: repeat_development_cycle, repeats: for_each_epic, notes: x}\n- {agent: a}")
        #expect(plan.outline == "for-each repeat_development_cycle-cycle\n  guidance repeat_development_cycle\na")
    }

    @Test("A stage called after its item is the cycle")
    func stage() throws {
        let result = compile(
            """
            workflow:
              id: w
              phases:
                story-cycle:
                  - {agent: sm, output: story.md, repeat: per-story}
                  - {agent: dev, input: story.md, output: code.md}
            """)
        let plan = try #require(result.plan, "\(result.diagnostics)")
        #expect(plan.outline == "for-each story-cycle-cycle\n  dataflow story-cycle\n    sm-story\n    dev-code")
    }
}
