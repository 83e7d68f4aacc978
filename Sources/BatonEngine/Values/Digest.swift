/// A SHA-256 digest: the address of an artifact's content.
public struct Digest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// From 32 bytes, the most significant first; nil for any other number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        let words = bytes.withContiguousStorageIfAvailable { Self.words(in: UnsafeRawBufferPointer($0)) }
        guard let words = words ?? Array(bytes).withUnsafeBytes(Self.words) else { return nil }
        self.words = words
    }

    private static func words(in bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64)? {
        guard bytes.count == 32 else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        }
        return (word(0), word(1), word(2), word(3))
    }

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            for (index, word) in [words.0, words.1, words.2, words.3].enumerated() {
                for byte in 0..<8 {
                    buffer[index * 8 + byte] = UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64(byte)))
                }
            }
            count = 32
        }
    }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: CustomStringConvertible, LosslessStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textBytes) { text in
            write(to: text)
            return Self.textBytes
        }
    }

    /// Bytes of the text.
    package static let textBytes = 64

    /// Writes the text into the first ``textBytes`` places.
    package func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        func put(_ word: UInt64, at place: Int) {
            for nibble in 0..<16 {
                text[place + nibble] = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * nibble) & 15).hexDigit
            }
        }
        put(words.0, at: 0)
        put(words.1, at: 16)
        put(words.2, at: 32)
        put(words.3, at: 48)
    }

    public init?(_ text: String) {
        var text = text
        guard let words = text.withUTF8({ Self.words($0) }) else { return nil }
        self.words = words
    }

    private static func words(_ text: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64, UInt64, UInt64)? {
        guard text.count == textBytes else { return nil }
        var digits = HexDigits(text)
        let words = (digits.read(0..<16), digits.read(16..<32), digits.read(32..<48), digits.read(48..<64))
        return digits.areValid ? words : nil
    }
}
