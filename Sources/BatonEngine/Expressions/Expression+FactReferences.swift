extension Expression {
    /// The facts that the expression names, each once, in the order of the text, and whether it takes them for true or
    /// false: as a condition, as an operand of `!`, `&&`, `||`, or beside a literal `true` or `false`.
    public var factReferences: [(name: String, isBoolean: Bool)] {
        let isBoolean = booleanPlaces
        var references: [(name: String, isBoolean: Bool, offset: Int32)] = []
        var positions: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            guard let name = factName(of: node.kind) else { continue }
            let key = ArtifactName.key(of: name)
            if let position = positions[key] {
                references[position].isBoolean = references[position].isBoolean || isBoolean[index]
            } else {
                positions[key] = references.count
                references.append((name, isBoolean[index], node.offset))
            }
        }
        return references.sorted { $0.offset < $1.offset }.map { ($0.name, $0.isBoolean) }
    }

    private func factName(of kind: Kind) -> String? {
        switch kind {
        case .member(let target, let name), .has(let target, let name):
            return isFacts(target) ? name : nil
        case .index(let target, let key):
            guard isFacts(target), case .string(let name) = nodes[Int(key)].kind else { return nil }
            return name
        case .binary(.isIn, let key, let target):
            guard isFacts(target), case .string(let name) = nodes[Int(key)].kind else { return nil }
            return name
        default: return nil
        }
    }

    private func isFacts(_ index: Int32) -> Bool { nodes[Int(index)].kind == .root(.facts) }

    /// For each node, whether its value must be a boolean. Users stand behind their operands, so they are seen first.
    private var booleanPlaces: [Bool] {
        var isBoolean = [Bool](repeating: false, count: nodes.count)
        isBoolean[nodes.count - 1] = isCondition
        for (index, node) in nodes.enumerated().reversed() {
            switch node.kind {
            case .not(let operand): isBoolean[Int(operand)] = true
            case .and(let left, let right), .or(let left, let right):
                isBoolean[Int(left)] = true
                isBoolean[Int(right)] = true
            case .choice(let condition, let then, let otherwise):
                isBoolean[Int(condition)] = true
                isBoolean[Int(then)] = isBoolean[index]
                isBoolean[Int(otherwise)] = isBoolean[index]
            case .quantifier(_, _, _, let body): isBoolean[Int(body)] = true
            case .binary(.equal, let left, let right), .binary(.unequal, let left, let right):
                if case .bool = nodes[Int(left)].kind { isBoolean[Int(right)] = true }
                if case .bool = nodes[Int(right)].kind { isBoolean[Int(left)] = true }
            case .has, .binary(.isIn, _, _): isBoolean[index] = false
            default: break
            }
        }
        return isBoolean
    }
}
