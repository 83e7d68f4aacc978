import BatonEngine
import Testing

@testable import BatonDocuments

/// Who may change what in a document that is there already.
@Suite struct OwnershipTests {
    private func story() throws -> Outline {
        try Sample.sections(
            """
              - {id: status, title: Status, type: choice, choices: [Draft, Done],
                 owner: scrum-master, editors: [dev-agent]}
              - {id: notes, title: Dev Notes, owner: scrum-master, sections: [{id: testing, title: Testing}]}
              - id: record
                title: Dev Agent Record
                owner: dev-agent
                sections: [{id: model, title: Agent Model}, {id: files, title: File List}]
              - {id: qa, title: QA Results, owner: qa-agent}
              - {id: origin, title: Origin, readonly: true}
              - {id: free, title: Free}
            """)
    }

    private let first = """
        # Story 1.1: Login

        ## Status

        Draft

        ## Dev Notes

        Read the PRD.

        ### Testing

        Unit tests.

        ## Dev Agent Record

        ### Agent Model

        ### File List

        ## QA Results

        ## Origin

        Epic 1

        ## Free

        Anything.
        """

    private func reasons(_ old: String, _ new: String, as role: String?, is outline: Outline? = nil) throws -> [String]
    {
        try (outline ?? story()).foreignChanges(
            from: first, to: first.replacing(old, with: new), by: role
        ).map(\.description)
    }

    @Test("A role changes its own sections, those it edits, those of nobody, and without a maker what is around them")
    func own() throws {
        #expect(try reasons("### File List\n", "### File List\n\n- a.swift\n", as: "dev") == [])
        #expect(try reasons("Draft", "Done", as: "game-dev-agent") == [])
        #expect(try reasons("Anything.", "Else.", as: "qa") == [])
        #expect(try reasons("## QA Results", "## Appendix\n\nMore.\n\n## QA Results", as: "dev") == [])
        #expect(try reasons("## QA Results\n", "## QA Results\n\nPASS\n", as: "qa-agent") == [])
        #expect(try reasons("Read the PRD.\n\n", "Read the PRD.  \n\n\n", as: "qa") == [])
    }

