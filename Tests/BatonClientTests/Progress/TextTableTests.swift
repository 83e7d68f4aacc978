import BatonClient
import Testing

@Suite struct TextTableTests {
    @Test("Columns are as wide as they need to be, and the last one is cut")
    func columns() {
        var table = TextTable("RUN", "", "TITLE")
        table.add("one", "漢字", "a very long title indeed")
        table.add("x", "", "")
        table.add("evil\u{1B}[2J", "a\nb", "c")
        #expect(
            table.lines() == [
                "RUN         TITLE", "one   漢字  a very long title indeed", "x", "evil  a b   c",
            ])
        #expect(table.lines(width: 20)[1] == "one   漢字  a very …")
    }
}
