import OrderedCollections

/// Walks the tree of an expression.
///
/// Unknown facts travel as CEL's partial states do (langdef.md, "Partial evaluation"): `&&`, `||`, `?:`, `exists` and
/// `all` absorb what cannot change their value; every other operation needs all of its operands. An operation with an
/// operand that failed has failed, whatever the unknown ones are.
struct Evaluator<Scope: ExpressionScope> {
    let nodes: [Expression.Node]
    let scope: Scope
    var budget: Budget
    /// The elements that the quantifiers around look at, by slot.
    private var locals: [JSON] = []
    var patterns: [String: Pattern] = [:]

    init(nodes: [Expression.Node], scope: Scope, budget: Budget) {
        self.nodes = nodes
        self.scope = scope
        self.budget = budget
    }

    /// What is to be done when the first operand is there.
    private enum Progress {
        case done(Outcome)
        /// The value is that of another node.
        case goOn(Int32)
    }

    /// Recursion follows only the operands behind the first, which nest within bounds.
    mutating func evaluate(_ index: Int32) throws(BudgetExceeded) -> Outcome {
        var open: [Int32] = []
        var next = index
        descending: while true {
            try budget.spend()
            if let first = firstOperand(of: next) {
                open.append(next)
                next = first
                continue
            }
            var outcome = try evaluateLeaf(next)
            while let user = open.popLast() {
                switch try apply(user, to: outcome) {
                case .done(let result): outcome = result
                case .goOn(let branch):
                    next = branch
                    continue descending
                }
            }
            return outcome
        }
    }

    /// The operand that is evaluated before the node; nil if there is none, or the node reads a name of a root.
    private func firstOperand(of index: Int32) -> Int32? {
        switch nodes[Int(index)].kind {
        case .member(let target, _), .has(let target, _): root(target) == nil ? target : nil
        case .index(let target, let key): root(target) == nil ? target : key
        case .not(let operand), .negate(let operand), .and(let operand, _), .or(let operand, _),
            .binary(_, let operand, _), .choice(let operand, _, _), .quantifier(_, _, let operand, _):
            operand
        case .call(_, let arguments): arguments.first
        case .null, .bool, .int, .double, .string, .list, .map, .root, .item, .variable, .local: nil
        }
    }

    func root(_ index: Int32) -> Expression.Root? {
        guard case .root(let root) = nodes[Int(index)].kind else { return nil }
        return root
    }

    private mutating func evaluateLeaf(_ index: Int32) throws(BudgetExceeded) -> Outcome {
        let node = nodes[Int(index)]
        switch node.kind {
        case .null: return .value(.null)
        case .bool(let value): return .bool(value)
        case .int(let value): return .value(.int(value))
        case .double(let value): return .value(.double(value))
        case .string(let value): return .value(.string(value))
        case .list(let elements): return try list(elements)
        case .map(let entries): return try map(entries)
        case .root(let root): return try everything(under: root)
        case .item: return scope.item.map { .value($0) } ?? .failed("there is no item here", offset: node.offset)
        case .variable(let name):
            return scope.variable(name).map { .value($0) } ?? .failed("there is no \(name) here", offset: node.offset)
        case .local(let slot):
            guard locals.indices.contains(Int(slot)) else { return .failed("no such name", offset: node.offset) }
            return .value(locals[Int(slot)])
        case .member(let target, let name):
            return root(target).map { read(name, under: $0, at: node.offset) }
                ?? .failed("no such name", offset: node.offset)
        case .has(let target, let name): return .bool(root(target).map { has(name, under: $0) } ?? false)
        default: return .failed("an operation without operands", offset: node.offset)
        }
    }

    private mutating func apply(_ index: Int32, to first: Outcome) throws(BudgetExceeded) -> Progress {
        let node = nodes[Int(index)]
        switch node.kind {
        case .and(_, let right): return .done(try decide(first, right, decisive: false, "&&", at: node.offset))
        case .or(_, let right): return .done(try decide(first, right, decisive: true, "||", at: node.offset))
        case .choice(_, let then, let otherwise):
            guard case .value(let condition) = first else { return .done(first) }
            guard let holds = condition.bool else {
                return .done(.failed("'?:' needs a boolean, not \(condition.typeName)", offset: node.offset))
            }
            return .goOn(holds ? then : otherwise)
        case .not:
            guard case .value(let value) = first else { return .done(first) }
            guard let flag = value.bool else {
                return .done(.failed("'!' needs a boolean, not \(value.typeName)", offset: node.offset))
            }
            return .done(.bool(!flag))
        case .negate:
            guard case .value(let value) = first else { return .done(first) }
            return .done(negate(value, at: node.offset))
        case .member(_, let name):
            guard case .value(let value) = first else { return .done(first) }
            return .done(member(name, of: value, at: node.offset))
        case .has(_, let name):
            guard case .value(let value) = first else { return .done(first) }
            guard let members = value.object else {
                return .done(.failed("has() needs a map, not \(value.typeName)", offset: node.offset))
            }
            return .done(.bool(members[name] != nil))
        case .index(let target, let key): return .done(try self.index(target, key, first, at: node.offset))
        case .binary(let symbol, _, let right): return .done(try binary(symbol, first, right, at: node.offset))
        case .call(let function, let arguments):
            return .done(try call(function, first, arguments.dropFirst(), at: node.offset))
        case .quantifier(let quantifier, let slot, _, let body):
            return .done(try quantify(quantifier, Int(slot), over: first, body, at: node.offset))
        default: return .done(first)
        }
    }

