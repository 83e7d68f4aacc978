/// Strings: `'…'`, `"…"`, the same three times over for several lines, and `r` before any of them for raw ones.
extension ExpressionLexer {
    /// Nil, with nothing read, if no string stands here.
    mutating func string() throws(ExpressionProblem) -> String? {
        let start = position
        var prefix = 0
        var isRaw = false
        while let letter = byte(prefix).map({ $0 | 0x20 }), prefix < 2 {
            guard letter == UInt8(ascii: "r") || letter == UInt8(ascii: "b") else { break }
            isRaw = isRaw || letter == UInt8(ascii: "r")
            prefix += 1
        }
        guard let quote = byte(prefix), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        if bytes[start..<(start + prefix)].contains(where: { $0 | 0x20 == UInt8(ascii: "b") }) {
            throw problem("bytes (b\"…\") are not supported", at: start)
        }
        guard prefix <= 1 else { return nil }
        position += prefix
        let isTriple = byte(1) == quote && byte(2) == quote
        position += isTriple ? 3 : 1
        var text: [UInt8] = []
        while let byte = byte() {
            if byte == quote, !isTriple || self.byte(1) == quote && self.byte(2) == quote {
                position += isTriple ? 3 : 1
                return String(decoding: text, as: UTF8.self)
            }
            if !isTriple, byte == 0x0A || byte == 0x0D { break }
            if byte == UInt8(ascii: "\\"), !isRaw {
                text += try escape()
            } else {
                text.append(byte)
                position += 1
            }
        }
        throw problem("the string has no end", at: start)
    }

    /// The UTF-8 of what an escape stands for.
    private mutating func escape() throws(ExpressionProblem) -> [UInt8] {
        let start = position
        position += 2
        guard position <= bytes.count else { throw problem("the string has no end", at: start) }
        switch bytes[position - 1] {
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            return [bytes[position - 1]]
        case UInt8(ascii: "x"), UInt8(ascii: "X"): return try scalar(digits: 2, radix: 16, from: start)
        case UInt8(ascii: "u"): return try scalar(digits: 4, radix: 16, from: start)
        case UInt8(ascii: "U"): return try scalar(digits: 8, radix: 16, from: start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            position -= 1
            return try scalar(digits: 3, radix: 8, from: start)
        default:
            throw problem("no such escape", at: start, hint: "write \\\\ for a backslash, or r\"…\" for a raw string")
        }
    }

    private mutating func scalar(digits: Int, radix: UInt32, from start: Int) throws(ExpressionProblem) -> [UInt8] {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = byte().flatMap(Self.hexValue), digit < radix else {
                throw problem("the escape wants \(digits) \(radix == 16 ? "hexadecimal" : "octal") digits", at: start)
            }
            // Eight digits fill the 32 bits and no more.
            value = value * radix + digit
            position += 1
        }
        guard let scalar = Unicode.Scalar(value) else { throw problem("the escape is no code point", at: start) }
        return Array(String(Character(scalar)).utf8)
    }
}
