/// What a step's `approve` asks for: who has to be content with what it made before the run goes on.
public struct ApprovalPolicy: Codable, Sendable, Equatable {
    /// What happens when nobody has answered in time.
    public enum OnTimeout: String, Codable, Sendable, CaseIterable {
        case approve, reject
        /// The run needs attention; the question stays open.
        case attention
    }

    /// The documents to look at; empty: all that the step made.
    public var artifacts: [ArtifactName]
    /// The names of people, or of roles; empty: whoever may answer questions.
    public var by: [String]
    /// How many people have to approve.
    public var quorum: Int
    /// Whoever wrote on a document may not approve it.
    public var fourEyes: Bool
    /// How long an answer may take; nil is without bound.
    public var timeoutMilliseconds: Int64?
    public var onTimeout: OnTimeout
    /// It is asked for only when the start wants checkpoints after steps.
    public var isOptional: Bool

    public init(
        artifacts: [ArtifactName] = [], by: [String] = [], quorum: Int = 1, fourEyes: Bool = false,
        timeoutMilliseconds: Int64? = nil, onTimeout: OnTimeout = .attention, isOptional: Bool = false
    ) {
        self.artifacts = artifacts
        self.by = by
        self.quorum = quorum
        self.fourEyes = fourEyes
        self.timeoutMilliseconds = timeoutMilliseconds
        self.onTimeout = onTimeout
        self.isOptional = isOptional
    }
}
