import OrderedCollections

/// Why a text is not JSON (RFC 8259), and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Offset of the offending byte from the start of the text.
    public let offset: Int
    public let message: String

    public var description: String { "\(message) at byte \(offset)" }
}

extension JSON {
    /// The deepest nesting that ``parse(_:)-swift.type.method`` follows.
    public static let maxDepth = 64

    /// Reads one JSON value that fills the whole of `bytes`.
    ///
    /// Strict RFC 8259: UTF-8 only, no comments, no trailing commas; a member that is written twice is refused, since
    /// readers disagree about which one counts. Time and memory are linear in the size; nesting is bounded.
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        try bytes.span.withParser { parser throws(JSONError) in try parser.parseDocument() }
    }

    public static func parse(_ text: String) throws(JSONError) -> JSON {
        try parse(Array(text.utf8))
    }
}

extension Span<UInt8> {
    fileprivate func withParser<Value>(
        _ body: (inout JSONParser) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        let result: Result<Value, JSONError> = withUnsafeBufferPointer { bytes in
            var parser = JSONParser(bytes: bytes)
            do throws(JSONError) { return .success(try body(&parser)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var depth = 0
    /// By depth: the last object there that stood in a list, since the others of the list mostly have the same members.
    private var usual: [UsualMembers?] = []

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func parseDocument() throws(JSONError) -> JSON {
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw failure("more text after the value") }
        return value
    }

    private func failure(_ message: String) -> JSONError { JSONError(offset: position, message: message) }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func parseValue(isElement: Bool = false) throws(JSONError) -> JSON {
        skipSpace()
        guard position < bytes.count else { throw failure("the text ends where a value should be") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try parseObject(isElement: isElement)
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw failure("no JSON value begins with this byte")
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw failure("the text ends inside a word") }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] {
            throw failure("not the word \(word)")
        }
        position += count
        return value
    }

    private mutating func descend() throws(JSONError) {
        depth += 1
        guard depth <= JSON.maxDepth else { throw failure("nested deeper than \(JSON.maxDepth)") }
        position += 1
        skipSpace()
    }

    private mutating func parseObject(isElement: Bool) throws(JSONError) -> JSON {
        try descend()
        if consume(UInt8(ascii: "}")) {
            depth -= 1
            return .object([:])
        }
        if isElement, depth < usual.count, let usual = usual[depth] { return try parseObject(like: usual) }
        return try parseMembers(after: [:], names: [], isElement: isElement)
    }

    /// Reads the members behind those that are known already; `names` is where the names of these stand.
    private mutating func parseMembers(
        after known: OrderedDictionary<String, JSON>, names: [Range<Int>], isElement: Bool
    ) throws(JSONError) -> JSON {
        var members = known
        var names = names
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw failure("expected a member name")
            }
            let start = position
            let name = try parseString()
            if isElement { names.append(start..<position) }
            let value = try parseMember()
            guard members.updateValue(value, forKey: name) == nil else {
                throw failure("the member \"\(name.prefix(64))\" is written twice")
            }
            if try endsObject() { break }
        }
        if isElement { remember(members, names) }
        return .object(members)
    }

    private mutating func remember(_ members: OrderedDictionary<String, JSON>, _ names: [Range<Int>]) {
        guard members.count <= UsualMembers.maxCount else { return }
        while usual.count <= depth + 1 { usual.append(nil) }
        usual[depth + 1] = UsualMembers(members, names: names)
    }

    /// Reads an object whose members are probably the same in the same order: their names need not be made again, nor
    /// looked up.
    private mutating func parseObject(like usual: UsualMembers) throws(JSONError) -> JSON {
        var members = usual.members
        for (count, name) in usual.names.enumerated() {
            skipSpace()
            guard isNext(name) else {
                members.removeLast(members.count - count)
                return try parseMembers(after: members, names: Array(usual.names[..<count]), isElement: true)
            }
            position += name.count
            members.values[count] = try parseMember()
            if try endsObject() {
                // Even to remove nothing would make the names anew.
                if count + 1 < members.count { members.removeLast(members.count - count - 1) }
                return .object(members)
            }
        }
        return try parseMembers(after: members, names: usual.names, isElement: true)
    }

