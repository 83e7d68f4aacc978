import BatonEngine

/// Comparison, arithmetic and functions.
extension ExpressionChecker {
    mutating func binary(
        _ symbol: Expression.Operator, _ left: Int32, _ right: Int32, at offset: Int32
    ) -> ExpressionType {
        let (a, b) = (typeOf(left), typeOf(right))
        switch symbol {
        case .isIn: return membership(left, right, at: offset)
        case .equal, .unequal:
            if !a.canEqual(b) {
                let verdict = symbol == .equal ? "never" : "always"
                warning("'\(symbol.rawValue)' between \(a) and \(b) is \(verdict) true", at: offset)
            }
            return .boolean
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let isOrdered =
                a.canBe(.number) && b.canBe(.number) || a.canBe(.string) && b.canBe(.string)
                || a.canBe(.boolean) && b.canBe(.boolean)
            if !isOrdered {
                error(
                    "'\(symbol.rawValue)' needs two numbers, two strings or two booleans, not \(a) and \(b)",
                    at: offset)
            }
            return .boolean
        case .add, .subtract, .multiply, .divide, .remainder:
            // A name with hyphens in it is an unknown name too: that is enough to say.
            if tree.opaque.contains(left) || tree.opaque.contains(right) { return .any }
            return arithmetic(symbol, a, b, at: offset)
        }
    }

    private mutating func arithmetic(
        _ symbol: Expression.Operator, _ a: ExpressionType, _ b: ExpressionType, at offset: Int32
    ) -> ExpressionType {
        var kinds: [ExpressionType] = [.int]
        if symbol != .remainder { kinds.append(.double) }
        if symbol == .add { kinds += [.string, .list(.any)] }
        let fitting = kinds.filter { a.canBe($0) && b.canBe($0) }
        guard !fitting.isEmpty else {
            let mixes = a.isNumeric && b.isNumeric && symbol != .remainder
            let operands =
                switch symbol {
                case .remainder: "two ints"
                case _ where mixes: "two ints or two doubles"
                case .add: "two numbers, two strings or two lists"
                default: "two numbers"
                }
            error(
                "'\(symbol.rawValue)' needs \(operands), not \(a) and \(b)", at: offset,
                hint: mixes ? "write 2.0 for a double" : nil)
            return .any
        }
        switch (a, b) {
        case (.list(let x), .list(let y)): return .list(x.joined(with: y))
        default: break
        }
        if fitting.count == 1 { return fitting[0] }
        return a.isNumeric || b.isNumeric || symbol != .add ? .number : .any
    }

    mutating func negation(of operand: Int32, at offset: Int32) -> ExpressionType {
        let type = typeOf(operand)
        guard type.canBe(.number) else {
            error("'-' needs a number, not \(type)", at: offset)
            return .number
        }
        return type.isAny ? .number : type
    }

    mutating func call(_ function: Expression.Function, _ arguments: [Int32], at offset: Int32) -> ExpressionType {
        let types = arguments.map(typeOf)
        if function == .size {
            let isSized = [.string, .list(.any), .map(.any)].contains { types[0].canBe($0) }
            if types[0] == .artifact {
                error("size() needs a string, a list or a map, not artifact", at: offset, hint: "write x.size")
            } else if !isSized {
                error("size() needs a string, a list or a map, not \(types[0])", at: offset)
            }
            return .int
        }
        for (argument, type) in zip(arguments, types) where !type.canBe(.string) {
            let isMember = function == .contains && argument == arguments[0] && type.canBe(.list(.any))
            error(
                "\(function.rawValue)() needs strings, not \(type)", at: tree[argument].offset,
                hint: isMember ? "write element in list" : nil)
        }
        if function == .matches, case .string(let source) = tree[arguments[1]].kind {
            do throws(PatternError) {
                _ = try Pattern(source)
            } catch {
                self.error("the pattern cannot be read: \(error.message)", at: tree[arguments[1]].offset)
            }
        }
        return .boolean
    }
}
