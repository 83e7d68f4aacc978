/// Eight bytes of a JSON text, looked at all at once.
struct EightBytes {
    private let word: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    init(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
        word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    /// Whether none of them ends a string or has to be escaped in one: no control character, quote or backslash.
    ///
    /// A byte is below `n` if subtracting `n` borrows from its high bit and the bit was not set before; a byte is equal
    /// to another if their difference is below one.
    var arePlain: Bool {
        !hasByte(below: 0x20, word) && !hasByte(below: 1, word ^ Self.ones &* UInt64(UInt8(ascii: "\"")))
            && !hasByte(below: 1, word ^ Self.ones &* UInt64(UInt8(ascii: "\\")))
    }

    var areASCII: Bool { word & (Self.ones << 7) == 0 }

    private func hasByte(below limit: UInt64, _ word: UInt64) -> Bool {
        (word &- Self.ones &* limit) & ~word & (Self.ones << 7) != 0
    }
}