    /// Whether the text goes on with what stands in `range` of it.
    private func isNext(_ range: Range<Int>) -> Bool {
        guard position + range.count <= bytes.count else { return false }
        for offset in 0..<range.count where bytes[position + offset] != bytes[range.lowerBound + offset] {
            return false
        }
        return true
    }

    /// Reads what stands behind a member's name.
    private mutating func parseMember() throws(JSONError) -> JSON {
        skipSpace()
        guard consume(UInt8(ascii: ":")) else { throw failure("expected ':' after a member name") }
        return try parseValue()
    }

    private mutating func endsObject() throws(JSONError) -> Bool {
        skipSpace()
        if consume(UInt8(ascii: ",")) { return false }
        guard consume(UInt8(ascii: "}")) else { throw failure("expected ',' or '}'") }
        depth -= 1
        return true
    }

    private mutating func parseArray() throws(JSONError) -> JSON {
        try descend()
        var values: [JSON] = []
        if consume(UInt8(ascii: "]")) {
            depth -= 1
            return .array(values)
        }
        while true {
            values.append(try parseValue(isElement: true))
            skipSpace()
            if consume(UInt8(ascii: ",")) { continue }
            guard consume(UInt8(ascii: "]")) else { throw failure("expected ',' or ']'") }
            depth -= 1
            return .array(values)
        }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func parseNumber() throws(JSONError) -> JSON {
        let start = position
        _ = consume(UInt8(ascii: "-"))
        guard position < bytes.count else { throw failure("a number without digits") }
        if !consume(UInt8(ascii: "0")) {
            guard skipDigits() else { throw failure("a number without digits") }
        }
        var isInteger = true
        if consume(UInt8(ascii: ".")) {
            isInteger = false
            guard skipDigits() else { throw failure("no digits after the decimal point") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            guard skipDigits() else { throw failure("no digits in the exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw failure("a number out of range") }
        return .double(value)
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        return position > start
    }

    /// Reads a string; on entry the position is on its opening quote.
    private mutating func parseString() throws(JSONError) -> String {
        position += 1
        let start = position
        var isASCII = true
        while position + 8 <= bytes.count {
            let eight = EightBytes(bytes, at: position)
            guard eight.arePlain else { break }
            isASCII = isASCII && eight.areASCII
            position += 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
                position += 1
                // ASCII is UTF-8 as it is, and most texts are ASCII.
                return isASCII ? String(decoding: text, as: UTF8.self) : try validated(text)
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
            guard byte >= 0x20 else { throw failure("a control character inside a string") }
            isASCII = isASCII && byte < 0x80
            position += 1
        }
        throw failure("a string without an end")
    }

    private func validated(_ text: some Sequence<UInt8>) throws(JSONError) -> String {
        guard let value = String(validating: text, as: UTF8.self) else { throw failure("a string that is not UTF-8") }
        return value
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var text: [UInt8] = []
        var plain = start
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                text.append(contentsOf: bytes[plain..<position])
                position += 1
                return try validated(text)
            case UInt8(ascii: "\\"):
                text.append(contentsOf: bytes[plain..<position])
                position += 1
                try appendEscape(to: &text)
                plain = position
            case 0..<0x20:
                throw failure("a control character inside a string")
            default:
                position += 1
            }
        }
        throw failure("a string without an end")
    }

    /// Reads an escape; on entry the position is behind its backslash.
    private mutating func appendEscape(to text: inout [UInt8]) throws(JSONError) {
        guard position < bytes.count else { throw failure("a string without an end") }
        let escape = bytes[position]
        position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: UTF8.encode(try parseUnicodeEscape())!)
        default: throw failure("an unknown escape in a string")
        }
    }

    private mutating func parseUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try parseHex()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u")) else {
            throw failure("half of a surrogate pair in a string")
        }
        let second = try parseHex()
        guard (0xDC00..<0xE000).contains(second) else { throw failure("half of a surrogate pair in a string") }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
    }

    private mutating func parseHex() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw failure("a string without an end") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = bytes[position].hexDigitValue else { throw failure("not a hexadecimal digit") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

/// What an object of a list had.
private struct UsualMembers {
    static let maxCount = 32

    /// With `null` for each value.
    let members: OrderedDictionary<String, JSON>
    /// Where the names stand in the text, with their quotes.
    let names: [Range<Int>]

    init(_ members: OrderedDictionary<String, JSON>, names: [Range<Int>]) {
        self.members = members.mapValues { _ in .null }
        self.names = names
    }
}
