import BatonEngine
import BatonWorkflow
import Testing

@Suite struct PlanTextTests {
    @Test("A plan is told as an outline, with what the prose of its file implied")
    func outline() {
        #expect(
            PlanDrawing(SamplePlan.plan).text == """
                A sample  (sample)
                input idea (string, required): Why.

                discovery  • brief  analyst → brief.md
                               reports size (small | large): How big?
                           ◇ size  routes: by size (brief reports it)
                               asks: How big is it?
                             ─ small, then the run is complete
                plan           • quick  pm/po
                             ─ large: go on
                           ↻ review-loop  review loop: review until it passes, at most 3 reviews
                             • review  po
                                 needs every document so far
                                 reviews all
                             ∥ fixes  owners: a task for each owner of what review flagged, side by side
                                 if review_issues (the verdict of review)
                               • fix  the owners
                           ↻ stories  for each: story of stories, else as long as more_stories, at most 1000 rounds, \
                2 side by side
                build        • code  dev → code/…
                                 needs story.md or brief.md
                validate     • test  qa
                                 optional: when the start enables it
                                 if user_wants_tests (the user says it)
                                 updates code (optional)
                           ∥ last  parallel: side by side, until any one is done
                             i note  Save it.
                launch       ▶ child  a run of other

                at the end: brief.md exists

                """)
    }

    @Test("With the states of a run each step has its mark")
    func states() {
        let lines = PlanDrawing(
            SamplePlan.plan,
            states: [
                "brief": .init(.completed), "code": .init(.running, remark: "1/3 story-2"), "test": .init(.pending),
            ]
        ).text.split(separator: "\n")
        #expect(lines.contains("discovery  ✔ brief  analyst → brief.md"))
        #expect(lines.contains("build        ▸ code  dev → code/…"))
        #expect(lines.contains("                 running  1/3 story-2"))
        #expect(lines.contains("validate     · test  qa"))
        let cycle = "↻ stories  for each: story of stories, else as long as more_stories, at most 1000 rounds, "
        #expect(lines.contains { $0.hasSuffix(cycle + "2 side by side") })
    }

    @Test("No text of a file makes a line of its own", arguments: SamplePlan.hostileTexts)
    func hostile(text: String) {
        let count = PlanDrawing(SamplePlan.hostile("x")).text.split(separator: "\n").count
        #expect(PlanDrawing(SamplePlan.hostile(text)).text.split(separator: "\n").count == count)
    }
}
