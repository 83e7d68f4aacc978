/// Why an orchestrator can't go on; waiting does not help.
public struct OrchestratorError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Another orchestrator works on the namespace.
        case namespaceTaken
        /// The library has no workflow that could be run.
        case library
        /// The trace file can't be written.
        case traceFile
    }

    public let code: Code
    /// One sentence that says what happened and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
    public var isRetriable: Bool { false }
}
