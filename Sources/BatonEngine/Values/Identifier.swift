/// A 128-bit identifier, written as a UUID (RFC 9562).
///
/// What the orchestrator names gets a version 7 UUID. Inside a run, everything that the run creates (tasks, artifact
/// versions, handoffs, decisions) is numbered, and its identifier is the run's with the number in the last 32 bits: so
/// the store keeps small numbers, and an identifier alone tells the run that it belongs to.
public struct Identifier: Hashable, Sendable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A version 7 UUID of the moment `now`, with the random bits of `seed`, whose last 32 bits are zero.
    public init(run seed: Seed, now: Timestamp) {
        let random = seed.bits(at: 0)
        high = UInt64(truncatingIfNeeded: now.milliseconds) << 16 | 0x7000 | random.high & 0x0FFF
        low = 0x8000_0000_0000_0000 | (random.low & 0x3FFF_FFFF_0000_0000)
    }

    /// A version 7 UUID of the moment `now` with the random bits of `seed` at `counter`.
    public init(seed: Seed, counter: UInt64, now: Timestamp) {
        let random = seed.bits(at: counter)
        high = UInt64(truncatingIfNeeded: now.milliseconds) << 16 | 0x7000 | random.high & 0x0FFF
        low = 0x8000_0000_0000_0000 | (random.low & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// The identifier of the thing that this run numbered `ordinal`.
    public func child(_ ordinal: UInt32) -> Identifier {
        Identifier(high: high, low: low & 0xFFFF_FFFF_0000_0000 | UInt64(ordinal))
    }

    /// The number of the thing inside its run; 0 for a run itself.
    public var ordinal: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// The identifier of the run to which this one belongs, for a run that the orchestrator named.
    public var run: Identifier { child(0) }
}

extension Identifier: Comparable {
    public static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Identifier: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textBytes) { text in
            write(to: text)
            return Self.textBytes
        }
    }

    /// Bytes of the text.
    package static let textBytes = 36

    /// Writes the text into the first ``textBytes`` places.
    package func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        var place = 0
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                text[place] = UInt8(ascii: "-")
                place += 1
            }
            let word = nibble < 16 ? high : low
            text[place] = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (nibble & 15)) & 15).hexDigit
            place += 1
        }
    }

    /// Reads the canonical form of a UUID, in lower or upper case, of any version.
    public init?(_ text: String) {
        var text = text
        guard let read = text.withUTF8({ Identifier($0) }) else { return nil }
        self = read
    }

    private init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count == Self.textBytes else { return nil }
        for place in [8, 13, 18, 23] where text[place] != UInt8(ascii: "-") { return nil }
        var digits = HexDigits(text)
        high = digits.read(0..<8) << 32 | digits.read(9..<13) << 16 | digits.read(14..<18)
        low = digits.read(19..<23) << 48 | digits.read(24..<36)
        guard digits.areValid else { return nil }
    }
}

/// Reads hexadecimal digits without asking of each whether it is one: letters and digits are mixed as by chance, which
/// no branch prediction gets right.
struct HexDigits {
    private let text: UnsafeBufferPointer<UInt8>
    /// Not zero once a byte was none.
    private var faults: UInt8 = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    /// Whether all that was read were digits.
    var areValid: Bool { faults == 0 }

    /// The value of at most 16 digits.
    mutating func read(_ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for place in range {
            let byte = text[place]
            let isDigit: UInt8 = byte &- UInt8(ascii: "0") < 10 ? 1 : 0
            let isLetter: UInt8 = (byte | 0x20) &- UInt8(ascii: "a") < 6 ? 1 : 0
            faults |= (isDigit | isLetter) ^ 1
            // The letters follow on 0x40 and 0x60, from 1.
            value = value << 4 | UInt64(byte & 0x0F &+ 9 &* isLetter)
        }
        return value
    }
}

extension UInt8 {
    /// The ASCII digit of a value below 16, in lower case.
    var hexDigit: UInt8 { self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "a") - 10 + self }

    /// The value of an ASCII hexadecimal digit; nil for any other byte.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// The 128 random bits that come with an input: everything in the engine that looks random is derived from them.
public struct Seed: Hashable, Sendable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Random bits for the `counter`th use of this seed (SplitMix64's finalizer over both halves).
    public func bits(at counter: UInt64) -> (high: UInt64, low: UInt64) {
        (
            Self.mix(high ^ Self.mix(low &+ counter &* 0x9E37_79B9_7F4A_7C15)),
            Self.mix(low ^ Self.mix(high &+ counter &* 0xD1B5_4A32_D192_ED03))
        )
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension Seed: CustomStringConvertible, LosslessStringConvertible {
    public var description: String { Identifier(high: high, low: low).description }

    public init?(_ text: String) {
        guard let bits = Identifier(text) else { return nil }
        self.init(high: bits.high, low: bits.low)
    }
}
