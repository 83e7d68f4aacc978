import BatonEngine
import Testing

@testable import BatonDocuments

/// Sections that are given for a document that is there already.
@Suite struct SectionMergeTests {
    private func story() throws -> Outline {
        try Sample.sections(
            """
              - {id: status, title: Status, type: choice, choices: [Draft, Done], owner: sm, editors: [dev]}
              - {id: notes, title: Dev Notes, owner: sm}
              - id: record
                title: Dev Agent Record
                owner: dev
                sections: [{id: model, title: Agent Model}, {id: files, title: File List, type: bullet-list}]
              - {id: epic, title: "Epic {{n}}", repeatable: true, template: "{{goal}}"}
              - {id: qa, title: QA Results, owner: qa}
            """)
    }

    private let text = """
        # Story

        Preamble  with two blanks.

        Status
        ------
        Draft

        ## Dev Notes

        Mine.

        ## Own heading

        Stays.

        ## Epic 1

        a

        ## Epic 2

        b

        ## QA Results
        """

    private func merge(_ sections: String, by role: String?) throws -> Composition {
        let outline = try story()
        return outline.merge(outline.content(sections: try Sample.json(sections)).content, into: text, by: role)
    }

    @Test("Given sections are written anew or inserted, and all else stays byte for byte")
    func merging() throws {
        let merged = try merge(
            #"{"status": "Done", "record": {"sections": {"files": ["a.swift"]}}, "model": "m"}"#, by: "dev")
        #expect(merged.reasons == [])
        #expect(
            merged.text
                == text.replacing("Status\n------\nDraft\n", with: "## Status\n\nDone\n")
                .replacing(
                    "## Own heading",
                    with: "## Dev Agent Record\n\n### Agent Model\n\nm\n\n### File List\n\n- a.swift\n\n## Own heading")
        )
    }

    @Test("A section at the end is filled, a repeatable one replaced as a whole")
    func ends() throws {
        #expect(try merge(#"{"qa": "PASS"}"#, by: "qa").text == text + "\n\nPASS\n")
        let entries = #"{"epic": [{"values": {"n": 5, "goal": "c"}}]}"#
        #expect(
            try merge(entries, by: nil).text
                == text.replacing("## Epic 1\n\na\n\n## Epic 2\n\nb\n", with: "## Epic 5\n\nc\n"))
    }

    @Test("Sections inside a section are merged one by one")
    func inside() throws {
        let outline = try story()
        let before = text + "\n\n## Dev Agent Record\n\nOwn words.\n\n### Agent Model\n\nold\n\n### Extra\n\nkept\n"
        let content = outline.content(sections: ["record": ["sections": ["model": "new", "files": ["x"]]]]).content
        let merged = outline.merge(content, into: before, by: "dev")
        #expect(merged.reasons == [])
        #expect(
            merged.text
                == text + "\n\n## Dev Agent Record\n\nOwn words.\n\n### Agent Model\n\nnew\n\n### File List\n\n- x\n\n"
                + "### Extra\n\nkept\n")
    }

    @Test("What a role may not write is refused, and what it merges is found to be its own")
    func foreign() throws {
        #expect(
            try merge(#"{"qa": "PASS", "notes": "x"}"#, by: "dev").reasons.map(\.place) == ["qa", "notes"])
        let merged = try merge(#"{"status": "Done", "model": "m"}"#, by: "dev")
        #expect(try story().foreignChanges(from: text, to: merged.text, by: "dev") == [])
    }
}
