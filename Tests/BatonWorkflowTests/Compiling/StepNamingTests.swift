import Testing

@testable import BatonWorkflow

@Suite struct StepNamingTests {
    @Test("An id is id, step, action, task, else role and first artifact")
    func sources() throws {
        let plan = try plan(
            """
            - {agent: a, creates: x.md, task: t, action: some action, step: s, id: i}
            - {agent: a, creates: x.md, task: t, action: some action, step: s}
            - {agent: a, creates: x.md, task: t, action: some action}
            - {agent: a, creates: x.md, task: t}
            - {agent: ux-expert/pm, creates: v0_prompt (optional)}
            - {agent: pm, updates: x.md}
            - {agent: pm, requires: x.md}
            - {agent: pm}
            - {notes: Only this.}
            - {agent: pm, creates: deep/er.md}
            """)
        #expect(
            plan.steps.map(\.id) == [
                "i", "s", "some-action", "t", "ux-expert-v0-prompt", "pm-x", "pm-x-2", "pm", "guidance", "pm-deep-er",
            ])
    }

    @Test("Repeats are counted, and stay clear of ids that are written down")
    func repeats() throws {
        let plan = try plan(
            """
            - {agent: a, action: go}
            - {agent: a, action: go}
            - {agent: a, id: go-3}
            - {agent: a, action: go}
            - {agent: a, action: stay}
            - {agent: a, id: stay}
            """)
        #expect(plan.steps.map(\.id) == ["go", "go-2", "go-3", "go-4", "stay-2", "stay"])
    }

    @Test("Ids are told apart as names are: a_b is a-b")
    func comparison() throws {
        #expect(try plan("- {agent: a, action: a_b}\n- {agent: a, action: a-b}").steps.map(\.id) == ["a_b", "a-b-2"])
        #expect(compile(sequence("- {agent: a, id: a_b}\n- {agent: a, id: a-b}")).diagnostics.hasErrors)
    }
}
