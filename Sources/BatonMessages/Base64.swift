/// Base64 with padding (RFC 4648, section 4).
public enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte as a digit; 0xFF for a byte that is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    public static func encode(_ bytes: some RandomAccessCollection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var count = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(digits[Int(group >> shift & 63)]) }
            group = 0
            count = 0
        }
        if count == 1 {
            text += [digits[Int(group >> 2)], digits[Int(group << 4 & 63)], UInt8(ascii: "="), UInt8(ascii: "=")]
        } else if count == 2 {
            text += [
                digits[Int(group >> 10)], digits[Int(group >> 4 & 63)], digits[Int(group << 2 & 63)],
                UInt8(ascii: "="),
            ]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil for a text that is not canonical base64: another alphabet, white space, missing padding, or bits
    /// set that belong to no byte.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var count = text.count
        while count > 0, count > text.count - 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 3 / 4)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for index in 0..<count {
            let value = values[Int(text[index])]
            guard value != 0xFF else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            group &= (1 << bits) - 1
        }
        return group == 0 ? bytes : nil
    }
}
