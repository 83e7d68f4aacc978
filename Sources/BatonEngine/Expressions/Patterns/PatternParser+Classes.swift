/// Escapes, and what stands in brackets.
extension PatternParser {
    /// `\d`, `\W` and the like; nil, with nothing read, for other escapes.
    mutating func namedSet() throws(PatternError) -> ScalarSet? {
        guard position + 1 < scalars.count else { return nil }
        let set: ScalarSet
        switch Unicode.Scalar(scalars[position + 1]) {
        case "d": set = .digit
        case "D": set = .digit.negated
        case "w": set = .word
        case "W": set = .word.negated
        case "s": set = .space
        case "S": set = .space.negated
        case "p", "P": throw failure("Unicode classes (\\p) are not supported")
        default: return nil
        }
        position += 2
        return set
    }

    /// The code point that an escape stands for.
    mutating func escaped() throws(PatternError) -> UInt32 {
        let start = position
        position += 1
        guard let scalar = next else { throw failure("the pattern ends in '\\'", at: start) }
        position += 1
        switch Unicode.Scalar(scalar) {
        case "a": return 0x07
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        case "x": return try hexadecimal(from: start)
        case "0": return octal(first: 0)
        case "1", "2", "3", "4", "5", "6", "7":
            // Three digits are a code point, as in RE2.
            if let second = next, Self.digit(second, radix: 8) != nil { return octal(first: Int(scalar) - 0x30) }
            throw failure("backreferences are not supported", at: start)
        case "8", "9", "k": throw failure("backreferences are not supported", at: start)
        default:
            guard scalar < 0x80, scalar == 0x5F || !ScalarSet.word.contains(scalar) else {
                throw failure("no such escape", at: start)
            }
            return scalar
        }
    }

    private mutating func octal(first: Int) -> UInt32 {
        var value = first
        for _ in 0..<2 {
            guard let digit = next.flatMap({ Self.digit($0, radix: 8) }) else { break }
            value = value * 8 + digit
            position += 1
        }
        return UInt32(value)
    }

    private mutating func hexadecimal(from start: Int) throws(PatternError) -> UInt32 {
        let isBraced = take("{")
        var value = 0
        var count = 0
        while count < (isBraced ? 8 : 2), let digit = next.flatMap({ Self.digit($0, radix: 16) }) {
            value = value * 16 + digit
            count += 1
            position += 1
        }
        guard count > 0, isBraced ? take("}") : count == 2, value <= ScalarSet.maxScalar else {
            throw failure("write \\xHH or \\x{H…}, at most \\x{10FFFF}", at: start)
        }
        return UInt32(value)
    }

    /// From behind the opening bracket.
    mutating func bracket() throws(PatternError) -> ScalarSet {
        let start = position - 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while isFirst || !isNext("]") {
            guard position < scalars.count else { throw failure("'[' without ']'", at: start) }
            isFirst = false
            if let named = try posixSet() {
                ranges += named.all
            } else if isNext("\\"), let named = try namedSet() {
                ranges += named.all
            } else {
                ranges.append(try range())
            }
        }
        position += 1
        var set = ScalarSet(ranges)
        set.isNegated = isNegated
        set.ignoresCase = flags.ignoresCase
        return set
    }

    private mutating func range() throws(PatternError) -> ClosedRange<UInt32> {
        let start = position
        let low = try bracketed()
        guard isNext("-"), position + 1 < scalars.count, scalars[position + 1] != 0x5D else { return low...low }
        position += 1
        let high = try bracketed()
        guard low <= high else { throw failure("the range ends before it begins", at: start) }
        return low...high
    }

    private mutating func bracketed() throws(PatternError) -> UInt32 {
        if isNext("\\") { return try escaped() }
        guard let scalar = next else { throw failure("'[' without ']'") }
        position += 1
        return scalar
    }

    /// `[:alpha:]` or `[:^alpha:]`; nil, with nothing read, if none stands here.
    private mutating func posixSet() throws(PatternError) -> ScalarSet? {
        guard isNext("[:") else { return nil }
        let rest = scalars[(position + 2)...]
        guard let end = rest.indices.dropLast().first(where: { rest[$0] == 0x3A && rest[$0 + 1] == 0x5D }) else {
            return nil
        }
        let name = String(String.UnicodeScalarView(rest[..<end].compactMap(Unicode.Scalar.init)))
        let isNegated = name.hasPrefix("^")
        guard let set = ScalarSet.posix[isNegated ? String(name.dropFirst()) : name] else {
            throw failure("no class [:\(name):]")
        }
        position = end + 2
        return isNegated ? set.negated : set
    }
}
