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
}
