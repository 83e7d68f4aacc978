/// Splits an expression into words (langdef.md, "Syntax").
struct ExpressionLexer {
    let bytes: [UInt8]
    var position = 0

    /// - Parameter text: Not longer than ``Expression/maxTextBytes``.
    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func tokens() throws(ExpressionProblem) -> [ExpressionToken] {
        var tokens: [ExpressionToken] = []
        while true {
            skipBlanks()
            let start = position
            let kind = try kind()
            tokens.append(ExpressionToken(kind: kind, offset: start, end: position))
            if kind == .end { return tokens }
        }
    }

    func byte(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    func isNext(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }

    func problem(_ message: String, at offset: Int, hint: String? = nil) -> ExpressionProblem {
        ExpressionProblem(offset: offset, message: message, hint: hint)
    }

    /// Blanks, and comments to the end of the line.
    private mutating func skipBlanks() {
        while let byte = byte() {
            if [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) {
                position += 1
            } else if isNext("//") {
                while let byte = self.byte(), byte != 0x0A { position += 1 }
            } else {
                return
            }
        }
    }

    private mutating func kind() throws(ExpressionProblem) -> ExpressionToken.Kind {
        guard let first = byte() else { return .end }
        if let string = try string() { return .string(string) }
        if Self.isNameStart(first) { return .name(name()) }
        if Self.isDigit(first) || first == UInt8(ascii: ".") && Self.isDigit(byte(1) ?? 0) { return try number() }
        if first == UInt8(ascii: "`") { return .quotedName(try quotedName()) }
        return .symbol(try symbol())
    }

    // MARK: Names

    static func isNameStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func name() -> String {
        let start = position
        while let byte = byte(), Self.isNameStart(byte) || Self.isDigit(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func quotedName() throws(ExpressionProblem) -> String {
        let start = position
        position += 1
        while let byte = byte(), byte != UInt8(ascii: "`"), byte != 0x0A { position += 1 }
        guard isNext("`"), position > start + 1 else { throw problem("a name in ` has no end", at: start) }
        position += 1
        return String(decoding: bytes[(start + 1)..<(position - 1)], as: UTF8.self)
    }

    // MARK: Symbols

    private static let symbols: [StaticString] = [
        "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[",
        "]", "{", "}",
    ]

    private mutating func symbol() throws(ExpressionProblem) -> String {
        for symbol in Self.symbols where isNext(symbol) {
            position += symbol.utf8CodeUnitCount
            return symbol.description
        }
        switch bytes[position] {
        case UInt8(ascii: "="): throw problem("'=' is no operator", at: position, hint: "write == to compare")
        case UInt8(ascii: "&"): throw problem("'&' is no operator", at: position, hint: "write &&")
        case UInt8(ascii: "|"): throw problem("'|' is no operator", at: position, hint: "write ||")
        default:
            let rest = String(decoding: bytes[position...].prefix(32), as: UTF8.self)
            let character = rest.unicodeScalars.first.map { $0.value < 0x20 || $0.value == 0x7F ? "" : " '\($0)'" }
            throw problem("the character\(character ?? "") means nothing here", at: position)
        }
    }

    // MARK: Numbers

    private mutating func number() throws(ExpressionProblem) -> ExpressionToken.Kind {
        let start = position
        if isNext("0x") { return try hexadecimal() }
        skipDigits()
        var isDouble = false
        if byte() == UInt8(ascii: "."), Self.isDigit(byte(1) ?? 0) {
            isDouble = true
            position += 1
            skipDigits()
        }
        if byte().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
            guard Self.isDigit(byte(signed ? 2 : 1) ?? 0) else { throw problem("the exponent is missing", at: start) }
            isDouble = true
            position += signed ? 2 : 1
            skipDigits()
        }
        try endNumber(from: start)
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isDouble {
            guard let value = Double(text.first == "." ? "0" + text : text), value.isFinite else {
                throw problem("the number is too large", at: start)
            }
            return .double(value)
        }
        return .int(try integer(text, radix: 10, at: start))
    }

    private mutating func skipDigits() {
        while let byte = byte(), Self.isDigit(byte) { position += 1 }
    }

    private mutating func hexadecimal() throws(ExpressionProblem) -> ExpressionToken.Kind {
        let start = position
        position += 2
        while let byte = byte(), Self.hexValue(byte) != nil { position += 1 }
        guard position > start + 2 else { throw problem("0x wants hexadecimal digits", at: start) }
        try endNumber(from: start)
        let digits = String(decoding: bytes[(start + 2)..<position], as: UTF8.self)
        return .int(try integer(digits, radix: 16, at: start))
    }

    private func integer(_ digits: String, radix: Int, at start: Int) throws(ExpressionProblem) -> UInt64 {
        guard let value = UInt64(digits, radix: radix), value <= UInt64(Int64.max) + 1 else {
            throw problem("the number does not fit 64 bits", at: start)
        }
        return value
    }

    private func endNumber(from start: Int) throws(ExpressionProblem) {
        guard let byte = byte(), Self.isNameStart(byte) else { return }
        if byte | 0x20 == UInt8(ascii: "u") { throw problem("unsigned numbers are not supported", at: start) }
        throw problem("the number runs into a name", at: position)
    }

    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
