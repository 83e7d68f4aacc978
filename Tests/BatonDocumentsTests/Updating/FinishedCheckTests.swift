import Testing

@testable import BatonDocuments

/// A document that an agent returns as text.
@Suite struct FinishedCheckTests {
    private func brief() throws -> Outline {
        try Sample.sections(
            """
              - {id: summary, title: Executive Summary, instruction: Write.}
              - {id: problem, title: Problem Statement, sections: [{id: pain, title: Pain}, {id: cost, title: Cost}]}
              - {id: ui, title: UI Goals, condition: There is a UI, sections: [{id: look, title: Look}]}
              - {id: a11y, title: "Accessibility: {None|AA}"}
              - {id: epic, title: "Epic {{n}}", repeatable: true}
              - {id: qa, title: QA, owner: qa}
              - {id: next, title: Next Steps}
            """)
    }

    private let text = """
        # Brief

        ## 1. Executive Summary

        x

        ## Problem statement:

        ### Pain

        x

        ### Cost

        x

        ## Accessibility: AA

        ## Next Steps

        x
        """

    @Test("A document with the headings of its template is fine, numbered and written otherwise too")
    func complete() throws {
        let check = try brief().check(finished: text, by: "pm")
        #expect(check.followsTemplate)
        #expect(check.reasons == [])
        #expect(check.choices == [ConditionChoice(section: "ui", condition: "There is a UI", isPresent: false)])
    }

    @Test("Missing and empty sections of a document that follows its template are named")
    func missing() throws {
        let short =
            text.replacing("### Cost\n\nx\n", with: "").replacing("## Next Steps\n\nx", with: "## Next Steps")
            + "\n\n## UI Goals\n\ny\n"
        let check = try brief().check(finished: short, by: "qa")
        #expect(
            check.reasons.map(\.description) == [
                "cost: the required section “Cost” is missing; write it under a heading with this title",
                "look: the required section “Look” is missing; write it under a heading with this title",
                "qa: the required section “QA” is missing; write it under a heading with this title",
                "next: the required section “Next Steps” is empty; write it",
            ])
        #expect(check.choices.map(\.isPresent) == [true])
    }

    @Test("A document of another shape is taken as it is")
    func free() throws {
        let check = try brief().check(finished: "# Brief\n\n## Pain\n\nAll in one.\n", by: "pm")
        #expect(!check.followsTemplate)
        #expect(check.reasons == [])
        #expect(check.choices == [])
    }

    @Test("A document in YAML has the keys of its template")
    func yaml() throws {
        let outline = try Sample.outline(
            "template: {id: g, name: G, output: {format: yaml}}\nschema: 1\ngate: \"{{g}}\"\ntop_issues: []\n")
        #expect(outline.check(finished: "schema: 1\n\"gate\": PASS\ntop_issues:\n  - a\n").reasons == [])
        #expect(
            outline.check(finished: "schema: 1\n  gate: PASS\n").reasons.map(\.description) == [
                "gate: the key is missing; write gate: …", "top_issues: the key is missing; write top_issues: …",
            ])
        let other = outline.check(finished: "# A gate in prose\n")
        #expect(!other.followsTemplate && other.reasons == [])
    }
}
