import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct HeaderTests {
    @Test("Identity, title, summary, inputs, triggers and prompts")
    func header() throws {
        let result = compile(
            """
            workflow:
              id: w
              name: A workflow
              description: >-
                Folded
                text.
              triggers: [{command: /go}, {intent: "to go"}, /start]
              inputs:
                idea: {type: string, required: true, description: What it is}
                size: {type: integer, default: 3}
                anything:
              handoff_prompts:
                a_to_b: "Go {{idea}}"
                complete: done
              sequence: [{agent: b}]
            """)
        let plan = try #require(result.plan)
        #expect(result.diagnostics.isEmpty)
        #expect(plan.workflow == "w")
        #expect(plan.title == "A workflow")
        #expect(plan.summary == "Folded text.")
        #expect(result.triggers == ["/go", "/start"])
        #expect(
            plan.inputs == [
                InputDeclaration(
                    name: "idea", type: "string", isRequired: true, defaultValue: nil, summary: "What it is"),
                InputDeclaration(name: "size", type: "integer", isRequired: false, defaultValue: 3, summary: nil),
                InputDeclaration(name: "anything", type: nil, isRequired: false, defaultValue: nil, summary: nil),
            ])
        #expect(
            plan.handoffPrompts == [
                HandoffPrompt(key: "a_to_b", text: "Go {{idea}}"), HandoffPrompt(key: "complete", text: "done"),
            ])
    }

    @Test("A name stands in for an id, and the file's name for both, with a warning")
    func identity() throws {
        let named = compile("workflow: {name: N, sequence: [{agent: a}]}")
        #expect(named.plan?.workflow == "N")
        #expect(named.diagnostics.isEmpty)
        let nameless = compile("workflow: {sequence: [{agent: a}]}", file: "some/dir/my-flow.yaml")
        #expect(nameless.plan?.workflow == "my-flow")
        #expect(nameless.diagnostics.map(\.severity) == [.warning])
    }

    @Test(
        "Errors of a header",
        arguments: [
            "workflow: {id: w, inputs: {a: {type: text}}, sequence: [{agent: a}]}",
            "workflow: {id: w, inputs: {a: {type: number, default: x}}, sequence: [{agent: a}]}",
            "workflow: {id: w, inputs: {a: 5}, sequence: [{agent: a}]}",
            "workflow: {id: [w], sequence: [{agent: a}]}",
            "workflow: {id: w, handoff_prompts: {a: {b: c}}, sequence: [{agent: a}]}",
            "workflow: {id: w, sequence: []}",
            "workflow: {id: w, sequence: {agent: a}}",
            "workflow: {id: w}",
            "workflow: text",
            "template: {id: t}",
            "- a list",
            "",
            "workflow: {id: w, sequence: [{agent: a}], sequence: [{agent: b}]}",
        ])
    func errors(text: String) {
        let result = compile(text)
        #expect(result.plan == nil)
        #expect(result.diagnostics.filter { $0.severity == .error }.count == 1, "\(result.diagnostics)")
    }

    @Test("The revision changes with the text and with what is attached, and with nothing else")
    func revision() throws {
        let files = { (content: String, other: String) in
            LibraryFiles([
                LibraryFile(name: "x.md", kind: .task, content: content),
                LibraryFile(name: "y.md", kind: .task, content: other),
            ])
        }
        let text = sequence("- agent: a\n  uses: x")
        let revision = { compile($0, files: files($1, $2)).plan?.revision }
        let base = revision(text, "1", "1")
        #expect(base != nil)
        #expect(revision(text, "1", "2") == base)
        #expect(revision(text, "2", "1") != base)
        #expect(revision(text + " ", "1", "1") != base)
    }
}
