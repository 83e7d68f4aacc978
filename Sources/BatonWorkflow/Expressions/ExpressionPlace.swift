/// Where a byte of an expression is written in its YAML file.
///
/// An expression is the text of a scalar; its line breaks, quotes and escapes are gone, so it is laid beside the file
/// again.
public struct ExpressionPlace: Located, Sendable, Equatable {
    public let line: Int
    public let column: Int

    /// - Parameters:
    ///   - offset: In UTF-8 bytes from the start of the text.
    ///   - text: The expression, as it was compiled: the scalar's text, with or without the blanks around it.
    ///   - scalar: Where the scalar begins.
    ///   - source: The file. Where the text cannot be followed in it, the place is the scalar's.
    public init(ofByte offset: Int, in text: String, of scalar: some Located, source: [UInt8]) {
        var walk = ScalarWalk(source: source, line: scalar.line, column: scalar.column)
        if let place = walk.place(ofByte: offset, in: Array(text.utf8)) {
            self.init(line: place.line, column: place.column)
        } else {
            self.init(line: scalar.line, column: scalar.column)
        }
    }

    /// Without the file: exact for plain text on a single line, else the scalar's place.
    public init(ofByte offset: Int, of scalar: YAMLNode) {
        guard let content = scalar.scalar, content.isPlain, !content.text.utf8.contains(0x0A) else {
            self.init(line: scalar.line, column: scalar.column)
            return
        }
        let before = content.text.utf8.prefix(offset)
        self.init(line: scalar.line, column: scalar.column + before.count { $0 & 0xC0 != 0x80 })
    }

    private init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Goes through a scalar in a file and through its text at the same time (YAML 1.2.2, chapters 7.3 and 8.1).
private struct ScalarWalk {
    private let source: [UInt8]
    private var position: Int

    init(source: [UInt8], line: Int, column: Int) {
        self.source = source
        position = 0
        for _ in 1..<max(line, 1) {
            guard let end = source[position...].firstIndex(of: 0x0A) else { break }
            position = end + 1
        }
        for _ in 1..<max(column, 1) where position < source.count {
            position += 1
            while position < source.count, source[position] & 0xC0 == 0x80 { position += 1 }
        }
    }

    mutating func place(ofByte offset: Int, in text: [UInt8]) -> TextPosition? {
        let quote = enter()
        var index = text.firstIndex { !Self.isBlank($0) } ?? text.count
        skipBlanks()
        if index > offset { index = offset }
        while index < offset {
            guard index < text.count, position < source.count else { return nil }
            if Self.isBlank(text[index]) {
                // However the blanks are folded: the next word is the next word.
                guard Self.isBlank(source[position]) else { return nil }
                while index < offset, index < text.count, Self.isBlank(text[index]) { index += 1 }
                if index < offset || index < text.count && !Self.isBlank(text[index]) { skipBlanks() }
                continue
            }
            // '' in single quotes is one; \" and \\ in double quotes are one.
            if quote == UInt8(ascii: "'"), source[position] == quote { position += 1 }
            if quote == UInt8(ascii: "\""), source[position] == UInt8(ascii: "\\") { position += 1 }
            guard position < source.count, source[position] == text[index] else { return nil }
            position += 1
            index += 1
        }
        return TextPosition(ofByte: position, in: source)
    }

    /// Goes behind an opening quote, or behind the first line of a block scalar.
    private mutating func enter() -> UInt8? {
        guard position < source.count else { return nil }
        switch source[position] {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            position += 1
            return source[position - 1]
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            while position < source.count, source[position] != 0x0A { position += 1 }
            return nil
        default: return nil
        }
    }

    private mutating func skipBlanks() {
        while position < source.count, Self.isBlank(source[position]) { position += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
