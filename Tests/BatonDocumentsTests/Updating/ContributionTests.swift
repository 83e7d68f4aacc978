import Testing

@testable import BatonDocuments

@Suite struct ContributionTests {
    private let outline: Outline = {
        func section(_ id: String, _ title: String, owner: String?, editors: [String] = []) -> OutlineSection {
            var section = OutlineSection(id: id, title: title)
            section.owner = owner
            section.editors = editors
            return section
        }
        var record = section("record", "Dev Agent Record", owner: "dev-agent")
        record.sections = [section("files", "File List", owner: "dev-agent")]
        return Outline(
            id: "story", name: "Story",
            sections: [
                section("status", "Status", owner: "scrum-master", editors: ["dev-agent"]),
                section("notes", "Notes", owner: nil), record, section("qa", "QA Results", owner: "qa-agent"),
            ])
    }()

    private static let story = """
        # Story

        ## Status

        Draft

        ## Notes

        Mind the gap.

        ## Dev Agent Record

        ### File List

        ## QA Results

        """

    private func reasons(_ old: String, _ new: String, by role: String = "dev") -> [String] {
        let changed = Self.story.replacing(old, with: new)
        #expect(changed != Self.story)
        return outline.foreignChanges(contributedTo: Self.story, changed, by: role).map(\.description)
    }

    @Test("A role contributes to the outermost sections that name it")
    func sections() {
        #expect(outline.contributors == ["sm", "dev", "qa"])
        #expect(outline.contributions(of: "dev") == ["status", "record"])
        #expect(outline.contributions(of: "game-developer") == ["status", "record"])
        #expect(outline.contributions(of: "qa") == ["qa"] && outline.contributions(of: "architect").isEmpty)
    }

    @Test("It may change those, and the sections in them")
    func own() {
        #expect(reasons("### File List\n", "### File List\n\n- main.swift\n").isEmpty)
        #expect(reasons("Draft", "Review").isEmpty)
        #expect(reasons("## QA Results\n", "## QA Results\n\nGood.\n", by: "qa").isEmpty)
    }

    @Test("Sections of others, those of nobody, and what stands around them are refused by name")
    func foreign() {
        #expect(
            reasons("## QA Results\n", "## QA Results\n\nGood.\n") == [
                "qa: the section “QA Results” belongs to qa; dev may not change it; leave it as it was"
            ])
        #expect(
            reasons("Mind the gap.", "Never mind.") == [
                "notes: the section “Notes” belongs to who makes the document; dev may not change it; "
                    + "leave it as it was"
            ])
        let moved = "# Story\n\n## QA Results\n\n## Status"
        #expect(
            outline.foreignChanges(
                contributedTo: Self.story,
                Self.story.replacing("## QA Results\n", with: "").replacing("# Story\n\n## Status", with: moved),
                by: "qa"
            ).map(\.description) == ["Story: qa may write qa in it; leave all around that as it was"])
        #expect(
            reasons("# Story", "# Tale") == [
                "Story: dev may write status, record in it; leave all around that as it was"
            ])
    }
}
