/// A place in a YAML file.
public protocol Located {
    /// From 1.
    var line: Int { get }
    /// In characters, from 1.
    var column: Int { get }
}

/// A value of a YAML file, with the place where it begins.
///
/// Scalars keep their text and style: whether `2.0` is a number or a version is for the reader of the field to say.
public struct YAMLNode: Sendable, Located {
    public enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order of the file; no key occurs twice.
        case mapping([YAMLEntry])
    }

    public let content: Content
    public let line: Int
    public let column: Int

    public init(_ content: Content, line: Int, column: Int) {
        self.content = content
        self.line = line
        self.column = column
    }
}

/// A key and its value; the place is the key's.
public struct YAMLEntry: Sendable, Located {
    public let key: String
    public let value: YAMLNode
    public let line: Int
    public let column: Int

    public init(key: String, value: YAMLNode, line: Int, column: Int) {
        self.key = key
        self.value = value
        self.line = line
        self.column = column
    }
}

/// The text of a scalar, as it is after unquoting and folding.
public struct YAMLScalar: Sendable, Equatable {
    public let text: String
    /// Written without quotes, so that it may mean a number, a boolean or null.
    public let isPlain: Bool

    public init(text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
    }
}

extension YAMLNode {
    public var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    public var sequence: [YAMLNode]? {
        guard case .sequence(let nodes) = content else { return nil }
        return nodes
    }

    public var mapping: [YAMLEntry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The entry of a mapping; nil for any other node.
    public func entry(_ key: String) -> YAMLEntry? { mapping?.first { $0.key == key } }

    public subscript(key: String) -> YAMLNode? { entry(key)?.value }

    /// Nothing is written here, or `null`.
    public var isNull: Bool { scalar.map { $0.value == .null } ?? false }

    /// The kind of the node in the words of the YAML specification, for messages to people.
    public var kind: String {
        switch content {
        case .scalar(let scalar):
            switch scalar.value {
            case .null: "nothing"
            case .bool: "a boolean"
            case .int, .double: "a number"
            default: "text"
            }
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
