/// Columns of text, as wide as they need to be. Where there is no room for that, long cells are wrapped between words;
/// where that is not enough, the columns at the end stand below the others.
public struct TextTable: Sendable {
    /// Columns side by side, with their widths.
    private typealias Band = [(column: Int, width: Int)]

    /// A column with this much room can be read when it is wrapped.
    private static let readable = 24

    private var rows: [[String]]

    public init(_ headings: String...) { rows = [headings] }

    public mutating func add(_ cells: String...) { rows.append(cells.map { TerminalText.line($0) }) }

    /// - Parameter width: in columns; no line is wider.
    public func lines(width: Int = .max) -> [String] {
        let bands = bands(max(1, width))
        return rows.flatMap { row in
            bands.enumerated().flatMap { place, band in
                let lines = Self.lines(of: row, band)
                return place == 0 ? lines : lines.filter { !$0.isEmpty }.map { "  \($0)" }
            }
        }
    }

    // MARK: Widths

    private func bands(_ width: Int) -> [Band] {
        let natural = rows[0].indices.map { column in rows.map { TerminalText.width($0[column]) }.max() ?? 0 }
        if let widths = shrunk(natural, to: width) { return [Array(widths.enumerated().map { ($0, $1) })] }
        var bands: [Band] = [[]]
        var used = 0
        for (column, wanted) in natural.enumerated() {
            if !bands[bands.count - 1].isEmpty, used + wanted > width {
                bands.append([])
                used = 2
            }
            bands[bands.count - 1].append((column, max(1, min(wanted, width - used))))
            used += wanted + 2
        }
        return bands
    }

    /// Wide columns give way as long as they can be read, the widest first; nil: that is not enough.
    private func shrunk(_ natural: [Int], to width: Int) -> [Int]? {
        var widths = natural
        // Nothing stands behind the last column that holds something.
        let last = natural.lastIndex { $0 > 0 } ?? 0
        var excess = natural.reduce(2 * last, +) - width
        guard excess > 0 else { return widths }
        let least = natural.indices.map { column in
            let words = rows.flatMap { $0[column].split(separator: " ").map { TerminalText.width(String($0)) } }
            return max(words.max() ?? 0, min(natural[column], Self.readable))
        }
        while excess > 0 {
            let open = widths.indices.filter { widths[$0] > least[$0] }
            guard let widest = open.max(by: { widths[$0] < widths[$1] }) else { return nil }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    // MARK: Rows

    private static func lines(of row: [String], _ band: Band) -> [String] {
        let cells = band.map { TextWrap.lines(row[$0.column], width: $0.width) }
        return (0..<(cells.map(\.count).max() ?? 0)).map { place in
            var line = zip(cells, band).map { cell, part in
                TerminalText.pad(cell.indices.contains(place) ? cell[place] : "", part.width)
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
