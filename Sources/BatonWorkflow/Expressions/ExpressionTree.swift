import BatonEngine

/// A tree that grows while it is read: operands before their users.
struct ExpressionTree {
    private(set) var nodes: [Expression.Node] = []
    /// For each name that a quantifier gives to its elements, the range that they come from.
    private(set) var ranges: [Int32: Int32] = [:]
    /// Nodes that stand in for what nobody knows, so that it is reported once.
    private(set) var opaque: Set<Int32> = []
    /// What does not keep the rest from being read.
    var problems: [ExpressionProblem] = []

    subscript(index: Int32) -> Expression.Node { nodes[Int(index)] }

    mutating func add(_ kind: Expression.Kind, at offset: Int) throws(ExpressionProblem) -> Int32 {
        guard nodes.count < Expression.maxNodes else {
            throw ExpressionProblem(
                offset: offset, message: "the expression has more than \(Expression.maxNodes) parts")
        }
        nodes.append(Expression.Node(kind, at: Int32(offset)))
        return Int32(nodes.count - 1)
    }

    mutating func addLocal(slot: Int, of range: Int32, at offset: Int) throws(ExpressionProblem) -> Int32 {
        let index = try add(.local(slot: Int32(slot)), at: offset)
        ranges[index] = range
        return index
    }

    /// A node for what has been reported as a problem.
    mutating func addUnknown(_ name: String, at offset: Int) throws(ExpressionProblem) -> Int32 {
        let index = try add(.variable(name), at: offset)
        opaque.insert(index)
        return index
    }

    /// Turns `target.name`, the node that was added last, into `has(target.name)`.
    ///
    /// - Returns: Whether it is of that form.
    mutating func turnIntoPresence(_ index: Int32) -> Bool {
        guard Int(index) == nodes.count - 1, case .member(let target, let name) = self[index].kind else { return false }
        nodes[Int(index)] = Expression.Node(.has(of: target, name: name), at: self[index].offset)
        return true
    }
}
