/// A step in a run's snapshot.
public struct StepEntry: WireMessage, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case agent, guidance, unsupported }

    public var id: String
    public var title: String?
    public var phase: Phase
    public var kind: Kind
    public var roles: [String]
    public var state: StepStatus
    /// The number of the current or last attempt.
    public var attempt: Int?
    /// Who has it, or did it.
    public var agent: String?
    /// Since when it is in this state.
    public var since: Timestamp?
    /// Why it was skipped, waits for a person, or failed.
    public var reason: String?
    /// The names of what it made.
    public var artifacts: [String]

    public init(
        id: String, title: String? = nil, phase: Phase, kind: Kind, roles: [String], state: StepStatus,
        attempt: Int? = nil, agent: String? = nil, since: Timestamp? = nil, reason: String? = nil,
        artifacts: [String] = []
    ) {
        self.id = id
        self.title = title
        self.phase = phase
        self.kind = kind
        self.roles = roles
        self.state = state
        self.attempt = attempt
        self.agent = agent
        self.since = since
        self.reason = reason
        self.artifacts = artifacts
    }

    public init(reading fields: Fields) {
        id = fields.string("id", nonEmpty: true)
        title = fields.optionalString("title")
        phase = fields.word("phase", else: .discovery)
        kind = fields.word("kind", else: .agent)
        roles = fields.strings("roles")
        state = fields.word("state", else: .pending)
        attempt = fields.optionalInteger("attempt", in: 0...Int.max)
        agent = fields.optionalString("agent")
        since = fields.optionalTime("since")
        reason = fields.optionalString("reason")
        artifacts = fields.optionalStrings("artifacts")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("title", title)
        writer.field("phase", phase)
        writer.field("kind", kind)
        writer.field("roles", roles)
        writer.field("state", state)
        writer.field("attempt", attempt)
        writer.field("agent", agent)
        writer.field("since", since)
        writer.field("reason", reason)
        writer.field(nonEmpty: "artifacts", artifacts)
    }
}
