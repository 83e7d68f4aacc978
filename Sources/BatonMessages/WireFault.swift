/// Why a message is refused: every fault that was found in it, each naming its field.
public struct WireFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// One clause per fault: `artifacts[0].name is missing`, `lease must be a UUID`.
    public var reasons: [String]
    /// What a reply to a request says: ``ErrorCode/tooLarge``, ``ErrorCode/unknownType``, else
    /// ``ErrorCode/invalidRequest``.
    public var code: ErrorCode
    /// The message's `task`, `lease` and `request_id` where they can be read, so that its sender can be answered.
    public var task: Identifier?
    public var lease: Identifier?
    public var requestID: String?

    public init(
        reasons: [String], code: ErrorCode = .invalidRequest, task: Identifier? = nil, lease: Identifier? = nil,
        requestID: String? = nil
    ) {
        self.reasons = reasons
        self.code = code
        self.task = task
        self.lease = lease
        self.requestID = requestID
    }

    public var description: String { reasons.joined(separator: "; ") }
}

/// What is wrong with a request, for programs. An open set: a newer orchestrator may answer with a code that is not
/// listed here.
public struct ErrorCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let invalidRequest = ErrorCode(rawValue: "invalid_request")
    public static let unknownType = ErrorCode(rawValue: "unknown_type")
    public static let unknownWorkflow = ErrorCode(rawValue: "unknown_workflow")
    /// A definition with errors, which the reasons list.
    public static let invalidWorkflow = ErrorCode(rawValue: "invalid_workflow")
    public static let unknownRun = ErrorCode(rawValue: "unknown_run")
    public static let unknownStep = ErrorCode(rawValue: "unknown_step")
    public static let unknownDeadLetter = ErrorCode(rawValue: "unknown_dead_letter")
    public static let unknownDecision = ErrorCode(rawValue: "unknown_decision")
    public static let invalidAnswer = ErrorCode(rawValue: "invalid_answer")
    public static let unknownArtifact = ErrorCode(rawValue: "unknown_artifact")
    public static let invalidInputs = ErrorCode(rawValue: "invalid_inputs")
    /// The client used this request id before, for another request.
    public static let requestIDReused = ErrorCode(rawValue: "request_id_reused")
    public static let runExists = ErrorCode(rawValue: "run_exists")
    /// Not as the run stands; the message says why.
    public static let notPossible = ErrorCode(rawValue: "not_possible")
    /// The orchestrator's access file does not give this client the right.
    public static let notAllowed = ErrorCode(rawValue: "not_allowed")
    public static let tooLarge = ErrorCode(rawValue: "too_large")
    /// The orchestrator has as much as it takes; the same request can succeed later.
    public static let busy = ErrorCode(rawValue: "busy")
    public static let `internal` = ErrorCode(rawValue: "internal")

    public var description: String { rawValue }
}
