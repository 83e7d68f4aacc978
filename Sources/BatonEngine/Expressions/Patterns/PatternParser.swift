/// Reads a regular expression. Groups nest within bounds.
struct PatternParser {
    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesNewline = false
    }

    let scalars: [UInt32]
    var position = 0
    var flags = Flags()
    private var depth = 0

    init(_ text: String) { scalars = text.unicodeScalars.map(\.value) }

    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try alternatives()
        guard position == scalars.count else { throw failure("')' without '('") }
        return node
    }

    func failure(_ message: String, at offset: Int? = nil) -> PatternError {
        PatternError(offset: offset ?? position, message: "\(message) (at \((offset ?? position) + 1) in the pattern)")
    }

    var next: UInt32? { position < scalars.count ? scalars[position] : nil }

    func isNext(_ text: String) -> Bool {
        scalars[position...].starts(with: text.unicodeScalars.lazy.map(\.value))
    }

    mutating func take(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    // MARK: Structure

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while position < scalars.count, !isNext("|"), !isNext(")") {
            if take("\\Q") {
                parts += quoted()
                // A repetition behind the quotation is one of its last character.
                if let last = parts.popLast() { parts.append(try repetition(of: last)) }
            } else if let atom = try atom() {
                parts.append(try repetition(of: atom))
            }
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// What stands up to `\E` or the end, as it is.
    private mutating func quoted() -> [PatternNode] {
        var characters: [PatternNode] = []
        while let scalar = next, !take("\\E") {
            characters.append(literal(scalar))
            position += 1
        }
        return characters
    }

    private func literal(_ scalar: UInt32) -> PatternNode {
        let others = flags.ignoresCase ? ScalarSet.otherCases(of: scalar) : []
        return others.isEmpty ? .scalar(scalar) : .set(ScalarSet(([scalar] + others).map { $0...$0 }))
    }

    /// Nil for what matches nothing by itself: flags.
    private mutating func atom() throws(PatternError) -> PatternNode? {
        let scalar = scalars[position]
        switch Unicode.Scalar(scalar) {
        case "(": return try group()
        case "[":
            position += 1
            return .set(try bracket())
        case ".":
            position += 1
            return .any(withNewline: flags.dotTakesNewline)
        case "^":
            position += 1
            return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$":
            position += 1
            return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\":
            if let assertion = assertion() { return .assertion(assertion) }
            if let named = try namedSet() { return .set(named) }
            return literal(try escaped())
        case "*", "+", "?", "{":
            // RE2 takes a '{' that begins no repetition for itself.
            let start = position
            if try repetitionBounds() != nil { throw failure("nothing stands before the repetition", at: start) }
            position += 1
            return literal(scalar)
        default:
            position += 1
            return literal(scalar)
        }
    }

    private mutating func assertion() -> PatternAssertion? {
        if take("\\b") { return .wordBoundary }
        if take("\\B") { return .noWordBoundary }
        if take("\\A") { return .textStart }
        if take("\\z") { return .textEnd }
        return nil
    }

    // MARK: Repetition

    private mutating func repetition(of node: PatternNode) throws(PatternError) -> PatternNode {
        guard let bounds = try repetitionBounds() else { return node }
        // Whether it takes much or little does not matter to whether it matches.
        _ = take("?")
        let start = position
        if try repetitionBounds() != nil { throw failure("a repetition of a repetition", at: start) }
        return .repeated(node, min: bounds.min, max: bounds.max)
    }

    private mutating func repetitionBounds() throws(PatternError) -> (min: Int, max: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{"), let min = number() else {
            position = start
            return nil
        }
        var max: Int? = min
        if take(",") { max = number() }
        guard take("}") else {
            position = start
            return nil
        }
        guard min <= Pattern.maxRepetitions, max ?? 0 <= Pattern.maxRepetitions else {
            throw failure("more than \(Pattern.maxRepetitions) repetitions", at: start)
        }
        guard max.map({ $0 >= min }) ?? true else { throw failure("the repetition ends before it begins", at: start) }
        return (min, max)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, let digit = Self.digit(scalar, radix: 10) {
            value = Swift.min((value ?? 0) * 10 + digit, Pattern.maxRepetitions + 1)
            position += 1
        }
        return value
    }

    static func digit(_ scalar: UInt32, radix: Int) -> Int? {
        guard let digit = Unicode.Scalar(scalar).flatMap({ Character($0).hexDigitValue }), scalar < 0x80 else {
            return nil
        }
        return digit < radix ? digit : nil
    }

    // MARK: Groups

    private mutating func group() throws(PatternError) -> PatternNode? {
        let start = position
        depth += 1
        defer { depth -= 1 }
        guard depth <= Pattern.maxNesting else { throw failure("nested deeper than \(Pattern.maxNesting) groups") }
        position += 1
        let outer = flags
        if take("?") {
            if isNext("=") || isNext("!") || isNext("<=") || isNext("<!") {
                throw failure("lookaround is not supported", at: start)
            }
            if take("P<") || take("<") {
                try groupName()
            } else if try readFlags() {
                // `(?i)` holds to the end of the group around it.
                return nil
            }
        }
        let node = try alternatives()
        guard take(")") else { throw failure("'(' without ')'", at: start) }
        flags = outer
        return node
    }

    private mutating func groupName() throws(PatternError) {
        let start = position
        while let scalar = next, ScalarSet.word.contains(scalar) { position += 1 }
        guard position > start, take(">") else { throw failure("the name of a group is letters, digits and '_'") }
    }

    /// - Returns: Whether they stand alone: `(?i)` rather than `(?i:…)`.
    private mutating func readFlags() throws(PatternError) -> Bool {
        var value = true
        while true {
            if take(")") { return true }
            if take(":") { return false }
            if value, take("-") {
                value = false
                if isNext(")") || isNext(":") { throw failure("a flag is missing behind '-'") }
            } else if take("i") {
                flags.ignoresCase = value
            } else if take("m") {
                flags.isMultiline = value
            } else if take("s") {
                flags.dotTakesNewline = value
            } else if !take("U") {
                throw failure("not a flag: only i, m, s and U are")
            }
        }
    }
}
