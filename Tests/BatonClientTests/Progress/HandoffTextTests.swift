import BatonClient
import Testing

@Suite struct HandoffTextTests {
    private var handoff: Handoff {
        let run = Samples.run
        return Handoff(
            id: run.child(9), run: run, project: "shop", fromAgent: "analyst", toAgent: "pm", fromInstance: "ann",
            phase: .plan, contextIDs: [run.child(3), run.child(4)], contextSummary: "done",
            instructions: "Create the PRD from the brief, and say what is out of scope.\n\nThen stop.\n",
            expectedOutputs: ["prd.md"], metadata: ["from": [["role": "analyst", "step": "analyst-brief"]]],
            createdAt: Samples.start)
    }

    private func lines(_ width: Int) -> [String] {
        HandoffText.lines(handoff, documents: [handoff.run.child(3): "brief.md 2"], width: width)
    }

    @Test("A handoff says who gives what to whom, and what for")
    func wide() {
        #expect(
            lines(80) == [
                "analyst (ann) → pm  phase plan", "  after      analyst-brief",
                "  documents  brief.md 2, \(handoff.run.child(4))", "  asks for   prd.md",
                "  Create the PRD from the brief, and say what is out of scope.", "", "  Then stop.",
            ])
    }

    @Test("It is wrapped between words, and no line is wider than the window")
    func narrow() {
        let narrow = lines(40)
        #expect(narrow.allSatisfy { TerminalText.width($0) <= 40 }, "\(narrow)")
        #expect(
            narrow.suffix(4) == [
                "  Create the PRD from the brief, and say", "  what is out of scope.", "", "  Then stop.",
            ])
    }

    @Test("Lines of a tree go on where they are broken")
    func tree() {
        let lines = ["├─ prd.md 2  pm in pm-prd  stale: brief.md is newer", "│  └─ brief.md 1  analyst"]
        #expect(
            lines.flatMap { TextWrap.hanging($0, width: 24) } == [
                "├─ prd.md 2  pm in", "│    pm-prd  stale:", "│    brief.md is newer", "│  └─ brief.md 1",
                "│       analyst",
            ])
    }
}
