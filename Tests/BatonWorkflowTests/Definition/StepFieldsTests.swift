import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct StepFieldsTests {
    @Test("Roles, products and notes of a step")
    func plain() throws {
        let plan = try plan(
            """
            - agent: analyst/pm
              title: A title
              action: review_it
              creates: [a.md, b.md (optional)]
              output: c
              notes: |
                Keep {root}/data.
                  Indented.
              optional_steps: [brainstorming_session, market_research]
              acceptance_criteria: [fast, small]
              priority: high
            """)
        let work = try work(plan)
        #expect(plan.steps[0].title == "A title")
        #expect(plan.steps[0].line == 4)
        #expect(work.roles == ["analyst", "pm"])
        #expect(work.action == "review_it")
        #expect(
            work.creates == [
                Product(name: "a.md"), Product(name: "b.md", isOptional: true), Product(name: "c", isSet: true),
            ])
        #expect(work.notes == "Keep {root}/data.\n  Indented.\n")
        #expect(work.optionalSteps == ["brainstorming_session", "market_research"])
        #expect(work.acceptanceCriteria == ["fast", "small"])
        #expect(work.priority == .high)
        #expect(work.retry == RetryPolicy())
        #expect(work.timeoutMilliseconds == nil)
        #expect(work.onFailure == .attention)
    }

    @Test(
        "Requirements come as a list, as one name, with commas, under four keys, and all at once",
        arguments: [
            "requires: [a.md, b.md]", "input: a.md, b.md", "inputs: [\"a.md, b.md\"]",
            "implements: [a.md]\n  requires: b.md", "requires:\n    - a.md\n    - b.md (if there)",
        ])
    func requirements(text: String) throws {
        let plan = try plan("- agent: x\n  creates: a.md, b.md\n- agent: y\n  \(text)")
        #expect(
            Set(try work(plan, 1).requires.map { "\($0)" })
                == Set([Requirement.anyOf(["a.md"]), .anyOf(["b.md"])].map { "\($0)" }))
    }

    @Test("All artifacts, alternatives, and a name that holds an or")
    func specialRequirements() throws {
        let plan = try plan(
            """
            - agent: x
              creates: this_or_that.md, sharded_docs
            - agent: y
              requires: [all_artifacts_in_project, sharded_docs_or_others, this_or_that]
            """)
        #expect(
            try work(plan, 1).requires == [
                .allArtifacts, .anyOf(["sharded_docs", "others"]), .anyOf(["this_or_that"]),
            ])
    }

    @Test("A file whose name has a space is a file, also in a list, and what requires it finds it")
    func namesWithSpaces() throws {
        let plan = try plan(
            """
            - agent: x
              creates: report one.md, notes.md
            - agent: y
              requires: report one.md
            - agent: z
              requires: [report one, notes.md]
            """)
        #expect(try work(plan).creates == [Product(name: "report one.md"), Product(name: "notes.md")])
        #expect(try work(plan, 1).requires == [.anyOf(["report one.md"])])
    }

    @Test(
        "A document of a set is found below the set's name, with its extension or without",
        arguments: [
            "a.md/one.md", "a/one.md",
        ])
    func requirementsInSets(name: String) throws {
        let made = try plan("- agent: x\n  creates: a.md (or multiple documents)\n- agent: y\n  requires: \(name)")
        #expect(try work(made, 1).requires == [.anyOf([name])])
        let flow = compile(
            """
            id: test
            steps:
              - {id: other, agent: z, outputs: c.md}
              - {id: early, agent: x, outputs: a.md (or multiple documents)}
              - {id: late, agent: y, inputs: "\(name)", outputs: b.md}
            """)
        let order = Dataflow(elements: [0, 1, 2], after: [[], [], [1]])
        #expect(flow.plan?.body == .dataflow(order), "\(flow.diagnostics)")
    }

    @Test("A requirement that nothing creates, or only a later step, is a warning at its place")
    func unmetRequirements() {
        let result = compile(
            sequence(
                """
                - agent: x
                  requires: [nowhere.md, later.md]
                  updates: other.md
                - agent: y
                  creates: later.md
                  requires: later.md
                """))
        #expect(result.plan != nil)
        #expect(
            result.diagnostics.map { "\($0.line):\($0.severity)" } == [
                "5:warning", "5:warning", "6:warning", "9:warning",
            ])
        #expect(result.diagnostics.map { $0.message.prefix(16) }[1] == "later.md is crea")
    }

    @Test("Inputs of the workflow, reported facts, and documents of a set are there to be required")
    func knownRequirements() throws {
        let text = """
            workflow:
              id: w
              inputs: [genre]
              sequence:
                - agent: x
                  creates: stories/
                  reports: [{name: size, type: number}]
                - agent: y
                  requires: genre, size, stories/one.md, stories
            """
        #expect(compile(text).diagnostics.isEmpty)
    }

    @Test("Updates may be absent, and keep the template of what they update")
    func updates() throws {
        let files = LibraryFiles([LibraryFile(name: "prd-tmpl.yaml", kind: .template, content: "x")])
        let plan = try plan(
            "- agent: pm\n  creates: prd.md\n- agent: pm\n  updates: prd.md (if needed)", files: files)
        #expect(try work(plan, 1).updates == [Product(name: "prd.md", isOptional: true, template: "prd-tmpl.yaml")])
    }

    @Test("Keys of our own: reports, retry, timeout, on_failure")
    func policies() throws {
        let plan = try plan(
            """
            - agent: x
              reports:
                - {name: size, type: enum, question: How large?, options: [small, large]}
                - {name: needs_more_work}
              retry: {max_attempts: 5, backoff: {initial: PT2S, factor: 1.5, max: PT5M}, on: [timeout, lost]}
              timeout: PT1H
              on_failure: skip
            """)
        let work = try work(plan)
        #expect(
            work.reports == [
                Report(name: "size", kind: .enum, question: "How large?", options: ["small", "large"]),
                Report(name: "needs_more_work", kind: .boolean, question: "Needs more work?"),
            ])
        #expect(
            work.retry
                == RetryPolicy(
                    maxAttempts: 5, initialMilliseconds: 2000, factor: 1.5, maxMilliseconds: 300_000,
                    causes: [.timeout, .lost]))
        #expect(work.timeoutMilliseconds == 3_600_000)
        #expect(work.onFailure == .skip)
    }

    @Test("A heartbeat is the lease of its step")
    func heartbeat() throws {
        #expect(try work(plan("- agent: x\n  heartbeat: PT10S")).heartbeatMilliseconds == 10_000)
        #expect(compile(sequence("- agent: x\n  heartbeat: soon")).diagnostics.hasErrors)
    }

    @Test(
        "A step without an agent is guidance, in every way to write it",
        arguments: [
            "- step: project_setup\n  action: guide\n  notes: Do this.",
            "- project_setup: {action: guide, notes: Do this.}",
            "- project_setup:\n  action: guide\n  notes: Do this.",
            "- project_setup: \"\"\n  action: guide\n  notes: Do this.",
        ])
    func guidance(text: String) throws {
        let plan = try plan("- agent: x\n" + text)
        #expect(plan.steps[1].id == "project_setup")
        #expect(plan.steps[1].kind == .guidance(Guidance(action: "guide", notes: "Do this.")))
    }

    @Test("A map key names an agent's step as well")
    func namedStep() throws {
        let plan = try plan("- write_it: {agent: pm, creates: a.md}")
        #expect(plan.steps.map(\.id) == ["write_it"])
        #expect(try work(plan).roles == ["pm"])
    }

    @Test("Products that nobody is asked for are a warning")
    func productsWithoutAgent() throws {
        let plan = try plan("- step: odd\n  creates: a.md", warnings: 1)
        #expect(plan.steps[0].kind == .guidance(Guidance(action: nil, notes: "")))
    }

    @Test("Unknown keys are metadata")
    func metadata() {
        #expect(compile(sequence("- agent: x\n  duration: 2 days\n  colour: {a: [1]}")).diagnostics.isEmpty)
    }
}
