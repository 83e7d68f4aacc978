import Testing

@testable import BatonClient

@Suite struct TextWrapTests {
    @Test(
        "Text is broken between words, and inside of those that are too long",
        arguments: [
            ("", [""]), ("one two", ["one two"]), ("one two three", ["one two", "three"]),
            ("12345678 9", ["12345678", "9"]), ("abcdefghijkl mn", ["abcdefgh", "ijkl mn"]),
            ("a\n\n  b", ["a", "", "  b"]), ("      indented", ["      in", "dented"]),
            ("日本語日本語", ["日本語日", "本語"]), ("a\tb", ["a    b"]),
        ] as [(String, [String])])
    func breaking(text: String, lines: [String]) {
        #expect(TextWrap.lines(text, width: 8) == lines)
    }

    @Test("No line is wider than asked, and no letter is lost, whatever comes")
    func bounds() {
        var generator = SplitMix(state: 3)
        for _ in 1...300 {
            let text = String((0..<60).map { _ in generator.pick(Array("ab 日é🎻 \n-")) })
            let width = generator.number(in: 1...12)
            let lines = TextWrap.lines(text, width: width)
            // A wide letter has no room in one column.
            for line in lines { #expect(TerminalText.width(line) <= max(2, width), "\(line)") }
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " && $0 != "\n" })
        }
    }
}