    /// Both operands of an operation that needs both, or why it cannot be done.
    mutating func both(
        _ first: Outcome, _ second: Int32, _ body: (inout Self, JSON, JSON) throws(BudgetExceeded) -> Outcome
    ) throws(BudgetExceeded) -> Outcome {
        if case .failed = first { return first }
        let second = try evaluate(second)
        switch (first, second) {
        case (.value(let left), .value(let right)): return try body(&self, left, right)
        case (_, .failed): return second
        default: return first.merged(with: second)
        }
    }

    // MARK: Logic

    /// `&&` and `||`: the decisive value of either operand decides, whatever the other is.
    private mutating func decide(
        _ first: Outcome, _ second: Int32, decisive: Bool, _ symbol: StaticString, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        let left = boolean(first, symbol, at: offset)
        if case .value(.bool(decisive)) = left { return left }
        let right = boolean(try evaluate(second), symbol, at: offset)
        if case .value(.bool(decisive)) = right { return right }
        return left.merged(with: right)
    }

    private func boolean(_ outcome: Outcome, _ symbol: StaticString, at offset: Int32) -> Outcome {
        guard case .value(let value) = outcome, value.bool == nil else { return outcome }
        return .failed("'\(symbol)' needs booleans, not \(value.typeName)", offset: offset)
    }

    /// `exists` is `||` over the elements of a list or the keys of a map, `all` is `&&`.
    private mutating func quantify(
        _ quantifier: Expression.Quantifier, _ slot: Int, over range: Outcome, _ body: Int32, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        guard case .value(let range) = range else { return range }
        let elements: [JSON]
        switch range {
        case .array(let values): elements = values
        case .object(let members): elements = members.keys.map { .string($0) }
        default:
            return .failed("\(quantifier.rawValue)() needs a list or a map, not \(range.typeName)", offset: offset)
        }
        try budget.spend(elements.count)
        let decisive = quantifier == .exists
        var result = Outcome.bool(!decisive)
        while locals.count <= slot { locals.append(.null) }
        for element in elements {
            locals[slot] = element
            var outcome = try evaluate(body)
            if case .value(let value) = outcome, value.bool == nil {
                outcome = .failed(
                    "\(quantifier.rawValue)() needs a boolean for each element, not \(value.typeName)", offset: offset)
            }
            if case .value(.bool(decisive)) = outcome { return outcome }
            result = result.merged(with: outcome)
        }
        return result
    }

    // MARK: Literals

    private mutating func list(_ elements: [Int32]) throws(BudgetExceeded) -> Outcome {
        var values: [JSON] = []
        values.reserveCapacity(elements.count)
        var missing: Outcome?
        for element in elements {
            switch try evaluate(element) {
            case .value(let value): values.append(value)
            case .failed(let message, let offset): return .failed(message, offset: offset)
            case let unknown: missing = missing?.merged(with: unknown) ?? unknown
            }
        }
        return missing ?? .value(.array(values))
    }

    private mutating func map(_ entries: [Expression.Entry]) throws(BudgetExceeded) -> Outcome {
        var members: OrderedDictionary<String, JSON> = [:]
        var missing: Outcome?
        for entry in entries {
            let offset = nodes[Int(entry.key)].offset
            let pair = try both(try evaluate(entry.key), entry.value) { _, key, value in
                guard let name = key.string else {
                    return .failed("a key of a map must be a string, not \(key.typeName)", offset: offset)
                }
                guard members.updateValue(value, forKey: name) == nil else {
                    return .failed("the key \"\(name)\" is written twice", offset: offset)
                }
                return .value(.null)
            }
            switch pair {
            case .value: continue
            case .failed: return pair
            case .unknown: missing = missing?.merged(with: pair) ?? pair
            }
        }
        return missing ?? .value(.object(members))
    }
}
