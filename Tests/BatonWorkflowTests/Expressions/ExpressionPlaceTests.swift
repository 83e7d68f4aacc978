import BatonWorkflow
import Testing

@Suite struct ExpressionPlaceTests {
    /// The place of the last `X` of the scalar under `when`, found through its text.
    private func place(_ yaml: String) throws -> (found: [Int], expected: [Int]) {
        let source = Array(yaml.utf8)
        let node = try #require(YAMLDocument(source).root?["when"])
        let text = try #require(node.scalar?.text)
        let offset = try #require(text.utf8.lastIndex(of: UInt8(ascii: "X")))
        let place = ExpressionPlace(
            ofByte: text.utf8.distance(from: text.utf8.startIndex, to: offset), in: text, of: node, source: source)
        var line = 1
        var column = 1
        var expected = [0, 0]
        for character in yaml.unicodeScalars {
            if character == "X" { expected = [line, column] }
            (line, column) = character == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return ([place.line, place.column], expected)
    }

    @Test(
        "A byte of an expression is found again in its file",
        arguments: [
            "when: facts.a == X", "a: 1\nwhen:   facts.é == X  # comment", "when: X", "when: 'facts.a == X'",
            "when: 'it''s == ''a'' + X'", "when: \"facts.a == X\"", "when: \"facts.a == \\\"b\\\" + X\"",
            "when: |\n  facts.a\n    && X\n", "when: >-\n  facts.a\n  && facts.b\n\n  && X\n",
            "when: facts.a\n  && facts.b\n    && X", "when: \"facts.a\n  && X\"", "when: |2-\n    facts.a &&\n  X",
        ])
    func places(yaml: String) throws {
        let (found, expected) = try place(yaml)
        #expect(found == expected)
    }

    @Test("A text that cannot be followed in its file is placed where the scalar begins")
    func lost() throws {
        let yaml = "when: \"facts.a == \\u0041 + X\""
        let (found, _) = try place(yaml)
        #expect(found == [1, 7])
    }

    @Test("Without the file, plain text on one line is exact, and the rest is the scalar's place")
    func withoutSource() throws {
        let plain = YAMLNode(.scalar(YAMLScalar(text: "é == 1", isPlain: true)), line: 3, column: 9)
        let quoted = YAMLNode(.scalar(YAMLScalar(text: "é == 1", isPlain: false)), line: 3, column: 9)
        let place = ExpressionPlace(ofByte: 3, of: plain)
        #expect([place.line, place.column] == [3, 11])
        let start = ExpressionPlace(ofByte: 3, of: quoted)
        #expect([start.line, start.column] == [3, 9])
    }
}
