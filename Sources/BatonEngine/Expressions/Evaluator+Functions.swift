/// Functions of texts, lists and maps.
extension Evaluator {
    mutating func call(
        _ function: Expression.Function, _ first: Outcome, _ others: ArraySlice<Int32>, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        guard let second = others.first else {
            guard case .value(let value) = first else { return first }
            return try size(of: value, at: offset)
        }
        return try both(first, second) { evaluator, left, right throws(BudgetExceeded) in
            guard let text = left.string, let argument = right.string else {
                return .failed(
                    "\(function.rawValue)() needs two strings, not \(left.typeName) and \(right.typeName)",
                    offset: offset)
            }
            try evaluator.budget.spend(bytes: text.utf8.count + argument.utf8.count)
            switch function {
            case .startsWith: return .bool(text.utf8.starts(with: argument.utf8))
            case .endsWith: return .bool(text.utf8.reversed().starts(with: argument.utf8.reversed()))
            case .contains: return .bool(TextSearch(for: argument).occurs(in: text))
            case .matches: return try evaluator.matches(text, argument, at: offset)
            case .size: return .failed("size() takes one argument", offset: offset)
            }
        }
    }

    /// Strings are counted in code points.
    private mutating func size(of value: JSON, at offset: Int32) throws(BudgetExceeded) -> Outcome {
        switch value {
        case .string(let text):
            try budget.spend(bytes: text.utf8.count)
            return .value(.int(Int64(text.unicodeScalars.count)))
        case .array(let values): return .value(.int(Int64(values.count)))
        case .object(let members): return .value(.int(Int64(members.count)))
        default: return .failed("size() needs a string, a list or a map, not \(value.typeName)", offset: offset)
        }
    }

    private mutating func matches(
        _ text: String, _ source: String, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        if let pattern = patterns[source] { return .bool(try pattern.occurs(in: text, budget: &budget)) }
        let result = Result { () throws(PatternError) in try Pattern(source) }
        switch result {
        case .success(let pattern):
            try budget.spend(pattern.size)
            patterns[source] = pattern
            return .bool(try pattern.occurs(in: text, budget: &budget))
        case .failure(let error): return .failed("matches(): \(error.message)", offset: offset)
        }
    }
}
