/// What an agent could not do.
public struct AgentError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The agent's configuration cannot work.
        case configuration
        /// The broker refused the agent; see the cause.
        case refused
        /// An artifact that the task needs could not be fetched, or is not what its hash says.
        case artifact
        /// The file of a large document cannot be read or written.
        case content
        /// What the handler returned cannot be sent.
        case result
        /// A program could not be started.
        case program
    }

    public let code: Code
    /// One clause for people.
    public let cause: String
    public let isRetriable: Bool

    public init(_ code: Code, _ cause: String, isRetriable: Bool = false) {
        self.code = code
        self.cause = cause
        self.isRetriable = isRetriable
    }

    public var description: String { cause }
}
