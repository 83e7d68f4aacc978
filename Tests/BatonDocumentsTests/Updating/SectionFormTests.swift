import Testing

@testable import BatonDocuments

/// The forms that sections are asked for, in a finished text and in one that is sent for a section.
@Suite struct SectionFormTests {
    private static let sections: [String: String] = [
        "bullets": "{id: x, title: X, type: bullet-list}", "numbers": "{id: x, title: X, type: numbered-list}",
        "prefix": "{id: x, title: X, type: numbered-list, prefix: FR}", "boxes": "{id: x, title: X, type: checklist}",
        "table": "{id: x, title: X, type: table, columns: [Date, 'Made by']}",
        "open table": "{id: x, title: X, type: table, columns: ['{{a}}', B]}", "code": "{id: x, title: X, type: code}",
        "diagram": "{id: x, title: X, type: mermaid, mermaid_type: graph}",
        "choice": "{id: x, title: X, type: choice, choices: [Draft, InProgress, Done]}",
    ]

    private func reasons(_ kind: String, _ text: String) throws -> [String] {
        let outline = try Sample.sections("  - " + (try #require(Self.sections[kind])))
        return outline.check(finished: "# Sample\n\n## X\n\n\(text)\n").reasons.map(\.description)
    }

    @Test(
        "What authors rightly write is taken",
        arguments: [
            ("bullets", "Some words:\n\n- a\n- b\n\nMore."), ("bullets", "1. a"), ("bullets", "* a"),
            ("bullets", "• a"),
            ("bullets", "None."), ("bullets", "### Part\n\n+ a"), ("bullets", "| a | b |\n|---|---|\n| 1 | 2 |"),
            ("numbers", "- **FR1:** a"), ("numbers", "**AC 1:** It works."), ("numbers", "1) a"),
            ("numbers", "#### 1. First\n\ntext"), ("prefix", "FR1: a\nFR2: b"), ("prefix", "- FR1: a"),
            ("boxes", "- [ ] a"), ("boxes", "Done so far:\n\n1. [x] a"), ("boxes", "✅ a"), ("boxes", "- a"),
            ("table", "| Made by | Date | More |\n| --- | :-: | ---: |\n| a | b | c |"),
            ("table", "| Date |\n|---|\n| a |"),
            ("table", "Date | Made By\n---|---\na | b"), ("table", "<table><tr><td>a</td></tr></table>"),
            ("table", "| a |\n|---|\n\n| **Date** | Made-by |\n|---|---|"), ("open table", "| Us | B |\n|---|---|"),
            ("code", "As in:\n\n```swift\nlet a = 1\n```"), ("code", "    indented"), ("code", "~~~\nx\n~~~"),
            ("diagram", "```mermaid\ngraph TD\n```"), ("diagram", "```\nA --> B\n```"), ("diagram", "![it](it.png)"),
            ("choice", "Draft"), ("choice", "*The state:* **In Progress**"), ("choice", "in-progress since Monday"),
        ])
    func taken(kind: String, text: String) throws {
        #expect(try reasons(kind, text) == [])
    }

    @Test(
        "What is of another form is refused, with the section and what is expected",
        arguments: [
            ("bullets", "Just some prose.", "must hold a list, such as “- …”"),
            ("bullets", "```\n- a\n```", "must hold a list, such as “- …”"),
            ("numbers", "In 2024 we did much.", "must hold a list, such as “1. …”"),
            ("prefix", "It shall work.", "must hold a list, such as “FR1: …”"),
            ("boxes", "All of it applies.", "must hold a checklist: “- [ ] …” or “- [x] …” for each item"),
            ("table", "Monday, by me.", "must hold a table with the columns Date, Made by"),
            (
                "table", "| When | Who |\n|---|---|\n| a | b |",
                "must hold a table with the columns Date, Made by; it lacks Date, Made by"
            ),
            ("code", "let a = 1", "must hold a block of code between ``` fences"),
            ("diagram", "A leads to B.", "must hold a diagram between ```mermaid and ```"),
            ("choice", "Undone", "must hold one of Draft, InProgress, Done"),
            ("choice", "N/A", "must hold one of Draft, InProgress, Done"),
        ])
    func refused(kind: String, text: String, words: String) throws {
        #expect(try reasons(kind, text) == ["x: the section “X” \(words)"])
    }

    @Test("A text that is sent for a section is held to the same form")
    func sent() throws {
        let outline = try Sample.sections(
            "  - {id: a, title: A, type: bullet-list}\n  - {id: b, title: B, type: table, columns: [Date]}")
        #expect(
            try outline.composed(#"{"a": "One.\n\nTwo.", "b": "On Monday."}"#).reasons.map(\.description) == [
                "a: the section “A” must hold a list, such as “- …”",
                "b: the section “B” must hold a table with the columns Date",
            ])
        #expect(try outline.composed(#"{"a": "Words:\n\n- x", "b": "| Date |\n|---|\n| x |"}"#).reasons == [])
    }

    @Test("Sections of others, those that may be left out, and what an update leaves as it was are not looked at")
    func untouched() throws {
        let outline = try Sample.sections(
            """
              - {id: a, title: A, type: bullet-list, owner: qa}
              - {id: b, title: B, type: table, condition: maybe}
              - {id: c, title: C, type: code}
              - {id: d, title: D}
            """)
        let text = "# Sample\n\n## B\n\nNo table.\n\n## C\n\nNo code.\n\n## D\n\nx\n"
        #expect(outline.check(finished: text, by: "pm").reasons.map(\.place) == ["c"])
        let old = text.replacing("No code.", with: "Not yet.")
        #expect(outline.check(finished: text, replacing: old, by: "pm", isUpdate: true).reasons == [])
    }
}
