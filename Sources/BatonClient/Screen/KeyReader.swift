/// Makes keys of the bytes that a terminal in raw mode sends (xterm's control sequences, which others send, too).
///
/// Esc alone is the beginning of every sequence: who reads asks for the ``rest()`` when nothing has followed for a
/// moment.
package struct KeyReader {
    /// What is not yet a whole key.
    private var bytes: ArraySlice<UInt8> = []
    /// What has come of a paste that has not ended.
    private var pasted: [UInt8]?

    /// More of a paste is thrown away.
    static let maxPaste = 256 << 10
    /// A longer sequence is none.
    private static let maxSequence = 32
    /// ESC [ 201 ~
    private static let pasteEnd: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

    package init() {}

    /// Whether a key has begun and not ended.
    package var isWaiting: Bool { !bytes.isEmpty && pasted == nil }

    package mutating func read(_ more: some Sequence<UInt8>) -> [Key] {
        bytes += more
        var keys: [Key] = []
        while !bytes.isEmpty {
            let before = bytes.count
            if let key = pasted == nil ? next() : paste() { keys.append(key) }
            if bytes.count == before { break }
        }
        // So that a long session holds no more than what is waiting.
        bytes = ArraySlice(Array(bytes))
        return keys
    }

    /// What has come is all there is: Esc was meant as such.
    package mutating func rest() -> [Key] {
        guard isWaiting else { return [] }
        let isEscape = bytes.first == 0x1B
        bytes = []
        return isEscape ? [.escape] : []
    }

    /// The next key, taken off; nil for what is none, which is taken off, too, and for what is not all there.
    private mutating func next() -> Key? {
        guard let first = bytes.first else { return nil }
        switch first {
        case 0x1B: return sequence()
        case 0x0A, 0x0D: return take(.enter)
        case 0x09: return take(.tab)
        case 0x08, 0x7F: return take(.backspace)
        case 0x01...0x1A: return take(.control(Character(Unicode.Scalar(first + 0x60))))
        case 0x00..<0x20: return take(nil)
        default: return character(first)
        }
    }

    private mutating func take(_ key: Key?, _ count: Int = 1) -> Key? {
        bytes.removeFirst(count)
        return key
    }

    private mutating func character(_ first: UInt8) -> Key? {
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard bytes.count >= length else { return nil }
        guard let text = String(validating: bytes.prefix(length), as: UTF8.self), let character = text.first else {
            return take(nil)
        }
        return take(.character(character), length)
    }

    /// What begins with ESC.
    private mutating func sequence() -> Key? {
        let start = bytes.startIndex
        guard bytes.count > 1 else { return nil }
        switch bytes[start + 1] {
        case UInt8(ascii: "["): break
        case UInt8(ascii: "O"):
            guard bytes.count > 2 else { return nil }
            return take(Self.cursor(bytes[start + 2]), 3)
        // Esc, and then something else.
        default: return take(.escape)
        }
        guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            return bytes.count > Self.maxSequence ? take(nil, bytes.count) : nil
        }
        let parameters = String(decoding: bytes[(start + 2)..<end], as: UTF8.self)
        let final = bytes[end]
        // The function keys of Linux's console have one letter more.
        let length = end - start + (final == UInt8(ascii: "[") ? 2 : 1)
        guard bytes.count >= length else { return nil }
        bytes.removeFirst(length)
        guard final == UInt8(ascii: "~") else { return Self.cursor(final) }
        switch parameters.prefix(while: { $0 != ";" }) {
        case "1", "7": return .home
        case "4", "8": return .end
        case "3": return .delete
        case "5": return .pageUp
        case "6": return .pageDown
        case "200":
            pasted = []
            return nil
        default: return nil
        }
    }

    private static func cursor(_ final: UInt8) -> Key? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "M"): .enter
        default: nil
        }
    }

    /// Up to the mark that ends a paste.
    private mutating func paste() -> Key? {
        guard let end = bytes.firstRange(of: Self.pasteEnd) else {
            // The mark may have begun.
            let sure = max(0, bytes.count - Self.pasteEnd.count + 1)
            keep(bytes.prefix(sure))
            bytes.removeFirst(sure)
            return nil
        }
        keep(bytes[..<end.lowerBound])
        bytes = bytes[end.upperBound...]
        defer { pasted = nil }
        return .paste(String(decoding: pasted ?? [], as: UTF8.self))
    }

    private mutating func keep(_ more: ArraySlice<UInt8>) {
        pasted! += more.prefix(Self.maxPaste - pasted!.count)
    }
}
