import BatonEngine

/// Functions, methods and macros (langdef.md, "Macros").
extension ExpressionParser {
    /// `name(…)`, from the opening bracket.
    mutating func function(_ name: String, _ token: ExpressionToken) throws(ExpressionProblem) -> Int32 {
        let opening = current
        advance()
        let arguments = try elements(upTo: ")", from: opening)
        switch name {
        case "has": return try presence(arguments, token)
        case "size": return try call(.size, arguments, form: "size(x)", token)
        case "matches": return try call(.matches, arguments, form: "matches(x, y)", token)
        default: return try unknownFunction(name, isMethod: false, token)
        }
    }

    /// `value.name(…)`, from the opening bracket.
    mutating func method(
        _ name: String, of value: Int32, _ token: ExpressionToken
    ) throws(ExpressionProblem) -> Int32 {
        let opening = current
        advance()
        if let quantifier = Expression.Quantifier(rawValue: name) {
            return try self.quantifier(quantifier, over: value, token, from: opening)
        }
        let known = tree.problems.count
        let arguments = try elements(upTo: ")", from: opening)
        guard let function = Expression.Function(rawValue: name) else {
            // `exist(e, e > 0)`: that e is unknown too follows from it.
            tree.problems.removeSubrange(known...)
            return try unknownFunction(name, isMethod: true, token)
        }
        return try call(function, [value] + arguments, form: function == .size ? "x.size()" : "x.\(name)(y)", token)
    }

    private mutating func call(
        _ function: Expression.Function, _ arguments: [Int32], form: String, _ token: ExpressionToken
    ) throws(ExpressionProblem) -> Int32 {
        guard arguments.count == function.arity else {
            tree.problems.append(
                ExpressionProblem(
                    offset: token.offset, message: "wrong number of arguments for \(function.rawValue)()",
                    hint: "write \(form)"))
            return try tree.addUnknown(function.rawValue, at: token.offset)
        }
        return try tree.add(.call(function, arguments), at: token.offset)
    }

    private mutating func presence(
        _ arguments: [Int32], _ token: ExpressionToken
    ) throws(ExpressionProblem) -> Int32 {
        if arguments.count == 1, tree.turnIntoPresence(arguments[0]) { return arguments[0] }
        var hint = "write has(facts.name)"
        if arguments.count == 1, case .index = tree[arguments[0]].kind {
            hint = "write \"name\" in facts to look for a name in quotes"
        }
        tree.problems.append(
            ExpressionProblem(offset: token.offset, message: "has() takes one member: has(x.name)", hint: hint))
        return try tree.addUnknown("has", at: token.offset)
    }

    private mutating func quantifier(
        _ quantifier: Expression.Quantifier, over range: Int32, _ token: ExpressionToken, from opening: ExpressionToken
    ) throws(ExpressionProblem) -> Int32 {
        guard case .name(let name) = current.kind, !ReservedWord.all.contains(name) else {
            throw unexpected("a name for the element, as in x.\(quantifier.rawValue)(e, e > 0)")
        }
        guard Expression.Root(rawValue: name) == nil else {
            throw ExpressionProblem(offset: current.offset, message: "\(name) cannot be the name of an element")
        }
        advance()
        try expect(",")
        let slot = locals.count
        locals.append((name, range))
        let body = try nestedExpression()
        locals.removeLast()
        try expect(")", toClose: opening)
        return try tree.add(
            .quantifier(quantifier, slot: Int32(slot), range: range, body: body), at: token.offset)
    }

    private mutating func unknownFunction(
        _ name: String, isMethod: Bool, _ token: ExpressionToken
    ) throws(ExpressionProblem) -> Int32 {
        let known = Expression.Function.allCases.map(\.rawValue) + Expression.Quantifier.allCases.map(\.rawValue)
        let hint: String
        if known.contains(name) {
            hint = Expression.Quantifier(rawValue: name) == nil ? "write x.\(name)(y)" : "write x.\(name)(e, e > 0)"
        } else if name == "has" {
            hint = "write has(x.name)"
        } else if let similar = NearMiss.find(name, in: known) {
            hint = "did you mean \(similar)()?"
        } else {
            hint = "there are has(), \(known.map { $0 + "()" }.joined(separator: ", "))"
        }
        tree.problems.append(
            ExpressionProblem(
                offset: token.offset, message: "no such \(isMethod ? "method" : "function"): \(name.clipped)()",
                hint: hint))
        return try tree.addUnknown(name, at: token.offset)
    }
}
