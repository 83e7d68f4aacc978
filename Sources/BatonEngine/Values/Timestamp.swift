/// A moment of wall-clock time in milliseconds since 1970-01-01T00:00:00Z.
///
/// The engine has no clock: every moment in it came in with an input.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    public static func + (moment: Timestamp, milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + milliseconds)
    }

    /// The milliseconds from `right` to `left`.
    public static func - (left: Timestamp, right: Timestamp) -> Int64 { left.milliseconds - right.milliseconds }
}

extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-01-31T23:59:59.000Z`.
    public var description: String {
        guard hasUsualYear else {
            let (year, month, day) = Self.date(daysSince1970: milliseconds.flooredQuotient(by: 86_400_000))
            return "\(year)-\(month.padded(2))-\(day.padded(2))T00:00:00.000Z"
        }
        return String(unsafeUninitializedCapacity: Self.textBytes) { text in
            write(to: text)
            return Self.textBytes
        }
    }

    /// Bytes of the text, when the year is a usual one.
    package static let textBytes = 24

    /// Whether the year has four digits: 0 to 9999.
    package var hasUsualYear: Bool { -62_167_219_200_000 <= milliseconds && milliseconds < 253_402_300_800_000 }

    /// Writes the text into the first ``textBytes`` places; every message has a few of these.
    package func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        let day = milliseconds.flooredQuotient(by: 86_400_000)
        let rest = milliseconds - day * 86_400_000
        let (year, month, dayOfMonth) = Self.date(daysSince1970: day)
        func put(_ value: Int64, digits: Int, at place: Int, before mark: Unicode.Scalar) {
            var value = value
            for digit in (place..<(place + digits)).reversed() {
                text[digit] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
                value /= 10
            }
            text[place + digits] = UInt8(ascii: mark)
        }
        put(year, digits: 4, at: 0, before: "-")
        put(month, digits: 2, at: 5, before: "-")
        put(dayOfMonth, digits: 2, at: 8, before: "T")
        put(rest / 3_600_000, digits: 2, at: 11, before: ":")
        put(rest / 60_000 % 60, digits: 2, at: 14, before: ":")
        put(rest / 1000 % 60, digits: 2, at: 17, before: ".")
        put(rest % 1000, digits: 3, at: 20, before: "Z")
    }

    /// Reads RFC 3339 in UTC (a `Z` at the end), with or without a fraction of the second.
    public init?(_ text: String) {
        var text = text
        guard let read = text.withUTF8({ Timestamp($0) }) else { return nil }
        self = read
    }

    private init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var number: Int64 = 0
            for place in range {
                let digit = bytes[place] &- 48
                guard digit < 10 else { return nil }
                // Of a longer fraction only the first three digits count.
                number = number &* 10 &+ Int64(digit)
            }
            return number
        }
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] | 0x20 == 0x74, bytes[13] == 58,
            bytes[16] == 58, bytes.last! | 0x20 == 0x7A,
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            guard bytes[19] == 46, bytes.count > 21, number(20..<(bytes.count - 1)) != nil else { return nil }
            for place in 20..<23 { fraction = fraction * 10 + (place < bytes.count - 1 ? Int64(bytes[place] - 48) : 0) }
        }
        let days = Self.daysSince1970(year: year, month: month, day: day)
        milliseconds = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction
    }

    // The proleptic Gregorian calendar in 400-year eras that begin on 1 March, so that the leap day is an era's last.
    private static let daysPerEra: Int64 = 146_097
    private static let daysFromEraTo1970: Int64 = 719_468

    private static func date(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSince1970 + daysFromEraTo1970
        let era = shifted.flooredQuotient(by: daysPerEra)
        let dayOfEra = shifted - era * daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * daysPerEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - daysFromEraTo1970
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }

    fileprivate func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