    @Test("A change in a section of another role is refused with the section and its owner")
    func foreign() throws {
        #expect(
            try reasons("## QA Results\n", "## QA Results\n\nPASS\n", as: "dev")
                == ["qa: the section “QA Results” belongs to qa; dev may not change it; leave it as it was"])
        #expect(
            try reasons("Draft", "Done", as: "qa")
                == ["status: the section “Status” belongs to sm, dev; qa may not change it; leave it as it was"])
        #expect(try reasons("Unit tests.", "None.", as: "dev").map { $0.prefix { $0 != ":" } } == ["testing"])
        #expect(
            try reasons("### Testing\n\nUnit tests.\n\n", "", as: "dev")
                == ["testing: the section “Testing” belongs to sm; dev may not remove it"])
    }

    @Test(
        "What is hidden in a document is found",
        arguments: [
            // The heading in another form, twice, or around a text that was there.
            ("## QA Results\n", "QA Results\n----------\n\nPASS\n", ["qa"]),
            ("## QA Results\n", "## QA Results\n\n## **QA  results:**\n\nPASS\n", ["qa"]),
            ("Read the PRD.", "## Extra\n\nRead the PRD.", ["notes"]),
            ("## Dev Notes", "```\n## Dev Notes", ["notes", "testing", "origin"]),
            ("Unit tests.", "<!--\nUnit tests.\n-->", ["testing"]),
        ])
    func hidden(old: String, new: String, places: [String]) throws {
        let found = try reasons(old, new, as: "dev").map { String($0.prefix { $0 != ":" }) }
        #expect(found == places)
    }

    private func around(_ old: String, _ new: String, as role: String) throws -> [String] {
        let changed = first.replacing(old, with: new)
        #expect(changed != first)
        return try story().foreignChanges(from: first, to: changed, by: role, maker: "sm").map(\.description)
    }

    @Test("Title, order, new sections and the text around belong to whoever makes the document")
    func surroundings() throws {
        let whose = "belongs to sm, who makes the document; dev may not"
        #expect(
            try around("# Story 1.1: Login", "# Story 1.1: Logout", as: "dev") == [
                "title: the title “Story 1.1: Login” \(whose) change it; leave it as it was"
            ])
        #expect(
            try around("## QA Results", "## Appendix\n\nMore.\n\n## QA Results", as: "dev") == [
                "sections: what stands outside of the template's sections \(whose) add the section “Appendix”; "
                    + "leave it out"
            ])
        #expect(
            try around("# Story 1.1: Login", "# Story 1.1: Login\n\nMy words.", as: "dev") == [
                "sections: the text around the sections \(whose) change it; leave it as it was"
            ])
        let moved = first.replacing("## QA Results\n\n", with: "").replacing(
            "## Status", with: "## QA Results\n\n## Status")
        #expect(
            try story().foreignChanges(from: first, to: moved, by: "qa", maker: "sm").map(\.description) == [
                "qa: the order of the sections belongs to sm, who makes the document; qa may not change it; "
                    + "leave “QA Results” where it was"
            ])
        #expect(
            try around("## Dev Notes", "# Dev Notes", as: "dev").contains {
                $0.hasPrefix("notes: the section “Dev Notes” belongs to sm; dev may not change it")
            })
    }

    @Test("Its own sections are open to a role as before, and all is to the maker")
    func ownAround() throws {
        #expect(try around("### File List\n", "### File List\n\n- a.swift\n\n### More\n\nx\n", as: "dev") == [])
        #expect(try around("## QA Results\n", "## QA Results\n\nPASS\n", as: "qa") == [])
        #expect(try around("Anything.", "Else.", as: "qa") == [])
        #expect(try around("\n", "\r\n", as: "dev") == [])
        #expect(try around("## Dev Notes\n\n", "## Dev Notes\n", as: "dev") == [])
        #expect(try around("# Story 1.1: Login", "# Story 1.2\n\n## New", as: "scrum-master") == [])
        let missing = first.replacing("## QA Results\n\n", with: "")
        let added = missing + "\n\n## QA Results\n\nPASS\n"
        #expect(try story().foreignChanges(from: missing, to: added, by: "qa", maker: "sm") == [])
    }

    @Test("A read-only section is written once, by whoever may")
    func readOnly() throws {
        #expect(
            try reasons("Epic 1", "Epic 2", as: "sm")
                == ["origin: the section “Origin” is read-only once it is written; leave it as it was"])
        let outline = try story()
        #expect(outline.foreignChanges(from: "## Origin\n\n_TBD_\n", to: "## Origin\n\nEpic 1\n", by: "dev") == [])
    }

    @Test("In a first version, sections of others are empty or hold a placeholder")
    func firstVersion() throws {
        let outline = try story()
        #expect(outline.foreignChanges(from: nil, to: first, by: "sm") == [])
        let held = first.replacing("## QA Results\n", with: "## QA Results\n\n_To be filled by QA_\n\n- TBD\n")
        #expect(outline.foreignChanges(from: nil, to: held, by: "sm") == [])
        let filled = first.replacing("## QA Results\n", with: "## QA Results\n\nAll good.\n")
        #expect(
            outline.foreignChanges(from: nil, to: filled, by: "sm").map(\.description)
                == ["qa: the section “QA Results” belongs to qa; sm may not write it; leave it empty"])
    }

    @Test("editable_sections keep what nobody owns from changing, once it is written")
    func editable() throws {
        let outline = try Sample.outline(
            """
            template: {id: t, name: T}
            agent_config: {editable_sections: [Log]}
            sections: [{id: log, title: Log}, {id: text, title: Text}]
            """)
        let text = "# T\n\n## Log\n\na\n\n## Text\n\nb\n"
        #expect(outline.foreignChanges(from: text, to: text.replacing("a\n", with: "c\n"), by: "dev") == [])
        #expect(
            outline.foreignChanges(from: text, to: text.replacing("b\n", with: "c\n"), by: "dev").map(\.place) == [
                "text"
            ])
    }

    @Test("Entries of a repeatable section are told apart by their titles")
    func entries() throws {
        let outline = try Sample.sections(
            """
              - {id: story, title: "Story {{n}}: {{name}}", repeatable: true, owner: po,
                 sections: [{id: ac, title: Criteria}]}
            """)
        let text = "# S\n\n## Story 1: A\n\nx\n\n### Criteria\n\n1. a\n\n## Story 2: B\n\ny\n"
        #expect(
            outline.foreignChanges(from: text, to: text.replacing("y\n", with: "z\n"), by: "dev").map(\.place) == [
                "story"
            ])
        #expect(
            outline.foreignChanges(from: text, to: text.replacing("1. a", with: "1. b"), by: "dev").map(\.place) == [
                "ac"
            ])
        #expect(outline.foreignChanges(from: text, to: text.replacing("1. a", with: "1. b"), by: "po") == [])
    }
}
