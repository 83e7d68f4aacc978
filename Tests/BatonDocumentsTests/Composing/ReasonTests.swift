import BatonEngine
import Testing

@testable import BatonDocuments

/// What an agent is told when its result does not fit: one line a reason.
@Suite struct ReasonTests {
    private let story = """
          - {id: status, title: Status, type: choice, choices: [Draft, Done], owner: scrum-master, editors: [dev-agent]}
          - {id: goals, title: Goals, type: bullet-list, owner: scrum-master}
          - {id: text, title: Text, template: "As {{user}}, I want {{wish}}", owner: scrum-master}
          - {id: log, title: Log, type: table, columns: [Date, By]}
          - id: epic
            title: Epic {{n}}
            repeatable: true
            sections: [{id: ac, title: Criteria, type: numbered-list}]
          - {id: record, title: Record, owner: dev-agent, sections: [{id: model, title: Model}]}
          - {id: qa, title: QA Results, owner: qa-agent}
        """

    private func reasons(_ sections: String, by role: String? = "sm") throws -> [String] {
        try Sample.sections(story).composed(sections, by: role).reasons.map(\.description)
    }

    private let enough = #""goals": ["a"], "text": "b", "log": [["c", "d"]], "status": "Draft""#

    @Test("A complete result of the role that writes it has nothing wrong, and leaves places for the others")
    func complete() throws {
        let composition = try Sample.sections(story).composed("{\(enough)}", by: "sm")
        #expect(composition.reasons == [])
        #expect(composition.text.hasSuffix("## Record\n\n### Model\n\n## QA Results\n"))
    }

    @Test("What is required and missing is named, with what is expected")
    func missing() throws {
        #expect(
            try reasons("{}") == [
                "status: the required section “Status” is missing; give one of Draft, Done",
                "goals: the required section “Goals” is missing; give a list of texts",
                #"text: the required section “Text” is missing; give a text, or {"values": {…}} for user, wish"#,
                "log: the required section “Log” is missing; give a list of rows, each a list of cells: Date, By",
            ])
        #expect(try reasons("{}", by: "qa-agent").map { $0.prefix { $0 != ":" } } == ["log", "qa"])
    }

    @Test("Sections of others, unknown ids and wrong places are named")
    func foreign() throws {
        #expect(
            try reasons("{\(enough), \"qa\": \"Fine.\", \"record\": {\"sections\": {\"model\": \"x\"}}}") == [
                "qa: the section “QA Results” belongs to qa; sm may not write it",
                "record: the section “Record” belongs to dev; sm may not write it",
            ])
        #expect(
            try reasons("{\(enough), \"qa-results\": \"x\", \"nothing\": \"x\"}") == [
                "qa-results: no section has this id; the section with this title is qa",
                "nothing: the template has no section with this id; it has ac, epic, goals, log, model, qa, record, "
                    + "status, … (9 in all)",
            ])
        #expect(
            try reasons("{\(enough), \"ac\": [\"x\"]}") == [
                "ac: the section occurs in each entry of epic: give epic as a list of "
                    + #"{"values": {…}, "sections": {…}}"#
            ])
    }

    @Test("Wrong choices, missing and unknown values, and too many cells are named")
    func shapes() throws {
        #expect(
            try reasons(
                #"""
                {"status": "Later", "goals": [], "text": {"values": {"user": "me", "other": "x"}},
                 "log": [["a", "b", "c"], {"values": {"when": "x"}}], "epic": [{"sections": {"ac": ["x"]}}]}
                """#) == [
                    "text: the template does not ask for other; it asks for user, wish",
                    "status: must be one of Draft, Done, not Later",
                    "goals: the required section “Goals” is missing; give a list of texts with at least one",
                    #"text: no value for {{wish}}; give {"values": {…}} with it, or the finished text"#,
                    "log: row 2: give a list of cells, or values by column: Date, By",
                    "log: row 1 has 3 cells, but the table has 2 columns: Date, By",
                    "epic[1]: no value for {{n}}; the title needs it under values",
                ])
    }

    @Test("Shapes that are no content at all are named as they are read")
    func unreadable() throws {
        let outline = try Sample.sections(story)
        let read = outline.content(
            sections: ["goals": ["items": ["a"]], "text": ["values": ["x"]], "log": .null], values: "x")
        #expect(
            read.reasons.map(\.description) == [
                "values: values must be an object of values by name, not a string",
                "goals: an object has only the keys values and sections, not items; put what fills {{variables}} under "
                    + "values, and sections by id under sections",
                "text: values must be an object of values by name, not an array",
            ])
        #expect(outline.content(sections: ["a"]).reasons.map(\.place) == ["sections"])
    }

    @Test("A result of a hundred thousand contents is refused by name, in bounded time and words")
    func flood() throws {
        let outline = try Sample.sections(story)
        let many = JSON.array(Array(repeating: "x", count: 100_000))
        let read = outline.content(sections: ["goals": many])
        #expect(read.reasons.map(\.description) == ["sections: more than 50000 contents; send fewer, longer ones"])
        let strangers = JSON.object(.init(uniqueKeysWithValues: (0..<1000).map { ("s\($0)", "x") }))
        let composition = outline.compose(outline.content(sections: strangers).content)
        #expect(composition.reasons.count == 50)
    }

    @Test("A reason is one line, whatever is in it")
    func oneLine() {
        let reason = Reason(place: "a\nb", text: "c\r\nd \u{202E}e")
        #expect(reason.description == "a b: c d \u{202E}e\u{202C}")
    }
}
