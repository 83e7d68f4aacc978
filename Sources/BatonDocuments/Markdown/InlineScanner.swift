/// What stands in the text of a block, outside of code spans: where links lead, and where tags may start.
///
/// Follows CommonMark 0.31.2: 6.1 (code spans), 6.3 (links) and 4.7 (link reference definitions). A link is taken for
/// one by its `](`, whatever stands between its brackets. Linear in the text.
struct InlineScanner {
    /// Destinations of links and images, without the `<` `>` that may stand around them.
    private(set) var destinations: [Range<Int>] = []
    /// What stands between brackets that no destination follows: labels of references, if they are defined.
    private(set) var labels: [Range<Int>] = []
    /// `[label]: destination "title"` at the start of a paragraph.
    private(set) var definitions: [Definition] = []
    /// Each `<`.
    private(set) var angles: [Int] = []

    struct Definition {
        let label: Range<Int>
        let destination: Range<Int>
        /// From its bracket to the end of its line.
        let line: Range<Int>
    }

    private let bytes: [UInt8]
    private let end: Int
    private var runs: CodeRuns?

    init(_ bytes: [UInt8], in text: Range<Int>) {
        self.bytes = bytes
        end = text.upperBound
        scan(from: readDefinitions(from: text.lowerBound))
    }

    private mutating func scan(from start: Int) {
        var index = start
        var brackets = 0
        var opening = start
        var hasComments = true
        while index < end {
            switch bytes[index] {
            case .backslash: index += 1
            case .backtick:
                if runs == nil { runs = CodeRuns(bytes, in: index..<end) }
                index = (runs?.end(ofRunAt: index) ?? index + 1) - 1
            case .less:
                angles.append(index)
                if hasComments, bytes.has("<!--", at: index, before: end) {
                    let close = bytes.first("-->", in: (index + 4)..<end)
                    hasComments = close != nil
                    if let close { index = close + 2 }
                }
            case .leftBracket:
                brackets += 1
                opening = index
            case .rightBracket where brackets > 0:
                brackets -= 1
                if index + 1 < end, bytes[index + 1] == .leftParenthesis, let found = destination(from: index + 2),
                    isLinkEnd(found.next)
                {
                    destinations.append(found.range)
                    index = found.next - 1
                } else if opening + 1 < index, index - opening < 1000 {
                    labels.append((opening + 1)..<index)
                }
            default: break
            }
            index += 1
        }
    }

    /// Reads `[label]: destination` at the start of a paragraph, as often as it comes.
    private mutating func readDefinitions(from start: Int) -> Int {
        var line = start
        while true {
            var index = line
            while index < end, bytes[index] == .space, index - line < 3 { index += 1 }
            guard index < end, bytes[index] == .leftBracket else { return line }
            let opening = index
            let limit = min(end, index + 1000)
            index += 1
            while index < limit, bytes[index] != .rightBracket, bytes[index] != .leftBracket {
                index += bytes[index] == .backslash ? 2 : 1
            }
            guard bytes.has("]:", at: index, before: end), let found = destination(from: index + 2),
                !found.range.isEmpty
            else { return line }
            // Behind the destination comes its title, or nothing.
            var next = found.next
            while next < end, bytes[next].isBlank { next += 1 }
            let isTitle = next < end && [UInt8(ascii: "\""), UInt8(ascii: "'"), .leftParenthesis].contains(bytes[next])
            guard next == end || bytes[next].isLineEnd || isTitle && next > found.next else { return line }
            destinations.append(found.range)
            line = next
            while line < end, !bytes[line].isLineEnd { line += 1 }
            definitions.append(
                Definition(label: (opening + 1)..<index, destination: found.range, line: opening..<line))
            while line < end, bytes[line].isLineEnd { line += 1 }
        }
    }

    /// The destination behind blanks at `start`, and where it ends; nil when there is none.
    private func destination(from start: Int) -> (range: Range<Int>, next: Int)? {
        var index = start
        while index < end, bytes[index].isBlank || bytes[index].isLineEnd { index += 1 }
        guard index < end else { return nil }
        if bytes[index] == .less {
            let first = index + 1
            index = first
            while index < end, bytes[index] != .greater {
                if bytes[index] == .less || bytes[index].isLineEnd { return nil }
                index += bytes[index] == .backslash ? 2 : 1
            }
            return index < end ? (first..<index, index + 1) : nil
        }
        let first = index
        var depth = 0
        while index < end, bytes[index] > .space {
            if bytes[index] == .leftParenthesis {
                depth += 1
                // CommonMark wants three levels at least; without a bound, this would be quadratic.
                if depth > 32 { return nil }
            } else if bytes[index] == .rightParenthesis {
                if depth == 0 { break }
                depth -= 1
            }
            index += bytes[index] == .backslash ? 2 : 1
        }
        index = min(index, end)
        return depth == 0 ? (first..<index, index) : nil
    }

    /// Whether what follows a destination closes the link, or is its title.
    private func isLinkEnd(_ start: Int) -> Bool {
        var index = start
        while index < end, bytes[index].isBlank || bytes[index].isLineEnd { index += 1 }
        guard index < end else { return false }
        if bytes[index] == .rightParenthesis { return true }
        return index > start
            && [UInt8(ascii: "\""), UInt8(ascii: "'"), .leftParenthesis].contains(bytes[index])
    }
}

/// The runs of backticks in a text, so that the end of each code span is found without searching again and again.
private struct CodeRuns {
    private let lengths: [Int: Int]
    private var starts: [Int: [Int]] = [:]
    private var used: [Int: Int] = [:]

    init(_ bytes: [UInt8], in range: Range<Int>) {
        var lengths: [Int: Int] = [:]
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == .backtick else {
                index += 1
                continue
            }
            let start = index
            while index < range.upperBound, bytes[index] == .backtick { index += 1 }
            lengths[start] = index - start
            starts[index - start, default: []].append(start)
        }
        self.lengths = lengths
    }

    /// Behind the code span that starts with the run at `index`; behind the run itself when none does.
    mutating func end(ofRunAt index: Int) -> Int {
        // Behind a backslash, a run is one shorter than it was counted.
        guard let length = lengths[index], let starts = starts[length] else { return index + 1 }
        var next = used[length, default: 0]
        while next < starts.count, starts[next] <= index { next += 1 }
        used[length] = next
        return next < starts.count ? starts[next] + length : index + length
    }
}
