/// What is wrong with an expression, and where.
public struct ExpressionProblem: Error, Sendable, Equatable {
    public let severity: Diagnostic.Severity
    /// In UTF-8 bytes from the start of the expression.
    public let offset: Int
    public let message: String
    /// What may help; nil when the message says it all.
    public let hint: String?

    public init(severity: Diagnostic.Severity = .error, offset: Int, message: String, hint: String? = nil) {
        self.severity = severity
        self.offset = offset
        self.message = message
        self.hint = hint
    }
}
