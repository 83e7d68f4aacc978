/// Why a text is not YAML that can be used, and where.
public struct YAMLProblem: Error, Sendable, Equatable, Located, CustomStringConvertible {
    public let line: Int
    public let column: Int
    public let message: String
    /// What may help; nil when the message says it all.
    public let hint: String?

    public init(line: Int, column: Int, message: String, hint: String? = nil) {
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    public var description: String { "\(line):\(column): \(message)" }
}
