extension Expression {
    /// A node of the tree. Operands are indices of earlier nodes.
    public struct Node: Codable, Sendable, Equatable {
        public let kind: Kind
        /// Where it is written, in UTF-8 bytes from the start of the text: the first byte of a literal or name, the
        /// operator of an operation, the name of a member or function.
        public let offset: Int32

        public init(_ kind: Kind, at offset: Int32) {
            self.kind = kind
            self.offset = offset
        }
    }

    public enum Kind: Codable, Sendable, Equatable {
        case null
        case bool(Bool)
        case int(Int64)
        case double(Double)
        case string(String)
        case list([Int32])
        case map([Entry])
        /// All facts, artifacts or inputs.
        case root(Root)
        /// The item of the innermost for-each.
        case item
        /// The item of the enclosing for-each that is called so.
        case variable(String)
        /// The element that a quantifier around it looks at.
        case local(slot: Int32)
        case member(of: Int32, name: String)
        case index(of: Int32, at: Int32)
        /// `has(operand.name)`
        case has(of: Int32, name: String)
        case not(Int32)
        case negate(Int32)
        case and(Int32, Int32)
        case or(Int32, Int32)
        case choice(if: Int32, then: Int32, else: Int32)
        case binary(Operator, Int32, Int32)
        /// The receiver of a method is its first argument.
        case call(Function, [Int32])
        /// `range.exists(name, body)`; the slot is the number of quantifiers around it.
        case quantifier(Quantifier, slot: Int32, range: Int32, body: Int32)
    }

    public struct Entry: Codable, Sendable, Equatable {
        public let key: Int32
        public let value: Int32

        public init(key: Int32, value: Int32) {
            self.key = key
            self.value = value
        }
    }

    public enum Root: String, Codable, Sendable, CaseIterable { case facts, artifacts, inputs }

    public enum Operator: String, Codable, Sendable {
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case remainder = "%"
        case isIn = "in"
    }

    public enum Function: String, Codable, Sendable, CaseIterable {
        case size, startsWith, endsWith, contains, matches

        /// Its arguments, the receiver of a method among them.
        public var arity: Int { self == .size ? 1 : 2 }
    }

    public enum Quantifier: String, Codable, Sendable, CaseIterable { case exists, all }
}

extension Expression.Kind {
    /// In the order of evaluation.
    public var operands: [Int32] {
        switch self {
        case .null, .bool, .int, .double, .string, .root, .item, .variable, .local: []
        case .list(let elements): elements
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .member(let operand, _), .has(let operand, _), .not(let operand), .negate(let operand): [operand]
        case .index(let left, let right), .and(let left, let right), .or(let left, let right),
            .binary(_, let left, let right):
            [left, right]
        case .choice(let condition, let then, let otherwise): [condition, then, otherwise]
        case .call(_, let arguments): arguments
        case .quantifier(_, _, let range, let body): [range, body]
        }
    }

    /// Whether calls have their arguments, and slots are within bounds.
    var isWellFormed: Bool {
        switch self {
        case .call(let function, let arguments): arguments.count == function.arity
        case .quantifier(_, let slot, _, _), .local(let slot): (0..<Int32(Expression.maxNesting)).contains(slot)
        default: true
        }
    }

    /// Whether evaluation needs a level of recursion for that operand: not for the first, and not for the branches of
    /// a choice, which take the place of the choice. The elements of a literal all do.
    func recurses(into place: Int) -> Bool {
        switch self {
        case .list, .map: true
        case .choice: false
        default: place > 0
        }
    }
}
