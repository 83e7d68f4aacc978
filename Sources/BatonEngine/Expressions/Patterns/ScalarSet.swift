/// A set of code points: what stands in brackets in a regular expression.
struct ScalarSet {
    /// Sorted, without overlaps.
    private var ranges: [ClosedRange<UInt32>]
    var isNegated = false
    /// Whether upper and lower case count as the same.
    var ignoresCase = false

    static let maxScalar: UInt32 = 0x10FFFF

    init(_ ranges: [ClosedRange<UInt32>]) {
        self.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last, range.lowerBound <= last.upperBound {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    init(_ pairs: (Unicode.Scalar, Unicode.Scalar)...) { self.init(pairs.map { $0.0.value...$0.1.value }) }

    func contains(_ scalar: UInt32) -> Bool {
        let found = holds(scalar) || ignoresCase && Self.otherCases(of: scalar).contains(where: holds)
        return found != isNegated
    }

    private func holds(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }

    /// All that is in it, negation included; case is not looked at.
    var all: [ClosedRange<UInt32>] {
        guard isNegated else { return ranges }
        var gaps: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges {
            if range.lowerBound > start { gaps.append(start...(range.lowerBound - 1)) }
            start = range.upperBound + 1
        }
        if start <= Self.maxScalar { gaps.append(start...Self.maxScalar) }
        return gaps
    }

    var negated: ScalarSet {
        var copy = self
        copy.isNegated.toggle()
        return copy
    }

    /// The simple case mappings: those to a single code point.
    static func otherCases(of scalar: UInt32) -> [UInt32] {
        if scalar < 0x80 {
            let letter = scalar | 0x20
            return letter >= 0x61 && letter <= 0x7A ? [scalar ^ 0x20] : []
        }
        guard let properties = Unicode.Scalar(scalar)?.properties else { return [] }
        return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { mapping in
            let scalars = mapping.unicodeScalars
            guard scalars.count == 1, let other = scalars.first?.value, other != scalar else { return nil }
            return other
        }
    }

    // MARK: Named sets

    static let digit = ScalarSet(("0", "9"))
    static let word = ScalarSet(("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
    static let space = ScalarSet(("\t", "\n"), ("\u{C}", "\r"), (" ", " "))

    /// The classes of `[[:name:]]`.
    static let posix: [String: ScalarSet] = [
        "alnum": ScalarSet(("0", "9"), ("A", "Z"), ("a", "z")),
        "alpha": ScalarSet(("A", "Z"), ("a", "z")),
        "ascii": ScalarSet(("\0", "\u{7F}")),
        "blank": ScalarSet(("\t", "\t"), (" ", " ")),
        "cntrl": ScalarSet(("\0", "\u{1F}"), ("\u{7F}", "\u{7F}")),
        "digit": digit,
        "graph": ScalarSet(("!", "~")),
        "lower": ScalarSet(("a", "z")),
        "print": ScalarSet((" ", "~")),
        "punct": ScalarSet(("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
        "space": ScalarSet(("\t", "\r"), (" ", " ")),
        "upper": ScalarSet(("A", "Z")),
        "word": word,
        "xdigit": ScalarSet(("0", "9"), ("A", "F"), ("a", "f")),
    ]
}
