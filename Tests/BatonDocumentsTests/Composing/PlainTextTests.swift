import Testing

@testable import BatonDocuments

/// What is told by the bytes of a text is what its characters say.
@Suite struct PlainTextTests {
    /// What is white space, joins with what stands before or behind it, or has a meaning.
    private static let scalars: [Unicode.Scalar] = [
        " ", "\t", "\n", "\r", "\u{B}", "\u{C}", "\u{1C}", "\u{1F}", "\u{85}", "\u{A0}", "\u{2003}", "\u{2028}",
        "\u{3000}", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{20E3}", "\u{600}", "\u{110BD}", "\u{1F1E9}", "\u{1F468}",
        "\u{1100}", "\u{AC00}", "a", "1", "#", "~", "!", "|", "\\", "\u{7F}", "é",
    ]

    @Test("Lines, words and ends are the same as those of the characters")
    func characters() {
        for seed in 0..<4000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            // Half of them in ASCII.
            let choice = seed.isMultiple(of: 2) ? Self.scalars.filter(\.isASCII) : Self.scalars
            let count = Int.random(in: 0...12, using: &generator)
            let scalars = (0..<count).map { _ in choice.randomElement(using: &generator)! }
            let text = String(String.UnicodeScalarView(scalars))
            check(text)
            check(Substring("a" + text + "b").dropFirst().dropLast())
        }
    }

    private func check<Text: StringProtocol>(_ text: Text)
    where Text.SubSequence == Substring, Text.UTF8View: BidirectionalCollection {
        let comment = Comment(rawValue: "\(text.unicodeScalars.map(\.value))")
        #expect(text.lines == text.split(separator: "\n", omittingEmptySubsequences: false), comment)
        #expect(text.onOneLine == text.split(whereSeparator: \.isWhitespace).joined(separator: " "), comment)
        if text.hasVisibleEnds {
            #expect(text.first?.isWhitespace == false && text.last?.isWhitespace == false, comment)
        }
        let words = text.drop(while: \.isWhitespace)
        let end = words.lastIndex { !$0.isWhitespace }.map { words.index(after: $0) } ?? words.startIndex
        #expect(Array(Substring(text).trimmed.utf8) == Array(words[..<end].utf8), comment)
    }

    @Test("A text of one line of visible characters is left as it is, and one of spaces is empty")
    func examples() {
        #expect("a b".onOneLine == "a b" && "a  b".onOneLine == "a b" && " a\tb\r\n".onOneLine == "a b")
        #expect("".onOneLine.isEmpty && " \n ".onOneLine.isEmpty)
        #expect("".lines == [""] && "a\n\nb\n".lines == ["a", "", "b", ""] && "a\r\nb".lines == ["a\r\nb"])
        #expect("a".hasVisibleEnds && !" a".hasVisibleEnds && !"a\n".hasVisibleEnds && !"é".hasVisibleEnds)
    }
}
