import Testing

@testable import BatonDocuments

@Suite("Sections that are talked over")
struct ElicitingTests {
    private func outline() throws -> Outline {
        let text = """
            template:
              id: t
              name: PRD
              output: {format: markdown, filename: prd.md, title: PRD}
            sections:
              - id: goals
                title: Goals
                elicit: true
                sections:
                  - {id: metrics, title: Metrics, elicit: true}
              - {id: background, title: Background}
              - {id: epics, title: "Epic {{n}}", repeatable: true, elicit: true}
            """
        return try Sample.outline(text)
    }

    private let document = """
        # PRD

        Intro.

        ## Goals

        Sell bread.

        ### Metrics

        Loaves.

        ## Background

        A bakery.

        ## Epic 1

        Orders.

        ## Epic 2

        Ovens.

        """

    @Test("Each marked section that is there, in the document's order, with the sections in it; repeated ones are one")
    func drafts() throws {
        let drafts = try outline().elicitedDrafts(in: document)
        #expect(drafts.map(\.section) == ["goals", "metrics", "epics"])
        #expect(drafts[0].title == "Goals" && drafts[0].text == "## Goals\n\nSell bread.\n\n### Metrics\n\nLoaves.")
        #expect(drafts[2].text == "## Epic 1\n\nOrders.\n\n## Epic 2\n\nOvens.")
        #expect(try outline().elicitedDrafts(in: "# PRD\n\n## Background\n\nA bakery.\n").isEmpty)
    }

    @Test("A change of the section, and of the sections in it, is none beyond it; blank lines do not count")
    func inside() throws {
        let new = document.replacing("Sell bread.", with: "Sell cakes.\n\nAnd tea.").replacing("Loaves", with: "Cakes")
        #expect(try outline().changes(from: document, to: new + "\n\n", outside: "goals").isEmpty)
        let epics = document.replacing("## Epic 2\n\nOvens.\n", with: "## Epic 2\n\nMore.\n\n## Epic 3\n\nMills.\n")
        #expect(try outline().changes(from: document, to: epics, outside: "epics").isEmpty)
    }

    @Test("What changed beyond it is named, also what no section of the template has")
    func beyond() throws {
        let other = document.replacing("A bakery", with: "A mill").replacing("Sell bread", with: "Sell flour")
        let reasons = try outline().changes(from: document, to: other, outside: "goals")
        #expect(
            reasons.map(\.description) == ["background: only the section goals may change; leave this one as it was"])
        let gone = document.replacing("## Background\n\nA bakery.\n\n", with: "")
        #expect(try outline().changes(from: document, to: gone, outside: "goals").map(\.place) == ["background"])
        let intro = try outline().changes(
            from: document, to: document.replacing("Intro", with: "Outro"), outside: "goals")
        #expect(intro.map(\.description) == ["goals: only this section may change; leave all around it as it was"])
    }
}
