/// Why no answer came from a model that can be used.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The names stand in results, for programs.
    public enum Code: String, Sendable {
        case configuration
        /// No connection, or one that broke.
        case unreachable = "model_unreachable"
        /// The endpoint wants another key.
        case unauthorized = "model_unauthorized"
        /// The endpoint does not take the request.
        case refused = "model_refused"
        case rateLimited = "model_rate_limited"
        /// The endpoint has troubles of its own.
        case unavailable = "model_unavailable"
        /// What came is not what the API says.
        case unreadable = "model_unreadable"
        case timeout = "model_timeout"
        /// What the task needs does not fit into the model's context.
        case doesNotFit = "context_too_small"
        /// The model stopped in the middle of its answer, at a bound.
        case cutOff = "answer_cut_off"
        /// The answer lacks what the step asks for, however often it was asked.
        case incomplete = "answer_incomplete"
    }

    public let code: Code
    /// One sentence for people.
    public let cause: String
    /// What the endpoint said about when to come back.
    public let retryAfter: Duration?

    public init(_ code: Code, _ cause: String, retryAfter: Duration? = nil) {
        self.code = code
        self.cause = cause
        self.retryAfter = retryAfter
    }

    /// Whether the same request may find an answer in a moment.
    var passes: Bool {
        switch code {
        case .unreachable, .rateLimited, .unavailable, .unreadable: true
        default: false
        }
    }

    /// Whether another attempt at the task may succeed.
    public var isRetriable: Bool {
        switch code {
        case .configuration, .unauthorized, .refused, .doesNotFit, .cutOff: false
        default: true
        }
    }

    public var description: String { cause }
}
