import BatonEngine

/// Reads the grammar of CEL (langdef.md, "Syntax").
///
/// Brackets and the right operands of operators are read by recursion, which is bounded; chains of operators, members,
/// signs and choices are read in loops.
struct ExpressionParser {
    let tokens: [ExpressionToken]
    let names: ExpressionNames
    var position = 0
    var tree = ExpressionTree()
    /// The names that the quantifiers around give to their elements, and what these range over.
    var locals: [(name: String, range: Int32)] = []
    private var nesting = 0

    /// - Parameter tokens: The last one is the end.
    init(_ tokens: [ExpressionToken], names: ExpressionNames) {
        self.tokens = tokens
        self.names = names
    }

    mutating func parse() throws(ExpressionProblem) {
        guard current.kind != .end else {
            throw ExpressionProblem(offset: 0, message: "the expression is empty")
        }
        _ = try expression()
        guard current.kind == .end else { throw unexpected("an operator or the end") }
    }

    // MARK: Words

    var current: ExpressionToken { tokens[position] }

    mutating func advance() { if position < tokens.count - 1 { position += 1 } }

    /// - Returns: The word, if it is that symbol.
    mutating func take(_ symbol: String) -> ExpressionToken? {
        let token = current
        guard token.isSymbol(symbol) else { return nil }
        advance()
        return token
    }

    mutating func expect(_ symbol: String, toClose opening: ExpressionToken? = nil) throws(ExpressionProblem) {
        if take(symbol) != nil { return }
        if let opening, current.kind == .end {
            throw ExpressionProblem(offset: opening.offset, message: "\(opening) has no '\(symbol)'")
        }
        throw unexpected("'\(symbol)'")
    }

    func unexpected(_ expected: String) -> ExpressionProblem {
        let hint: String? =
            switch current.kind {
            case .name("and"): "write && for and"
            case .name("or"): "write || for or"
            case .name("not"): "write ! for not"
            case .name("is"): "write == to compare"
            default: nil
            }
        return ExpressionProblem(offset: current.offset, message: "expected \(expected), not \(current)", hint: hint)
    }

    /// What stands in brackets.
    mutating func nestedExpression() throws(ExpressionProblem) -> Int32 {
        try descend()
        defer { nesting -= 1 }
        return try expression()
    }

    private mutating func descend() throws(ExpressionProblem) {
        guard nesting < Expression.maxNesting else {
            throw ExpressionProblem(
                offset: current.offset, message: "nested deeper than \(Expression.maxNesting) levels")
        }
        nesting += 1
    }

    // MARK: Operators

    /// `or ? or : expression`, read in a loop: the last alternative of a choice may be a choice again.
    mutating func expression() throws(ExpressionProblem) -> Int32 {
        var choices: [(condition: Int32, then: Int32, offset: Int)] = []
        var value = try binary(above: 0)
        while let question = take("?") {
            let then = try binary(above: 0)
            try expect(":")
            choices.append((value, then, question.offset))
            value = try binary(above: 0)
        }
        for choice in choices.reversed() {
            value = try tree.add(.choice(if: choice.condition, then: choice.then, else: value), at: choice.offset)
        }
        return value
    }

    private static func precedence(of kind: ExpressionToken.Kind) -> Int? {
        switch kind {
        case .symbol("||"): 1
        case .symbol("&&"): 2
        case .name("in"): 3
        case .symbol(let symbol):
            switch Expression.Operator(rawValue: symbol) {
            case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
            case .add, .subtract: 4
            case .multiply, .divide, .remainder: 5
            case .isIn, nil: nil
            }
        default: nil
        }
    }

    /// Operators that bind tighter than `level`, from the left to the right.
    private mutating func binary(above level: Int) throws(ExpressionProblem) -> Int32 {
        var left = try unary()
        while let precedence = Self.precedence(of: current.kind), precedence > level {
            let token = current
            advance()
            try descend()
            defer { nesting -= 1 }
            let right = try binary(above: precedence)
            left = try tree.add(Self.operation(token.kind, left, right), at: token.offset)
        }
        return left
    }

    private static func operation(_ kind: ExpressionToken.Kind, _ left: Int32, _ right: Int32) -> Expression.Kind {
        guard case .symbol(let symbol) = kind else { return .binary(.isIn, left, right) }
        switch symbol {
        case "||": return .or(left, right)
        case "&&": return .and(left, right)
        default: return .binary(Expression.Operator(rawValue: symbol) ?? .equal, left, right)
        }
    }

    private mutating func unary() throws(ExpressionProblem) -> Int32 {
        if !current.isSymbol("!"), !current.isSymbol("-") { return try path(from: try primary()) }
        var signs: [ExpressionToken] = []
        while current.isSymbol("!") || current.isSymbol("-") {
            signs.append(current)
            advance()
        }
        var value: Int32
        if let sign = signs.last, sign.isSymbol("-"), let literal = try negativeLiteral(at: sign.offset) {
            signs.removeLast()
            value = try path(from: literal)
        } else {
            value = try path(from: try primary())
        }
        for sign in signs.reversed() {
            value = try tree.add(sign.isSymbol("!") ? .not(value) : .negate(value), at: sign.offset)
        }
        return value
    }

    /// A number behind a '-' is one literal with it: -9223372036854775808 has no positive counterpart.
    private mutating func negativeLiteral(at offset: Int) throws(ExpressionProblem) -> Int32? {
        switch current.kind {
        case .int(let magnitude):
            advance()
            return try tree.add(.int(Int64(truncatingIfNeeded: 0 &- magnitude)), at: offset)
        case .double(let value):
            advance()
            return try tree.add(.double(-value), at: offset)
        default: return nil
        }
    }
}
