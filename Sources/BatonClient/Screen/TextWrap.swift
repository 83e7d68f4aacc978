/// Text of several lines for a terminal of a certain width: broken between words where that is possible.
package enum TextWrap {
    /// - Parameter text: from outside, as it is; what could harm a terminal is left out.
    /// - Returns: clean lines, none wider than `width` columns.
    package static func lines(_ text: some StringProtocol, width: Int) -> [String] {
        let clean = TerminalText.lines(String(text)).replacing("\t", with: "    ")
        return clean.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrap($0, max(1, width)) }
    }

    /// A line, and what has no room in it below it, indented; lines of a tree go on.
    ///
    /// - Parameters:
    ///   - line: clean.
    ///   - indent: of what is below, in columns; nil: 2 more than the line itself.
    package static func hanging(_ line: String, width: Int, indent: Int? = nil) -> [String] {
        guard TerminalText.width(line) > width else { return [line] }
        var margin = String(
            line.prefix { " │├└─".contains($0) }.map { $0 == "├" ? "│" : "└─".contains($0) ? " " : $0 })
        let head = line.dropFirst(margin.count)
        var rest = indent.map { String(repeating: " ", count: $0) } ?? margin + "  "
        // Where nothing would fit beside it, there is no margin.
        if TerminalText.width(rest) > width / 2 { (margin, rest) = ("", "") }
        let first = lines(head, width: width - TerminalText.width(margin))
        guard first.count > 1 else { return [line] }
        let start = String(line.prefix(margin.count)) + first[0]
        let left = head.dropFirst(first[0].count).drop { $0 == " " }
        return [start] + lines(left, width: width - TerminalText.width(rest)).map { rest + $0 }
    }

    private static func wrap(_ line: Substring, _ width: Int) -> [String] {
        // No character takes more columns than it has bytes.
        guard line.utf8.count > width, TerminalText.width(String(line)) > width else { return [String(line)] }
        var lines: [String] = []
        var rest = line
        while !rest.isEmpty {
            let cut = end(of: rest, width)
            lines.append(trimmed(rest[..<cut]))
            rest = rest[cut...]
            // The blank at which it was broken stands for the break.
            if rest.first == " " { rest = rest.dropFirst() }
        }
        return lines
    }

    /// Where a line that is too wide is to be broken: never at its beginning.
    private static func end(of line: Substring, _ width: Int) -> Substring.Index {
        var used = 0
        var blank: Substring.Index?
        for index in line.indices {
            used += TerminalText.width(String(line[index]))
            if line[index] == " ", used <= width + 1, index > line.startIndex { blank = index }
            guard used > width else { continue }
            let hasWord = blank.map { line[..<$0].contains { $0 != " " } } ?? false
            return hasWord ? blank! : max(index, line.index(after: line.startIndex))
        }
        return line.endIndex
    }

    private static func trimmed(_ line: Substring) -> String {
        var line = line
        while line.last == " " { line = line.dropLast() }
        return String(line)
    }
}
