/// Line and column of a byte, both from 1; columns count characters as libyaml does: code points.
struct TextPosition: Located {
    let line: Int
    let column: Int

    init(ofByte offset: Int, in bytes: some RandomAccessCollection<UInt8>) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.line = line
        self.column = column
    }

    init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
