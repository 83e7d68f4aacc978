import BatonClient
import Testing

@Suite struct TextTableTests {
    private var table: TextTable {
        var table = TextTable("RUN", "", "TITLE")
        table.add("one", "漢字", "a very long title indeed, longer than the column of a narrow window")
        table.add("x", "", "")
        table.add("evil\u{1B}[2J", "a\nb", "c")
        return table
    }

    @Test("Columns are as wide as they need to be")
    func columns() {
        #expect(
            table.lines() == [
                "RUN         TITLE", "one   漢字  a very long title indeed, longer than the column of a narrow window",
                "x", "evil  a b   c",
            ])
    }

    @Test("Where there is no room, long cells are wrapped between words")
    func wrapped() {
        #expect(
            table.lines(width: 40) == [
                "RUN         TITLE", "one   漢字  a very long title indeed,", "            longer than the column of a",
                "            narrow window", "x", "evil  a b   c",
            ])
    }

    @Test("Where a column would be too narrow to read, it stands below the others")
    func folded() {
        #expect(
            table.lines(width: 20) == [
                "RUN", "  TITLE", "one   漢字", "  a very long title", "  indeed, longer", "  than the column of",
                "  a narrow window",
                "x", "evil  a b", "  c",
            ])
    }

    @Test("No line is wider than the window, and no word is broken that has room", arguments: 10...90)
    func narrow(width: Int) {
        var table = TextTable("NAME", "VERSION", "BYTES", "ROLE", "SHA-256", "")
        table.add("architecture.md", "12", "102400", "architect", "0123456789abcdef", "stale")
        let lines = table.lines(width: width)
        #expect(lines.allSatisfy { TerminalText.width($0) <= width })
        guard width >= 18 else { return }
        let words = Set(lines.flatMap { $0.split(separator: " ") })
        #expect(words.isSuperset(of: ["architecture.md", "12", "102400", "architect", "0123456789abcdef", "stale"]))
    }
}
