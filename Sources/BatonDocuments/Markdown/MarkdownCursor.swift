/// A place in a line, in bytes and in columns: a tab goes to the next multiple of four (CommonMark 2.2).
struct MarkdownCursor {
    struct Indentation {
        let columns: Int
        /// The first byte that is no blank, or the end of the line.
        let offset: Int
    }

    private(set) var offset: Int
    let end: Int
    private var column = 0
    /// Columns of a tab that is behind `offset`, but not used up.
    private var tabColumns = 0

    init(offset: Int, end: Int) {
        self.offset = offset
        self.end = end
    }

    func indentation(in bytes: [UInt8]) -> Indentation {
        var columns = tabColumns
        var index = offset
        while index < end {
            if bytes[index] == .space {
                columns += 1
            } else if bytes[index] == .tab {
                columns += 4 - (column + columns) % 4
            } else {
                break
            }
            index += 1
        }
        return Indentation(columns: columns, offset: index)
    }

    mutating func skip(_ indentation: Indentation) {
        column += indentation.columns
        offset = indentation.offset
        tabColumns = 0
    }

    /// Goes over bytes that are a column wide.
    mutating func step(_ count: Int) {
        offset += count
        column += count
    }

    /// Goes over the `>` of a quotation, and over the blank that belongs to it.
    mutating func stepQuote(in bytes: [UInt8]) {
        step(1)
        advance(columns: 1, in: bytes)
    }

    /// Goes over up to so many columns of blanks.
    mutating func advance(columns: Int, in bytes: [UInt8]) {
        var left = columns
        while left > 0 {
            if tabColumns > 0 {
                let used = min(left, tabColumns)
                tabColumns -= used
                column += used
                left -= used
            } else if offset < end, bytes[offset] == .space {
                step(1)
                left -= 1
            } else if offset < end, bytes[offset] == .tab {
                tabColumns = 4 - column % 4
                offset += 1
            } else {
                return
            }
        }
    }
}
