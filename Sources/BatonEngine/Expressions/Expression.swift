/// An expression of the keys `when`, `until` and `in`, parsed and checked: a subset of CEL, the Common Expression
/// Language (github.com/google/cel-spec, doc/langdef.md).
///
/// The syntax tree is kept flat: operands stand before the node that uses them, and the last node is the whole. So
/// chains of thousands of terms are walked, compared and encoded without recursion.
public struct Expression: Sendable, Equatable {
    /// The longest text that is read, in UTF-8 bytes.
    public static let maxTextBytes = 16 * 1024
    /// The largest tree.
    public static let maxNodes = 10_000
    /// The deepest nesting. First operands do not count: `a + b + c` is one level.
    public static let maxNesting = 64

    /// The expression as it was written.
    public let text: String
    /// Whether the whole is a boolean that decides something.
    public let isCondition: Bool
    public let nodes: [Node]

    /// - Returns: nil if the nodes are not a tree within the bounds.
    public init?(text: String, isCondition: Bool, nodes: [Node]) {
        guard Self.isTree(nodes) else { return nil }
        self.text = text
        self.isCondition = isCondition
        self.nodes = nodes
    }

    var root: Int32 { Int32(nodes.count - 1) }

    /// Whether every operand stands before its user, and following any but first operands is bounded.
    private static func isTree(_ nodes: [Node]) -> Bool {
        guard (1...maxNodes).contains(nodes.count) else { return false }
        var depths: [Int] = []
        depths.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            guard node.kind.isWellFormed else { return false }
            var depth = 0
            for (place, operand) in node.kind.operands.enumerated() {
                guard operand >= 0, operand < index else { return false }
                let isLevel = node.kind.recurses(into: place)
                depth = max(depth, depths[Int(operand)] + (isLevel ? 1 : 0))
            }
            guard depth <= maxNesting else { return false }
            depths.append(depth)
        }
        return true
    }
}

extension Expression: CustomStringConvertible {
    public var description: String { text }
}

extension Expression: Codable {
    private enum Field: String, CodingKey { case text, isCondition, nodes }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        let expression = Expression(
            text: try fields.decode(String.self, forKey: .text),
            isCondition: try fields.decode(Bool.self, forKey: .isCondition),
            nodes: try fields.decode([Node].self, forKey: .nodes))
        guard let expression else {
            throw DecodingError.dataCorruptedError(
                forKey: .nodes, in: fields, debugDescription: "the nodes of an expression are not a tree")
        }
        self = expression
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(text, forKey: .text)
        try fields.encode(isCondition, forKey: .isCondition)
        try fields.encode(nodes, forKey: .nodes)
    }
}
