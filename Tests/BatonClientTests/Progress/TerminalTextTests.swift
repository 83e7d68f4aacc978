import BatonClient
import Testing

@Suite struct TerminalTextTests {
    @Test(
        "Escape sequences and control characters do not get through",
        arguments: [
            ("plain", "plain"), ("a\u{1B}[31mred\u{1B}[0m", "ared"), ("a\u{1B}[2J\u{1B}[Hb", "ab"),
            ("\u{1B}]0;title\u{07}x", "x"), ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
            ("\u{1B}Pq#0\u{1B}\\x", "x"), ("\u{1B}(0x", "x"), ("\u{1B}cx", "x"), ("x\u{1B}", "x"), ("x\u{1B}[", "x"),
            ("x\u{1B}[12;", "x"), ("a\u{9B}31mb", "ab"), ("a\u{9D}0;t\u{9C}b", "ab"), ("a\u{0}\u{7}\u{8}\u{7F}b", "ab"),
            ("50 %\r100 %", "50 %100 %"), ("a\nb\tc\r\nd", "a b c d"), ("safe\u{202E}gpj.exe", "safegpj.exe"),
            ("a\u{2066}b\u{2069}", "ab"), ("a\u{2028}b", "ab"), ("ünïcödé 漢字 🚀", "ünïcödé 漢字 🚀"),
            ("\u{1B}]0;never ends", ""), ("\u{1B}\u{1B}[31mx", "[31mx"),
        ])
    func cleaned(text: String, expected: String) { #expect(TerminalText.line(text) == expected) }

    @Test("Of any text only harmless characters are left")
    func anyText() {
        let pieces = [
            "\u{1B}", "[", "]", "31", ";", "m", "\u{07}", "\u{9B}", "\u{9D}", "\u{9C}", "\\", "x", "\n", "\r", "é",
        ]
        var random = SplitMix(state: 2)
        for _ in 0..<2000 {
            let text = (0..<12).map { _ in random.pick(pieces) }.joined()
            let line = TerminalText.line(text)
            #expect(
                !line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(text.debugDescription)")
            let lines = TerminalText.lines(text)
            #expect(!lines.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
        }
    }

    @Test("Lines stay lines where they may")
    func lines() { #expect(TerminalText.lines("a\r\n\tb\u{1B}[2Jc\n") == "a\n\tbc\n") }

    @Test("Long text is cut")
    func length() {
        #expect(TerminalText.line("abcdef", maxLength: 3) == "abc…")
        #expect(TerminalText.line("abc", maxLength: 3) == "abc")
    }

    @Test(
        "The width is what a terminal takes",
        arguments: [("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("🚀", 2), ("✔", 1), ("한", 2)])
    func width(text: String, columns: Int) { #expect(TerminalText.width(text) == columns) }

    @Test("Cutting and filling give exactly the width")
    func fitting() {
        #expect(TerminalText.fit("abcdef", 4) == "abc…")
        #expect(TerminalText.fit("漢字漢字", 4) == "漢…")
        #expect(TerminalText.fit("abc", 0) == "")
        for columns in 1...12 {
            for text in ["", "abcdefgh", "漢字漢字", "a漢b字"] {
                #expect(TerminalText.width(TerminalText.pad(text, columns)) == columns)
            }
        }
    }
}
