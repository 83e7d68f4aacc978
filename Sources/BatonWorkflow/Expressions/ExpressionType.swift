import BatonEngine

/// What is known of a value before it is there.
public indirect enum ExpressionType: Sendable, Equatable {
    /// Nothing.
    case any
    case null
    case boolean
    case int
    case double
    /// An int or a double.
    case number
    case string
    case list(ExpressionType)
    /// Keys are strings, as in JSON.
    case map(ExpressionType)
    case artifact

    /// The type of an input of a workflow.
    init(_ input: InputDeclaration) {
        self =
            switch input.type {
            case "string": .string
            case "number": .number
            case "integer": .int
            case "boolean": .boolean
            case "list": .list(.any)
            case "object": .map(.any)
            default: .any
            }
    }

    /// What can be read of an artifact.
    static let artifactMembers: [(name: String, type: ExpressionType)] = [
        ("version", .int), ("size", .int), ("role", .string), ("count", .int),
    ]

    /// Whether a value of this type may also be of the other.
    func canBe(_ other: ExpressionType) -> Bool {
        switch (self, other) {
        case (.any, _), (_, .any): true
        case (.number, .int), (.number, .double), (.int, .number), (.double, .number): true
        case (.list(let a), .list(let b)), (.map(let a), .map(let b)): a.canBe(b)
        case (.map, .artifact), (.artifact, .map): true
        default: self == other
        }
    }

    /// Whether `==` may ever be true. Ints and doubles compare as numbers.
    func canEqual(_ other: ExpressionType) -> Bool {
        switch (self, other) {
        // Two empty ones are equal, whatever they might hold.
        case (.list, .list), (.map, .map): true
        case (_, .null), (.null, _): true
        default: isNumeric && other.isNumeric || canBe(other)
        }
    }

    var isNumeric: Bool {
        switch self {
        case .int, .double, .number: true
        default: false
        }
    }

    var isAny: Bool { self == .any }

    /// The type of a value that is of the one or of the other.
    func joined(with other: ExpressionType) -> ExpressionType { self == other ? self : .any }
}

extension ExpressionType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .any: "any value"
        case .null: "null"
        case .boolean: "boolean"
        case .int: "int"
        case .double: "double"
        case .number: "number"
        case .string: "string"
        case .list: "list"
        case .map: "map"
        case .artifact: "artifact"
        }
    }
}
