/// Writes compact JSON (RFC 8259) into a byte buffer, in the order of the calls.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object {
///     $0.field("type", "start")
///     $0.field("inputs", inputs)
/// }
/// ```
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init() { bytes.reserveCapacity(512) }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Structure

    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes a member's name; the next call writes its value.
    public mutating func name(_ name: String) {
        if !appendPlain(name, isName: true) {
            separate()
            appendQuoted(name)
            bytes.append(UInt8(ascii: ":"))
        }
        needsComma = false
    }

    // MARK: Values

    public mutating func value(_ value: String) {
        if !appendPlain(value, isName: false) {
            separate()
            appendQuoted(value)
        }
        needsComma = true
    }

    public mutating func value(_ value: Bool) { raw(value ? "true" : "false") }

    public mutating func value(_ value: some FixedWidthInteger) { raw(String(value)) }

    public mutating func value(_ value: Int) { raw(String(value)) }

    /// Writes a finite number; JSON has no other, so infinities and NaN are written as `null`.
    public mutating func value(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }

    public mutating func value(_ value: [String]) {
        array { writer in for element in value { writer.value(element) } }
    }

    public mutating func value(_ value: JSON) {
        switch value {
        case .null: raw("null")
        case .bool(let flag): self.value(flag)
        case .int(let number): self.value(number)
        case .double(let number): self.value(number)
        case .string(let text): self.value(text)
        case .array(let elements): array { writer in for element in elements { writer.value(element) } }
        case .object(let members): object { writer in for (name, member) in members { writer.field(name, member) } }
        }
    }

    /// Writes a text of `count` ASCII characters, none of which has to be escaped, as `fill` puts it into its place.
    package mutating func value(plain count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        separate()
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 2) { text in
            text[0] = UInt8(ascii: "\"")
            fill(UnsafeMutableBufferPointer(rebasing: text[1...count]))
            text[count + 1] = UInt8(ascii: "\"")
            bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
        needsComma = true
    }

    /// Makes room for so many bytes more, so that a long list is not moved again and again.
    package mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    /// Writes text that is JSON already.
    public mutating func value(json: String) { raw(json) }

    // MARK: Members

    public mutating func field(_ name: String, _ value: String) { self.name(name); self.value(value) }
    public mutating func field(_ name: String, _ value: Bool) { self.name(name); self.value(value) }
    public mutating func field(_ name: String, _ value: some FixedWidthInteger) { self.name(name); self.value(value) }
    public mutating func field(_ name: String, _ value: Int) { self.name(name); self.value(value) }
    public mutating func field(_ name: String, _ value: Double) { self.name(name); self.value(value) }
    public mutating func field(_ name: String, _ value: [String]) { self.name(name); self.value(value) }
    public mutating func field(_ name: String, _ value: JSON) { self.name(name); self.value(value) }

    // A member whose value is nil is left out.
    public mutating func field(_ name: String, _ value: String?) { if let value { field(name, value) } }
    public mutating func field(_ name: String, _ value: JSON?) { if let value { field(name, value) } }
    public mutating func field(_ name: String, _ value: (some FixedWidthInteger)?) {
        if let value { field(name, value) }
    }

    public mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) { self.name(name); object(body) }
    public mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) { self.name(name); array(body) }

    // MARK: Bytes

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    /// Writes a short text in which nothing has to be escaped, with all that stands around it, in one go.
    ///
    /// - Returns: whether it is such a text.
    private mutating func appendPlain(_ text: String, isName: Bool) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            guard utf8.count <= 256, Self.isPlain(utf8) else { return false }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count + 4) { whole in
                let start = needsComma ? 1 : 0
                whole[0] = UInt8(ascii: ",")
                whole[start] = UInt8(ascii: "\"")
                var end = UnsafeMutableBufferPointer(rebasing: whole[(start + 1)...]).update(fromContentsOf: utf8)
                end += start + 1
                whole[end] = UInt8(ascii: "\"")
                whole[end + 1] = UInt8(ascii: ":")
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: whole[..<(end + (isName ? 2 : 1))]))
            }
            return true
        }
    }

    /// Whether none of the bytes has to be escaped.
    private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count >= 8 else { return !utf8.contains(where: needsEscape) }
        var index = 0
        while index + 8 <= utf8.count {
            guard EightBytes(utf8, at: index).arePlain else { return false }
            index += 8
        }
        return EightBytes(utf8, at: utf8.count - 8).arePlain
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            var index = 0
            while index < utf8.count {
                if index + 8 <= utf8.count, EightBytes(utf8, at: index).arePlain {
                    index += 8
                    continue
                }
                let byte = utf8[index]
                if Self.needsEscape(byte) {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
                    appendEscape(byte)
                    start = index + 1
                }
                index += 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
        case 0x0D: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
        case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }
}

extension JSON {
    /// The value as compact JSON.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value as compact JSON.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
