/// The opening line of a block of code.
struct Fence {
    private let mark: Character
    private let count: Int

    init?(_ line: Substring) {
        let text = line.trimmed
        guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
        let count = text.prefix { $0 == mark }.count
        guard count >= 3, mark == "~" || !text.dropFirst(count).contains("`") else { return nil }
        self.mark = mark
        self.count = count
    }

    func isClosed(by line: Substring) -> Bool {
        let text = line.trimmed
        return text.count >= count && text.allSatisfy { $0 == mark }
    }
}

/// What begins an item of a list.
struct ListMark {
    let isOrdered: Bool
    /// Where the item's text begins, in columns.
    let width: Int
    let rest: Substring

    init?(_ line: Substring) {
        let indent = line.indent
        let text = line.dropIndent(indent)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let mark: Int
        if digits.isEmpty {
            guard let first = text.first, "-*+".contains(first) else { return nil }
            mark = 1
        } else {
            guard digits.count < 10, let stop = text.dropFirst(digits.count).first, ".)".contains(stop) else {
                return nil
            }
            mark = digits.count + 1
        }
        let rest = text.dropFirst(mark)
        guard let space = rest.first, space == " " || space == "\t" else { return nil }
        isOrdered = !digits.isEmpty
        width = indent + mark + 1
        self.rest = rest.dropFirst()
    }
}

/// A table with a line of hyphens below its head.
enum MarkdownTable {
    private static let maxColumns = 32

    static func begins(_ lines: ArraySlice<Substring>) -> Bool {
        guard let head = lines.first, head.contains("|"), let rule = lines.dropFirst().first else { return false }
        let text = rule.trimmed
        return text.contains("-") && text.contains("|") && text.allSatisfy { "|-: ".contains($0) }
    }

    /// - Precondition: ``begins(_:)``.
    static func take(_ lines: inout ArraySlice<Substring>) -> HTML {
        let head = lines.popFirst().map(cells) ?? []
        _ = lines.popFirst()
        var rows: [HTML] = []
        while let line = lines.first, line.contains("|"), !line.trimmed.isEmpty {
            lines.removeFirst()
            let cells = cells(line).prefix(head.count).map { HTML("<td>\(MarkdownText.render($0))</td>") }
            rows.append("<tr>\(cells)</tr>")
        }
        let heads = head.map { HTML("<th scope=\"col\">\(MarkdownText.render($0))</th>") }
        return """
            <div class="scroll" tabindex="0" role="group" aria-label="Table"><table><thead><tr>\(heads)</tr></thead>\
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private static func cells(_ line: Substring) -> [Substring] {
        var text = line.trimmed
        if text.hasPrefix("|") { text = text.dropFirst() }
        if text.hasSuffix("|"), !text.hasSuffix("\\|") { text = text.dropLast() }
        var cells: [Substring] = []
        var start = text.startIndex
        var previous: Character = " "
        for index in text.indices {
            if text[index] == "|", previous != "\\" {
                cells.append(text[start..<index].trimmed)
                start = text.index(after: index)
            }
            previous = text[index]
        }
        cells.append(text[start...].trimmed)
        return Array(cells.prefix(maxColumns))
    }
}

extension Substring {
    /// Without spaces and tabs at its ends.
    var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    /// How many columns of white space it begins with; a tab is four.
    var indent: Int {
        var columns = 0
        for character in self {
            switch character {
            case " ": columns += 1
            case "\t": columns += 4
            default: return columns
            }
        }
        return columns
    }

    /// Without up to `columns` of white space at its beginning.
    func dropIndent(_ columns: Int) -> Substring {
        var text = self
        var left = columns
        while left > 0, let first = text.first, first == " " || first == "\t" {
            left -= first == "\t" ? 4 : 1
            text.removeFirst()
        }
        return text
    }
}
