import BatonEngine

/// Literals, names, and what follows them: members, indices and calls.
extension ExpressionParser {
    /// What can stand alone. Brackets are read in functions of their own: they nest, and the stack is finite.
    mutating func primary() throws(ExpressionProblem) -> Int32 {
        let token = current
        switch token.kind {
        case .symbol("("): return try parenthesized(from: token)
        case .symbol("["): return try list(from: token)
        case .symbol("{"): return try map(from: token)
        case .name(let name): return try self.name(name, token)
        default:
            let literal = try literal(token)
            advance()
            return try tree.add(literal, at: token.offset)
        }
    }

    private func literal(_ token: ExpressionToken) throws(ExpressionProblem) -> Expression.Kind {
        switch token.kind {
        case .int(let magnitude):
            guard let value = Int64(exactly: magnitude) else {
                throw ExpressionProblem(offset: token.offset, message: "the number does not fit 64 bits")
            }
            return .int(value)
        case .double(let value): return .double(value)
        case .string(let text): return .string(text)
        default: throw unexpected("a value")
        }
    }

    private mutating func parenthesized(from opening: ExpressionToken) throws(ExpressionProblem) -> Int32 {
        advance()
        let value = try nestedExpression()
        try expect(")", toClose: opening)
        return value
    }

    private mutating func list(from opening: ExpressionToken) throws(ExpressionProblem) -> Int32 {
        advance()
        return try tree.add(.list(try elements(upTo: "]", from: opening)), at: opening.offset)
    }

    /// Values with commas between them, and the closing bracket. A comma may follow the last element of a list.
    mutating func elements(
        upTo closing: String, from opening: ExpressionToken
    ) throws(ExpressionProblem) -> [Int32] {
        var elements: [Int32] = []
        while take(closing) == nil {
            if !elements.isEmpty {
                guard take(",") != nil else {
                    try expect(closing, toClose: opening)
                    break
                }
                if closing == "]", take(closing) != nil { break }
            }
            elements.append(try nestedExpression())
        }
        return elements
    }

    private mutating func map(from opening: ExpressionToken) throws(ExpressionProblem) -> Int32 {
        advance()
        var entries: [Expression.Entry] = []
        while take("}") == nil {
            if !entries.isEmpty {
                guard take(",") != nil else {
                    try expect("}", toClose: opening)
                    break
                }
                if take("}") != nil { break }
            }
            let key = try nestedExpression()
            try expect(":")
            let value = try nestedExpression()
            entries.append(Expression.Entry(key: key, value: value))
        }
        return try tree.add(.map(entries), at: opening.offset)
    }

    // MARK: Names

    private mutating func name(_ name: String, _ token: ExpressionToken) throws(ExpressionProblem) -> Int32 {
        if let literal = literal(name) {
            advance()
            return try tree.add(literal, at: token.offset)
        }
        guard !ReservedWord.all.contains(name) else { throw unexpected("a value") }
        advance()
        return current.isSymbol("(") ? try function(name, token) : try root(name, token)
    }

    private func literal(_ name: String) -> Expression.Kind? {
        switch name {
        case "true": .bool(true)
        case "false": .bool(false)
        case "null": .null
        default: nil
        }
    }

    private mutating func root(_ name: String, _ token: ExpressionToken) throws(ExpressionProblem) -> Int32 {
        if let slot = locals.lastIndex(where: { $0.name == name }) {
            return try tree.addLocal(slot: slot, of: locals[slot].range, at: token.offset)
        }
        if let root = Expression.Root(rawValue: name) { return try tree.add(.root(root), at: token.offset) }
        if names.variables.contains(name) { return try tree.add(.variable(name), at: token.offset) }
        if name == "item" { return try tree.add(.item, at: token.offset) }
        tree.problems.append(
            ExpressionProblem(
                offset: token.offset, message: "no such name: \(name.clipped)", hint: hint(forUnknown: name, token)))
        return try tree.addUnknown(name, at: token.offset)
    }

    private func hint(forUnknown name: String, _ token: ExpressionToken) -> String {
        if let similar = NearMiss.find(name, in: names.all + locals.map(\.name)) { return "did you mean \(similar)?" }
        // `artifacts.front-end-spec` is a subtraction.
        if position >= 3, tokens[position - 2].isSymbol("-"), tokens[position - 2].end == token.offset,
            tokens[position - 3].end == tokens[position - 2].offset
        {
            return "'-' is a minus here; in a name write _ for it"
        }
        if ["and", "or", "not"].contains(name) { return "write && for and, || for or, ! for not" }
        return "facts are read as facts.\(name.clipped), artifacts as artifacts.\(name.clipped)"
    }

    // MARK: Paths

    mutating func path(from start: Int32) throws(ExpressionProblem) -> Int32 {
        var value = start
        while true {
            if take(".") != nil {
                value = try member(of: value)
            } else if let bracket = take("[") {
                value = try index(of: value, from: bracket)
            } else {
                return value
            }
        }
    }

    private mutating func index(of value: Int32, from bracket: ExpressionToken) throws(ExpressionProblem) -> Int32 {
        let index = try nestedExpression()
        try expect("]", toClose: bracket)
        return try tree.add(.index(of: value, at: index), at: bracket.offset)
    }

    private mutating func member(of value: Int32) throws(ExpressionProblem) -> Int32 {
        let token = current
        switch token.kind {
        case .name(let name):
            guard !ReservedWord.literals.contains(name) else { throw unexpected("the name of a member") }
            advance()
            if current.isSymbol("(") { return try method(name, of: value, token) }
            return try tree.add(.member(of: value, name: name), at: token.offset)
        case .quotedName(let name):
            advance()
            return try tree.add(.member(of: value, name: name), at: token.offset)
        default: throw unexpected("the name of a member")
        }
    }
}
