/// Columns of text, as wide as they need to be; the last one is cut at the terminal's edge.
public struct TextTable: Sendable {
    private var rows: [[String]]

    public init(_ headings: String...) { rows = [headings] }

    public mutating func add(_ cells: String...) { rows.append(cells.map { TerminalText.line($0) }) }

    /// - Parameter width: in columns.
    public func lines(width: Int = .max) -> [String] {
        let columns = rows[0].count
        let widths = (0..<columns).map { column in rows.map { TerminalText.width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == columns - 1 ? cell : TerminalText.pad(cell, widths[index])
            }
            var line = TerminalText.fit(cells.joined(separator: "  "), width)
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
