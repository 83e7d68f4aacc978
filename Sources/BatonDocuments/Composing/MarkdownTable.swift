/// A table in GitHub's markdown (GFM 4.10).
struct MarkdownTable: Equatable {
    var header: [String]
    var rows: [[String]]

    var text: String {
        let width = max(header.count, 1)
        let lines =
            [Self.line(header, width: width), "|" + String(repeating: " --- |", count: width)]
            + rows.map { Self.line($0, width: width) }
        return lines.joined(separator: "\n")
    }

    private static func line(_ cells: [String], width: Int) -> String {
        let padded = cells.prefix(width) + Array(repeating: "", count: max(0, width - cells.count))
        return "|" + padded.map { cell in " " + escaped(cell) + (cell.isEmpty ? "|" : " |") }.joined()
    }

    /// A text as it can stand in a cell: lines are parted by `<br>`, and a `|` never ends the cell, not even in code.
    static func escaped(_ text: String) -> String {
        let lines = InertText.clean(text).lines.map { Containment.withoutTags($0.onOneLine) }
        let words = lines.filter { !$0.isEmpty }.joined(separator: "<br>")
        guard words.utf8.contains(.bar) else { return words }
        var cell: [UInt8] = []
        cell.reserveCapacity(words.utf8.count + 16)
        var isEscaped = false
        for byte in words.utf8 {
            if byte == .bar, !isEscaped { cell.append(.backslash) }
            cell.append(byte)
            isEscaped = byte == .backslash && !isEscaped
        }
        return String(decoding: cell, as: UTF8.self)
    }

    // MARK: Reading

    /// Takes a text apart whose lines all start with `|`; nil for any other.
    ///
    /// - Returns: the header, if there is a line of dashes below it, and the rows.
    static func read(_ text: String) -> (header: [String]?, rows: [[String]])? {
        let lines = text.lines.map { $0.trimmed }.filter { !$0.isEmpty }
        guard !lines.isEmpty, lines.allSatisfy({ $0.hasPrefix("|") }) else { return nil }
        var header: [String]?
        var rows: [[String]] = []
        for (index, line) in lines.enumerated() {
            let cells = cells(of: line)
            if index == 1, isDelimiter(cells) {
                header = rows.popLast()
            } else {
                rows.append(cells)
            }
        }
        return (header, rows)
    }

    /// The cells of `| a | b |`; a `\|` is no border, and neither is what parts the choices in `{{a|b}}`.
    static func cells(of line: Substring) -> [String] {
        let bytes = Array(line.trimmed.dropFirst().utf8)
        var cells: [String] = []
        var start = 0
        var index = 0
        func cell() -> String { String(decoding: bytes[start..<index], as: UTF8.self).trimmed }
        while index < bytes.count {
            if let slot = TemplateText.slot(in: bytes, at: index, isTitle: false) {
                index = slot.end
            } else if bytes[index] == .bar {
                cells.append(cell())
                index += 1
                start = index
            } else {
                index += bytes[index] == .backslash ? 2 : 1
            }
        }
        index = bytes.count
        let last = cell()
        if !last.isEmpty { cells.append(last) }
        return cells
    }

    private static func isDelimiter(_ cells: [String]) -> Bool {
        !cells.isEmpty && cells.allSatisfy { cell in !cell.isEmpty && cell.allSatisfy { "-: ".contains($0) } }
    }
}
