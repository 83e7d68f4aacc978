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

    @Test("A text with next to nothing of its template is refused in one sentence that names what it lacks")
    func nothing() throws {
        #expect(
            try brief().check(finished: "I cannot help with that.\n", by: "pm").reasons.map(\.description) == [
                "sections: the text has none of the 5 required sections of its template; write each under a heading "
                    + "with its title: Executive Summary, Pain, Cost, Accessibility, Next Steps"
            ])
        #expect(
            try brief().check(finished: "# Brief\n\n## Pain\n\nAll in one.\n", by: "pm").reasons.map(\.description) == [
                "sections: the text has 1 of the 5 required sections of its template; write each under a heading "
                    + "with its title: Executive Summary, Cost, Accessibility, Next Steps"
            ])
    }

    @Test(
        "Headings are found however authors write them",
        arguments: [
            ("## Overall Goals & Principles", "## Overall Goals and Principles"),
            ("## Overall Goals & Principles", "## 2.1 Overall goals & principles"),
            ("## Overall Goals & Principles", "### **Overall Goals, Principles**:"),
            ("## Overall Goals & Principles", "Overall Goals & Principles\n--------------------------"),
            ("## Information Architecture (IA)", "## 🗺 Information Architecture"),
            ("## Tasks / Subtasks", "## Tasks/Subtasks"), ("## Non Functional", "## 3) Non-Functional"),
            ("## Repository Structure: Monorepo", "## Repository Structure"),
            ("## Repository Structure: Monorepo", "## Repository Structure – two of them"),
            ("## Group\n\n### Inner", "## Inner"), ("## Group\n\n### Inner", "# Group\n\n# Inner"),
        ])
    func spelling(old: String, new: String) throws {
        let outline = try Sample.sections(
            """
              - {id: goals, title: Overall Goals & Principles}
              - {id: ia, title: Information Architecture (IA)}
              - {id: tasks, title: Tasks / Subtasks}
              - {id: non, title: Non Functional}
              - {id: repo, title: "Repository Structure: {Monorepo|Polyrepo}"}
              - {id: group, title: Group, sections: [{id: inner, title: Inner}]}
            """)
        let text = """
            # Sample

            ## Overall Goals & Principles

            x

            ## Information Architecture (IA)

            x

            ## Tasks / Subtasks

            x

            ## Non Functional

            x

            ## Repository Structure: Monorepo

            ## Group

            ### Inner

            x
            """
        #expect(outline.check(finished: text).reasons == [])
        let other = text.replacing(old, with: new)
        #expect(other != text)
        #expect(outline.check(finished: other).reasons == [])
        #expect(outline.check(finished: text.replacing(old, with: "## Other")).reasons.count == 1)
    }

    @Test(
        "The words of a title are the same, in ASCII or not",
        arguments: [
            ("Goals & Scope", "goals scope"), ("And so, and on and", "so on"),
            ("  2.1) What's new?  ", "2 1 whats new"),
            ("**Bold** `code`", "bold code"), ("", ""), ("and", ""), ("&", ""), ("Android and Sand", "android sand"),
        ])
    func words(title: String, words: String) {
        #expect(HeadingText.words(title) == words)
        #expect(HeadingText.words(title + " – …") == words)
        #expect(HeadingText.words(title + " Ä") == (words.isEmpty ? "ä" : words + " ä"))
    }

    @Test("Sections of the same title are found in a flat document, if there are as many")
    func flat() throws {
        let outline = try Sample.sections(
            """
              - {id: a, title: A, sections: [{id: a/notes, title: Notes}]}
              - {id: b, title: B, sections: [{id: b/notes, title: Notes}]}
            """)
        let text = "## A\n\n## Notes\n\nx\n\n## B\n\n## Notes\n\ny\n"
        #expect(outline.check(finished: text).reasons == [])
        #expect(outline.check(finished: "## A\n\n## Notes\n\nx\n\n## B\n").reasons.map(\.place) == ["b/notes"])
    }

    @Test("What is optional, repeats, has no title or belongs to others is not asked for")
    func optional() throws {
        let outline = try Sample.sections(
            """
              - {id: lead, instruction: Say it.}
              - {id: ui, title: UI, condition: There is a UI}
              - {id: item, title: Items, repeatable: true}
              - {id: any, title: "{{name}}"}
              - {id: qa, title: QA, owner: qa}
            """)
        #expect(outline.check(finished: "Just a text.\n", by: "pm").reasons == [])
        #expect(outline.check(finished: "# QA\n\nx\n", by: "qa").reasons == [])
        #expect(
            try Sample.outline("template: {id: e, name: E}\nsections: [{id: a}]").check(finished: "x").reasons == [])
    }

    @Test("An update is not asked for what the document lacked, and may not lose what it had")
    func update() throws {
        let old = "# Brief\n\n## Executive Summary\n\nOne.\n\n## Problem Statement\n\n### Pain\n"
        let new = old.replacing("One", with: "Two")
        #expect(try brief().check(finished: new, replacing: old, by: "pm", isUpdate: true).reasons == [])
        #expect(try brief().check(finished: new, replacing: old, by: "pm").reasons.count > 1)
        #expect(
            try brief().check(finished: "I cannot.", replacing: old, by: "pm", isUpdate: true).reasons.map(\.place)
                == ["summary", "pain"])
        let gate = try Sample.outline("template: {id: g, name: G, output: {format: yaml}}\na: x\nb: x\nc: x\n")
        #expect(gate.check(finished: "a: 1\n", replacing: "a: 2\n", isUpdate: true).reasons == [])
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
        #expect(outline.check(finished: "{\"schema\": 1, \"gate\": \"PASS\", \"top_issues\": []}").reasons == [])
        #expect(
            outline.check(finished: "# A gate in prose\n").reasons.map(\.description) == [
                "values: the document has none of the 3 keys of its template: schema, gate, top_issues; "
                    + "write it in YAML, with each of them"
            ])
    }
}
