import BatonEngine

/// Finds the types of all nodes, and what cannot be evaluated whatever the facts are.
///
/// Operands stand before their users, and a quantifier's range before its body, so one pass is enough.
struct ExpressionChecker {
    let tree: ExpressionTree
    let names: ExpressionNames
    private(set) var problems: [ExpressionProblem] = []
    private var types: [ExpressionType] = []

    init(_ tree: ExpressionTree, names: ExpressionNames) {
        self.tree = tree
        self.names = names
        types.reserveCapacity(tree.nodes.count)
    }

    /// - Returns: The type of the whole.
    mutating func check() -> ExpressionType {
        for index in tree.nodes.indices { types.append(type(of: Int32(index))) }
        return types.last ?? .any
    }

    func typeOf(_ index: Int32) -> ExpressionType { types[Int(index)] }

    mutating func error(_ message: String, at offset: Int32, hint: String? = nil) {
        problems.append(ExpressionProblem(offset: Int(offset), message: message, hint: hint))
    }

    mutating func warning(_ message: String, at offset: Int32, hint: String? = nil) {
        problems.append(ExpressionProblem(severity: .warning, offset: Int(offset), message: message, hint: hint))
    }

    private mutating func type(of index: Int32) -> ExpressionType {
        if tree.opaque.contains(index) { return .any }
        let node = tree[index]
        switch node.kind {
        case .null: return .null
        case .bool: return .boolean
        case .int: return .int
        case .double: return .double
        case .string: return .string
        case .list(let elements):
            guard let first = elements.first else { return .list(.any) }
            return .list(elements.dropFirst().reduce(typeOf(first)) { $0.joined(with: typeOf($1)) })
        case .map(let entries): return map(entries)
        case .root(.artifacts): return .map(.artifact)
        case .root: return .map(.any)
        case .item, .variable: return .any
        case .local: return tree.ranges[index].map { element(of: typeOf($0)) } ?? .any
        case .member(let target, let name): return member(name, of: target, at: node.offset)
        case .index(let target, let key): return self.index(target, key, at: node.offset)
        case .has(let target, let name):
            _ = member(name, of: target, at: node.offset)
            return .boolean
        case .not(let operand):
            requireBoolean(operand, "'!' needs a boolean")
            return .boolean
        case .and(let left, let right), .or(let left, let right):
            let message = if case .and = node.kind { "'&&' needs booleans" } else { "'||' needs booleans" }
            requireBoolean(left, message)
            requireBoolean(right, message)
            return .boolean
        case .choice(let condition, let then, let otherwise):
            requireBoolean(condition, "'?:' needs a boolean before the '?'")
            return typeOf(then).joined(with: typeOf(otherwise))
        case .negate(let operand): return negation(of: operand, at: node.offset)
        case .binary(let symbol, let left, let right): return binary(symbol, left, right, at: node.offset)
        case .call(let function, let arguments): return call(function, arguments, at: node.offset)
        case .quantifier(let quantifier, _, let range, let body):
            let type = typeOf(range)
            if !type.canBe(.list(.any)), !type.canBe(.map(.any)) {
                error("\(quantifier.rawValue)() needs a list or a map, not \(type)", at: node.offset)
            }
            requireBoolean(body, "\(quantifier.rawValue)() needs a boolean for each element")
            return .boolean
        }
    }

    /// - Parameter message: Ends where the type that is there can be named.
    mutating func requireBoolean(_ index: Int32, _ message: String) {
        let type = typeOf(index)
        guard !type.canBe(.boolean) else { return }
        error("\(message), not \(type)", at: tree[index].offset, hint: hint(forBoolean: index))
    }

    /// What somebody may have meant who wrote that value where a boolean is needed.
    func hint(forBoolean index: Int32) -> String? {
        guard typeOf(index) == .artifact, case .member(_, let name) = tree[index].kind else { return nil }
        return "has(artifacts.\(name)) says whether it exists"
    }

    private func element(of type: ExpressionType) -> ExpressionType {
        switch type {
        case .list(let element): element
        case .map: .string
        default: .any
        }
    }

    private mutating func map(_ entries: [Expression.Entry]) -> ExpressionType {
        var keys: Set<String> = []
        for entry in entries {
            let key = tree[entry.key]
            if case .string(let name) = key.kind, !keys.insert(name).inserted {
                error("the key \"\(name.clipped)\" is written twice", at: key.offset)
            }
            let type = typeOf(entry.key)
            if !type.canBe(.string) { error("a key of a map must be a string, not \(type)", at: key.offset) }
        }
        guard let first = entries.first else { return .map(.any) }
        return .map(entries.dropFirst().reduce(typeOf(first.value)) { $0.joined(with: typeOf($1.value)) })
    }
}
