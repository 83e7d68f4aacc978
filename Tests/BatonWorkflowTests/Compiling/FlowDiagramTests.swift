import Testing

@testable import BatonWorkflow

@Suite struct FlowDiagramTests {
    private let steps = """
        - {agent: analyst, id: brief, creates: project-brief.md}
        - {agent: pm, id: prd, creates: prd.md, requires: project-brief.md}
        - loop:
            until: facts.is_sound
            steps:
              - {agent: architect, id: design, creates: architecture.md, reports: [{name: is_sound, type: boolean}]}
        """

    /// The notes that a workflow with these steps and this drawing gets.
    private func notes(_ drawing: String) -> [String] {
        let text =
            sequence(steps) + "\n  flow_diagram: |\n"
            + drawing.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        return compile(text).diagnostics.map(\.message)
    }

    @Test("A drawing that tells what the steps do is nothing to speak of")
    func agrees() {
        let drawing = """
            ```mermaid
            graph TD
                A[Start: A project] --> B[analyst: project-brief.md]
                B --> C["pm: the PRD"]
                C -->|always| D((architect: draw the architecture)) --> E{Sound?}
                E -->|No| D
                E -->|Yes| F[Done]
                B -.-> B1[Optional: brainstorming]
                style F fill:#90EE90
            ```
            """
        #expect(notes(drawing).isEmpty)
    }

    @Test("What is drawn and not done, done and not drawn, drawn back and not repeated: each is a note")
    func differs() {
        let drawing = """
            graph TD
                B[analyst: project-brief.md] --> C[pm: epic.md]
                C --> T[tester: try it]
                T --> C
                T --> D[architect: architecture.md]
            """
        #expect(
            notes(drawing) == [
                "the flow_diagram has \"pm: epic.md\", and no such step makes epic.md",
                "the flow_diagram has \"tester: try it\", and no step is for that role",
                "the flow_diagram does not show pm: prd.md (step prd)",
                "the flow_diagram leads back to \"pm: epic.md\", and nothing in the steps repeats it",
                "the steps repeat loop, and the flow_diagram shows no way back there",
            ])
    }

    @Test("The notes stand at the drawing")
    func place() throws {
        let text = sequence("- {agent: pm, creates: prd.md}") + "\n  flow_diagram: |\n    A[dev: code.md]\n"
        let note = try #require(compile(text).diagnostics.first)
        #expect(note.severity == .note)
        #expect(note.line == 5)
    }

    @Test(
        "Arrows and shapes of all kinds, and labels with brackets in them",
        arguments: [
            ("A-->B", 2), ("A --- B --> C", 3), ("A ==>|x| B", 2), ("A -.-> B & C", 2), ("A[[x]] --> B([y])", 2),
            ("A[a (b) c] --> B", 2), ("A[open --> B", 0), ("", 0), ("--> B", 0), ("%% A --> B", 0), ("A -- B", 1),
        ])
    func shapes(line: String, count: Int) { #expect(FlowDiagram(line).nodes.count == count) }

    @Test("Ways back are found from every start, once each, and in a chain of a thousand")
    func backEdges() {
        let long = (0..<2000).map { "N\($0) --> N\($0 + 1)" } + ["N900 --> N0", "N0 --> N0"]
        let diagram = FlowDiagram(long.joined(separator: "\n"))
        #expect(diagram.nodes.count == 1000)
        #expect(Set(diagram.backEdges.map { "\($0.from)-\($0.to)" }) == ["900-0", "0-0"])
        #expect(FlowDiagram("A --> B\nA --> C\nB --> D\nC --> D").backEdges.isEmpty)
    }

    @Test("A text for a handoff that no step can get is a note; those for the end and for a receiver are none")
    func unusedPrompts() {
        let text =
            sequence("- {agent: analyst, creates: a.md}\n- {agent: ux-expert, creates: b.md}") + """

                  handoff_prompts:
                    analyst_to_ux: x
                    b_to_c: x
                    po_issues: x
                    complete: x
                    novel_complete: x
                """
        #expect(
            compile(text).diagnostics.map(\.message) == [
                "no handoff between these steps uses the text b_to_c",
                "no handoff between these steps uses the text po_issues",
                "no handoff between these steps uses the text novel_complete",
            ])
    }
}
