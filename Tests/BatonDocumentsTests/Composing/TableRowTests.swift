import BatonEngine
import Testing

@testable import BatonDocuments

/// Tables whose rows a template gives, filled by its variables or by the names of the columns.
@Suite struct TableRowTests {
    private func reasons(_ outline: Outline, _ sections: String) throws -> [String] {
        try outline.composed(sections).reasons.map(\.description)
    }

    @Test("A choice in a cell is one cell, whatever is parted by bars in it")
    func choice() throws {
        let outline = try Sample.sections(
            """
              - id: dangers
                title: Dangers
                type: table
                template: |
                  | Danger | Odds | Damage |
                  | ------ | ---- | ------ |
                  | {{danger}} | {{rare|usual|sure}} | {{damage}} |
            """)
        let text = try outline.body(
            #"{"dangers": [{"values": {"danger": "Fire", "rare|usual|sure": "usual", "damage": "big"}}]}"#)
        #expect(
            text == """
                ## Dangers

                | Danger | Odds | Damage |
                | --- | --- | --- |
                | Fire | usual | big |

                """)
        #expect(
            try reasons(outline, #"{"dangers": {"values": {"danger": "Fire", "rare|usual|sure": "no", "damage": 1}}}"#)
                == ["dangers: the value of {{rare|usual|sure}} must be one of rare, usual, sure"])
    }

    @Test("Braces that are no variable hold no bar together, and an escaped bar ends no cell")
    func cells() {
        #expect(MarkdownTable.cells(of: "| {{a|b}} | c |") == ["{{a|b}}", "c"])
        #expect(MarkdownTable.cells(of: "| {{a|b | c |") == ["{{a", "b", "c"])
        #expect(
            MarkdownTable.cells(of: #"| {"x": 1} | {{ "a|b" }} | d \| e"#) == [
                #"{"x": 1}"#, #"{{ "a"#, #"b" }}"#, #"d \| e"#,
            ])
    }

    private let keys = """
          - id: keys
            title: Keys
            type: table
            template: |
              | Action | Desktop |
              | ------ | ------- |
              | {{action}} | {{key}} |
        """

    @Test("The variables of the template's row fill it, also where one of them is called like a column")
    func variables() throws {
        let outline = try Sample.sections(keys)
        let table = """
            ## Keys

            | Action | Desktop |
            | --- | --- |
            | Jump | Space |

            """
        #expect(try outline.body(#"{"keys": [{"values": {"action": "Jump", "key": "Space"}}]}"#) == table)
        #expect(try outline.body(#"{"keys": {"values": {"action": "Jump", "key": "Space"}}}"#) == table)
        #expect(try outline.body(#"{"keys": [{"values": {"desktop": "Space", "action": "Jump"}}]}"#) == table)
        #expect(try outline.body(#"{"keys": {"values": {"Desktop": "Space", "Action": "Jump"}}}"#) == table)
    }

    @Test("A variable that is left out, and a name that is neither variable nor column, are named")
    func strangers() throws {
        let outline = try Sample.sections(keys)
        #expect(
            try reasons(outline, #"{"keys": [{"values": {"action": "Jump"}}]}"#) == [
                #"keys: no value for {{key}}; give {"values": {…}} with it, or the finished text"#
            ])
        #expect(
            try reasons(outline, #"{"keys": [{"values": {"action": "Jump", "key": "Space", "touch": "Tap"}}]}"#)
                == ["keys: row 1: no column is called touch"])
    }

    @Test("Rows with the same variables are filled one after the other, or all alike")
    func rows() throws {
        let outline = try Sample.sections(
            """
              - id: dangers
                title: Dangers
                type: table
                template: |
                  | Danger | Odds | Impact |
                  | ------ | ---- | ------ |
                  | Fire   | {{odds}} | {{impact}} |
                  | Flood  | {{odds}} | {{impact}} |
            """)
        func table(_ fire: String, _ flood: String) -> String {
            "## Dangers\n\n| Danger | Odds | Impact |\n| --- | --- | --- |\n| Fire | \(fire) |\n| Flood | \(flood) |\n"
        }
        #expect(
            try outline.body(
                #"{"dangers": [{"values": {"odds": 1, "impact": 2}}, {"values": {"impact": 4, "odds": 3}}]}"#)
                == table("1 | 2", "3 | 4"))
        #expect(try outline.body(#"{"dangers": {"values": {"odds": 1, "impact": 2}}}"#) == table("1 | 2", "1 | 2"))
    }
}
