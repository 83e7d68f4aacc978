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
        var (high, low): (UInt64, UInt64) = (0, 0)
        var count = 0
        for (offset, byte) in text.utf8.enumerated() {
            if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard count < 32, let digit = byte.hexDigitValue else { return nil }
            // What the low word can't hold any more moves up.
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
            count += 1
        }
        guard count == 32 else { return nil }
        self.init(high: high, low: low)
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
