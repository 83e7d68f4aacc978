/// Bytes that markdown gives a meaning.
extension UInt8 {
    static let tab: UInt8 = 0x09
    static let newline: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let exclamation = UInt8(ascii: "!")
    static let number = UInt8(ascii: "#")
    static let leftParenthesis = UInt8(ascii: "(")
    static let rightParenthesis = UInt8(ascii: ")")
    static let hyphen = UInt8(ascii: "-")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let less = UInt8(ascii: "<")
    static let equals = UInt8(ascii: "=")
    static let greater = UInt8(ascii: ">")
    static let question = UInt8(ascii: "?")
    static let leftBracket = UInt8(ascii: "[")
    static let backslash = UInt8(ascii: "\\")
    static let bar = UInt8(ascii: "|")
    static let rightBracket = UInt8(ascii: "]")
    static let backtick = UInt8(ascii: "`")
    static let tilde = UInt8(ascii: "~")

    var isBlank: Bool { self == .space || self == .tab }
    var isLineEnd: Bool { self == .newline || self == .carriageReturn }
    var isDigit: Bool { 0x30 <= self && self <= 0x39 }
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    /// Lower case, for ASCII letters.
    var lowercased: UInt8 { 0x41 <= self && self <= 0x5A ? self | 0x20 : self }
}

extension [UInt8] {
    /// Whether `pattern` stands at `index`, inside `..<end`.
    func has(_ pattern: StaticString, at index: Int, before end: Int) -> Bool {
        guard index >= 0, index + pattern.utf8CodeUnitCount <= end else { return false }
        return pattern.withUTF8Buffer { pattern in
            pattern.indices.allSatisfy { self[index + $0] == pattern[$0] }
        }
    }

    /// Where `pattern` starts first in `range`.
    func first(_ pattern: StaticString, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index + pattern.utf8CodeUnitCount <= range.upperBound {
            if has(pattern, at: index, before: range.upperBound) { return index }
            index += 1
        }
        return nil
    }

    /// Where `pattern` starts last.
    func last(_ pattern: StaticString) -> Int? {
        var index = count - pattern.utf8CodeUnitCount
        while index >= 0 {
            if has(pattern, at: index, before: count) { return index }
            index -= 1
        }
        return nil
    }

    /// The range without blanks at both ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start].isBlank || self[start].isLineEnd { start += 1 }
        while start < end, self[end - 1].isBlank || self[end - 1].isLineEnd { end -= 1 }
        return start..<end
    }

    func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
