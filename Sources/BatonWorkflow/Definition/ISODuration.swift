/// ISO-8601 durations of a fixed length: weeks, days, hours, minutes and seconds. Years and months have none.
enum ISODuration {
    /// A year: what is longer is a mistake in the unit.
    static let maxMilliseconds: Int64 = 366 * 86_400_000

    /// `PT1H30M`, `PT0.5S`, `P2W` in milliseconds; nil for any other text, for nothing at all, and for over a year.
    static func milliseconds(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "P") else { return nil }
        var isTime = false
        var rank = 0
        var total = 0.0
        while !rest.isEmpty {
            if rest.first == UInt8(ascii: "T") {
                guard !isTime, rest.count > 1 else { return nil }
                isTime = true
                rank = max(rank, 2)
                rest.removeFirst()
                continue
            }
            let number = rest.prefix { $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: ".") }
            guard (1...15).contains(number.count), number.first != UInt8(ascii: "."), number.last != UInt8(ascii: "."),
                let value = Double(String(decoding: number, as: UTF8.self))
            else { return nil }
            rest = rest.dropFirst(number.count)
            guard let unit = rest.popFirst(), let (next, length) = Self.unit(unit, isTime: isTime), next > rank else {
                return nil
            }
            // Only the last unit may have a fraction.
            if number.contains(UInt8(ascii: ".")) && !rest.isEmpty { return nil }
            rank = next
            total += value * length
        }
        guard total >= 1, total <= Double(maxMilliseconds) else { return nil }
        return Int64(total.rounded())
    }

    /// The place of a unit in the order, and its length in milliseconds.
    private static func unit(_ byte: UInt8, isTime: Bool) -> (rank: Int, length: Double)? {
        switch (byte, isTime) {
        case (UInt8(ascii: "W"), false): (1, 7 * 86_400_000)
        case (UInt8(ascii: "D"), false): (2, 86_400_000)
        case (UInt8(ascii: "H"), true): (3, 3_600_000)
        case (UInt8(ascii: "M"), true): (4, 60_000)
        case (UInt8(ascii: "S"), true): (5, 1000)
        default: nil
        }
    }
}
