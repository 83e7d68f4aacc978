import BatonEngine

/// What plain text means: YAML 1.2.2, section 10.3.2, the core schema. `yes`, `on` and dates are text.
extension YAMLScalar {
    /// A null, boolean, integer or number for plain text that is one; otherwise the text.
    ///
    /// Infinities and NaN stay text, since JSON has no such number.
    public var value: JSON {
        guard isPlain else { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number ?? .string(text)
        }
    }

    private var number: JSON? {
        guard let first = text.utf8.first, text.utf8.count <= 64 else { return nil }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
        default: return nil
        }
        if text.hasPrefix("0o") { return unsigned(text.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return unsigned(text.dropFirst(2), radix: 16) }
        return decimal
    }

    private func unsigned(_ digits: Substring, radix: Int) -> JSON? {
        guard digits.first != "+", digits.first != "-" else { return nil }
        return Int64(digits, radix: radix).map { .int($0) }
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private var decimal: JSON? {
        let bytes = Array(text.utf8)
        var position = 0
        func digits() -> Int {
            let start = position
            while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
            return position - start
        }
        func take(_ characters: UInt8...) -> Bool {
            guard position < bytes.count, characters.contains(bytes[position]) else { return false }
            position += 1
            return true
        }
        _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
        let whole = digits()
        if whole > 0 && position == bytes.count, let value = Int64(text) { return .int(value) }
        if take(UInt8(ascii: ".")) {
            guard digits() > 0 || whole > 0 else { return nil }
        } else if whole == 0 {
            return nil
        }
        if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
            guard digits() > 0 else { return nil }
        }
        guard position == bytes.count, let value = Double(text), value.isFinite else { return nil }
        return .double(value)
    }
}
