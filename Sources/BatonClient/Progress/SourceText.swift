/// The text of a file that somebody wrote, line by line, to be shown on a terminal.
public struct SourceText: Sendable {
    /// A line for people, and another one that points at a place in it.
    public struct Excerpt: Sendable, Equatable {
        public let text: String
        public let caret: String
    }

    private static let tabWidth = 4
    private let lines: [Substring.UnicodeScalarView]

    /// - Parameter bytes: UTF-8; what is not is shown as U+FFFD.
    public init(_ bytes: [UInt8]) {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        var lines: [Substring.UnicodeScalarView] = []
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            if Self.isBreak(scalar) {
                lines.append(Substring(scalars[start..<index]).unicodeScalars)
                // CR LF is one.
                let isPair = scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n"
                start = isPair ? scalars.index(after: next) : next
                index = start
            } else {
                index = next
            }
        }
        lines.append(Substring(scalars[start...]).unicodeScalars)
        self.lines = lines
    }

    /// What ends a line for libyaml (YAML 1.1, section 4.1.4), by which lines are counted.
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
    }

    /// The line around a column, cut at both ends where it is longer than `width`, without what a terminal would obey.
    ///
    /// - Parameters:
    ///   - line: from 1.
    ///   - column: in code points, from 1; one behind the end of the line is its end.
    /// - Returns: nil when there is no such line, or nothing in it.
    public func excerpt(line: Int, column: Int, width: Int) -> Excerpt? {
        guard lines.indices.contains(line - 1), column > 0, width > 4 else { return nil }
        let scalars = lines[line - 1]
        guard !scalars.isEmpty else { return nil }
        let place = scalars.index(scalars.startIndex, offsetBy: column - 1, limitedBy: scalars.endIndex)
        let (before, isCutBefore) = shown(scalars[..<(place ?? scalars.endIndex)].reversed(), width: width * 2 / 3)
        let left = width - before.reduce(0) { $0 + TerminalText.width($1) } - (isCutBefore ? 1 : 0)
        let (after, isCutAfter) = shown(scalars[(place ?? scalars.endIndex)...], width: max(1, left - 1))
        let head = (isCutBefore ? "…" : "") + before.reversed().joined()
        return Excerpt(
            text: head + after.joined() + (isCutAfter ? "…" : ""),
            caret: String(repeating: " ", count: TerminalText.width(head)) + "^")
    }

    /// How code points look, as many as fit.
    private func shown(
        _ scalars: some Sequence<Unicode.Scalar>, width: Int
    ) -> (pieces: [String], isCut: Bool) {
        var pieces: [String] = []
        var used = 0
        for scalar in scalars {
            let piece = Self.shown(scalar)
            used += TerminalText.width(piece)
            // Marks that take no column could be any number.
            if used > width || pieces.count > 4 * width { return (pieces, true) }
            pieces.append(piece)
        }
        return (pieces, false)
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\t" { return String(repeating: " ", count: tabWidth) }
        let text = TerminalText.line(String(Character(scalar)))
        return text.isEmpty ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : text
    }
}
