/// Comparison and arithmetic.
extension Evaluator {
    mutating func binary(
        _ symbol: Expression.Operator, _ first: Outcome, _ second: Int32, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        if symbol == .isIn { return try isIn(first, second, at: offset) }
        return try both(first, second) { evaluator, left, right throws(BudgetExceeded) in
            switch symbol {
            case .equal: .bool(try evaluator.areEqual(left, right))
            case .unequal: .bool(!(try evaluator.areEqual(left, right)))
            case .less, .lessOrEqual, .greater, .greaterOrEqual:
                try evaluator.compare(symbol, left, right, at: offset)
            default: try evaluator.calculate(symbol, left, right, at: offset)
            }
        }
    }

    // MARK: Comparison

    /// Values of different types are not equal, but numbers are compared as numbers. Texts are compared by their code
    /// points: Swift would take `é` for equal to `e` with an accent.
    mutating func areEqual(_ left: JSON, _ right: JSON) throws(BudgetExceeded) -> Bool {
        try budget.spend()
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.int, .int), (.int, .double), (.double, .int), (.double, .double):
            return Order(numbers: left, right) == .equal
        case (.string(let a), .string(let b)):
            try budget.spend(bytes: min(a.utf8.count, b.utf8.count))
            return a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)):
            guard a.count == b.count else { return false }
            for (a, b) in zip(a, b) where !(try areEqual(a, b)) { return false }
            return true
        case (.object(let a), .object(let b)):
            guard a.count == b.count else { return false }
            for (name, value) in a {
                guard let other = b[name], try areEqual(value, other) else { return false }
            }
            return true
        default: return false
        }
    }

    private mutating func compare(
        _ symbol: Expression.Operator, _ left: JSON, _ right: JSON, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        let order: Order?
        switch (left, right) {
        case (.string(let a), .string(let b)):
            try budget.spend(bytes: min(a.utf8.count, b.utf8.count))
            // The order of UTF-8 is the order of code points.
            order = a.utf8.lexicographicallyPrecedes(b.utf8) ? .less : a.utf8.elementsEqual(b.utf8) ? .equal : .greater
        case (.bool(let a), .bool(let b)): order = a == b ? .equal : a ? .greater : .less
        case (.int, .int), (.int, .double), (.double, .int), (.double, .double): order = Order(numbers: left, right)
        default:
            return .failed(
                "'\(symbol.rawValue)' needs two numbers, two strings or two booleans, not \(left.typeName)"
                    + " and \(right.typeName)", offset: offset)
        }
        switch symbol {
        case .less: return .bool(order == .less)
        case .lessOrEqual: return .bool(order == .less || order == .equal)
        case .greater: return .bool(order == .greater)
        default: return .bool(order == .greater || order == .equal)
        }
    }

    // MARK: Arithmetic

    /// Ints and doubles do not mix; an int that does not fit 64 bits is a failure, a double becomes infinite.
    private mutating func calculate(
        _ symbol: Expression.Operator, _ left: JSON, _ right: JSON, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        switch (left, right) {
        case (.int(let a), .int(let b)): return calculate(symbol, a, b, at: offset)
        case (.double(let a), .double(let b)):
            switch symbol {
            case .add: return .value(.double(a + b))
            case .subtract: return .value(.double(a - b))
            case .multiply: return .value(.double(a * b))
            case .divide: return .value(.double(a / b))
            default: break
            }
        case (.string(let a), .string(let b)) where symbol == .add:
            try budget.spend(bytes: a.utf8.count + b.utf8.count)
            return .value(.string(a + b))
        case (.array(let a), .array(let b)) where symbol == .add:
            try budget.spend(a.count + b.count)
            return .value(.array(a + b))
        default: break
        }
        let operands =
            switch symbol {
            case .add: "two ints, two doubles, two strings or two lists"
            case .remainder: "two ints"
            default: "two ints or two doubles"
            }
        return .failed(
            "'\(symbol.rawValue)' needs \(operands), not \(left.typeName) and \(right.typeName)", offset: offset)
    }

    private func calculate(_ symbol: Expression.Operator, _ a: Int64, _ b: Int64, at offset: Int32) -> Outcome {
        let result: (partialValue: Int64, overflow: Bool)
        switch symbol {
        case .add: result = a.addingReportingOverflow(b)
        case .subtract: result = a.subtractingReportingOverflow(b)
        case .multiply: result = a.multipliedReportingOverflow(by: b)
        default:
            guard b != 0 else { return .failed("division by zero", offset: offset) }
            result =
                symbol == .divide ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b)
        }
        guard !result.overflow else { return .failed("the result does not fit 64 bits", offset: offset) }
        return .value(.int(result.partialValue))
    }

    func negate(_ value: JSON, at offset: Int32) -> Outcome {
        switch value {
        case .int(.min): .failed("the result does not fit 64 bits", offset: offset)
        case .int(let number): .value(.int(-number))
        case .double(let number): .value(.double(-number))
        default: .failed("'-' needs a number, not \(value.typeName)", offset: offset)
        }
    }
}
