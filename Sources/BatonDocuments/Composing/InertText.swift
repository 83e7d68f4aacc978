/// Makes text from agents fit to stand in a document, before it is looked at as markdown.
enum InertText {
    /// The text with `\n` as the only line end, no control characters, no `[[LLM: …]]`, and directional formatting that
    /// ends where its line ends (Unicode Standard Annex 9).
    static func clean(_ text: String, keepsNotes: Bool = false) -> String {
        let plain = isPlain(text) ? text : balanced(withoutControls(text))
        return keepsNotes ? plain : AuthorNotes.removed(from: plain)
    }

    /// The text on one line, as headings and cells need it.
    static func line(_ text: String) -> String { clean(text).onOneLine }

    private static func isPlain(_ text: String) -> Bool {
        // 0xE2: the lead byte of directional formatting; 0xC2: that of the C1 controls.
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F && $0 != 0xE2 && $0 != 0xC2) || $0 == 0x0A || $0 == 0x09 }
    }

    private static func withoutControls(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var wasReturn = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0D: kept.append("\n")
            case 0x0A: if !wasReturn { kept.append("\n") }
            case 0x00: kept.append("\u{FFFD}")
            case 0x01..<0x09, 0x0B..<0x20, 0x7F..<0xA0: break
            // Separators of lines and paragraphs, which markdown does not know.
            case 0x2028, 0x2029: kept.append("\n")
            default: kept.append(scalar)
            }
            wasReturn = scalar.value == 0x0D
        }
        return String(kept)
    }

    /// Closes on each line what the line opens, and drops what closes nothing.
    private static func balanced(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var open: [Unicode.Scalar] = []
        func closed() -> [Unicode.Scalar] { open.reversed() }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A:
                kept.append(contentsOf: closed())
                open = []
                kept.append(scalar)
            case 0x202A, 0x202B, 0x202D, 0x202E, 0x2066...0x2068:
                // Deeper nesting than the annex allows does nothing anyway.
                guard open.count < 125 else { continue }
                open.append(scalar.value >= 0x2066 ? "\u{2069}" : "\u{202C}")
                kept.append(scalar)
            case 0x202C, 0x2069:
                guard open.last == scalar else { continue }
                open.removeLast()
                kept.append(scalar)
            default: kept.append(scalar)
            }
        }
        kept.append(contentsOf: closed())
        return String(kept)
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String { hasVisibleEnds ? self : String(Substring(self).trimmed) }

    /// Without blank lines at both ends and white space at the end; the indentation of the first line stays.
    var withoutBlankEnds: String {
        if hasVisibleEnds { return self }
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        let start = self[..<first].lastIndex(of: "\n").map { index(after: $0) } ?? startIndex
        return String(self[start...last])
    }
}

extension Substring {
    var trimmed: Substring {
        if hasVisibleEnds { return self }
        var text = drop(while: \.isWhitespace)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
