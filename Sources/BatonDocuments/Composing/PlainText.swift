/// What the bytes of a text say as well as its characters do, and much sooner: most of what agents write is ASCII.
extension StringProtocol where SubSequence == Substring, UTF8View: BidirectionalCollection {
    /// Parted at each `\n`, with empty lines; `\r\n` is a character of its own, and parts nothing.
    var lines: [Substring] {
        let breaks = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.indices.filter {
                bytes[$0] == .newline && ($0 == bytes.startIndex || bytes[$0 - 1] != .carriageReturn)
            }
        }
        guard let breaks else { return split(separator: "\n", omittingEmptySubsequences: false) }
        var lines: [Substring] = []
        lines.reserveCapacity(breaks.count + 1)
        var start = startIndex
        for offset in breaks {
            let end = utf8.index(startIndex, offsetBy: offset)
            lines.append(self[start..<end])
            start = utf8.index(after: end)
        }
        lines.append(self[start...])
        return lines
    }

    /// With one space wherever there is white space, and none at the ends.
    var onOneLine: String {
        let plain = utf8.withContiguousStorageIfAvailable { bytes -> String? in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            return Self.isOnOneLine(bytes) ? String(self) : Self.onOneLine(bytes)
        }
        return plain.flatMap(\.self) ?? split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func isOnOneLine(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var wasSpace = true
        for byte in bytes {
            if byte.isWhiteSpace, byte != .space || wasSpace { return false }
            wasSpace = byte == .space
        }
        return !wasSpace
    }

    private static func onOneLine(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let words = bytes.split(whereSeparator: \.isWhiteSpace)
        return String(decoding: Array(words.joined(separator: [.space])), as: UTF8.self)
    }

    /// Whether the first and the last character are known to be no white space: what shows and is ASCII starts a
    /// character, and ends none that starts with white space.
    var hasVisibleEnds: Bool {
        guard let first = utf8.first, let last = utf8.last else { return false }
        return first.isVisible && last.isVisible
    }
}

extension UInt8 {
    /// White space as Unicode has it in ASCII.
    fileprivate var isWhiteSpace: Bool { self == .space || 0x09 <= self && self <= 0x0D }
    fileprivate var isVisible: Bool { 0x21 <= self && self <= 0x7E }
}
