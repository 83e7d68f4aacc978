import BatonClient
import Testing

@Suite struct SourceTextTests {
    private func excerpt(_ text: String, _ line: Int, _ column: Int, width: Int = 80) -> [String]? {
        SourceText(Array(text.utf8)).excerpt(line: line, column: column, width: width).map { [$0.text, $0.caret] }
    }

    @Test("The line, and a caret below the column")
    func plain() {
        #expect(excerpt("a: 1\nbc: 2\n", 2, 5) == ["bc: 2", "    ^"])
        #expect(excerpt("a: 1", 1, 1) == ["a: 1", "^"])
        #expect(excerpt("a: 1", 1, 5) == ["a: 1", "    ^"], "the end of the line")
        #expect(excerpt("a: 1", 1, 99) == ["a: 1", "    ^"], "what is behind it")
    }

    @Test("Without such a line, or with nothing in it, there is nothing to show", arguments: [(0, 1), (3, 1), (2, 1)])
    func nothing(line: Int, column: Int) { #expect(excerpt("a\n", line, column) == nil) }

    @Test("Columns are code points; wide characters and marks take the columns that they take")
    func wide() {
        #expect(excerpt("漢字: x", 1, 5) == ["漢字: x", "      ^"])
        #expect(excerpt("e\u{301}x", 1, 3) == ["e\u{301}x", " ^"])
        #expect(excerpt("éé: x", 1, 5) == ["éé: x", "    ^"])
    }

    @Test("A tab is four columns")
    func tabs() { #expect(excerpt("\t- a\tb", 1, 6) == ["    - a    b", "           ^"]) }

    @Test("Control characters are shown, and not obeyed")
    func controls() {
        #expect(excerpt("a\u{1B}[2Jb", 1, 6) == [#"a\u{1B}[2Jb"#, "          ^"])
        #expect(excerpt("a\u{0}b\u{202E}c", 1, 2) == [#"a\u{0}b\u{202E}c"#, " ^"])
        #expect(SourceText([0x61, 0xFF]).excerpt(line: 1, column: 2, width: 80)?.text == "a\u{FFFD}")
    }

    @Test("A long line is cut on both sides of the column")
    func clipped() throws {
        let text = (0..<1000).map { "\($0 % 10)" }.joined()
        #expect(excerpt(text, 1, 1, width: 10) == ["0123456789…", "^"] || excerpt(text, 1, 1, width: 10)?[1] == "^")
        for column in [1, 5, 500, 996, 1000, 1001] {
            let lines = try #require(excerpt(text, 1, column, width: 40))
            #expect(TerminalText.width(lines[0]) <= 40)
            #expect(TerminalText.width(lines[1]) <= 40)
            let place = lines[0].index(lines[0].startIndex, offsetBy: lines[1].count - 1)
            let pointed = place == lines[0].endIndex ? nil : lines[0][place]
            #expect(pointed == (column <= 1000 ? Character("\((column - 1) % 10)") : nil), "\(column): \(lines)")
        }
    }

    @Test("Lines end where libyaml counts them", arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"])
    func breaks(text: String) { #expect(excerpt("a\(text)b\(text)", 2, 1) == ["b", "^"]) }

    @Test("A mebibyte of marks in one line is cut, too")
    func marks() {
        let text = "a" + String(repeating: "\u{301}", count: 500_000)
        #expect((excerpt(text, 1, 2)?[0].unicodeScalars.count ?? .max) < 1000)
    }
}
