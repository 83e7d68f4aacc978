/// A step in a run's snapshot.
public struct StepEntry: WireMessage, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case agent, guidance
        /// Others run below it: in an order, per item, in rounds, one of several, or in a run of their own.
        case block, forEach = "for_each", loop, review, routes, workflow
    }

    /// How many activations of a step that runs more than once have ended, of those that are known.
    public struct Tally: Sendable, Equatable {
        public var ended: Int
        public var total: Int

        public init(ended: Int, total: Int) {
            self.ended = ended
            self.total = total
        }
    }

    /// An attempt that came to nothing.
    public struct Attempt: WireMessage, Equatable {
        public var attempt: Int
        public var agent: String
        public var outcome: AttemptOutcome
        public var message: String
        public var at: Timestamp

        public init(attempt: Int, agent: String, outcome: AttemptOutcome, message: String, at: Timestamp) {
            self.attempt = attempt
            self.agent = agent
            self.outcome = outcome
            self.message = message
            self.at = at
        }

        public init(reading fields: Fields) {
            attempt = fields.integer("attempt")
            agent = fields.string("agent")
            outcome = fields.word("outcome", else: .failed)
            message = fields.string("message")
            at = fields.time("at")
        }

        public func write(members writer: inout JSONWriter) {
            writer.field("attempt", attempt)
            writer.field("agent", agent)
            writer.field("outcome", outcome)
            writer.field("message", message)
            writer.field("at", at)
        }
    }

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
    /// Of a step that needs a person: the last attempts, the newest last, at most
    /// ``WireLimits/attemptsPerStep``.
    public var attempts: [Attempt]
    /// The names of what it made.
    public var artifacts: [String]
    /// The ids of the elements that it is below, the outermost first.
    public var path: [String]
    /// For a step that has run more than once, or will.
    public var tally: Tally?
    /// The scope of the item that its latest activation belongs to.
    public var item: String?
    /// Which round its latest activation is; nil for the first.
    public var round: Int?
    /// What agents reported with all attempts at it.
    public var usage: Usage?

    public init(
        id: String, title: String? = nil, phase: Phase, kind: Kind, roles: [String], state: StepStatus,
        attempt: Int? = nil, agent: String? = nil, since: Timestamp? = nil, reason: String? = nil,
        attempts: [Attempt] = [], artifacts: [String] = [], path: [String] = [], tally: Tally? = nil,
        item: String? = nil, round: Int? = nil
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
        self.attempts = attempts
        self.artifacts = artifacts
        self.path = path
        self.tally = tally
        self.item = item
        self.round = round
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
        attempts = fields.optionalList("attempts")
        artifacts = fields.optionalStrings("artifacts")
        path = fields.optionalStrings("path")
        tally = fields.optionalNested("tally") { tally in
            Tally(ended: tally.integer("ended"), total: tally.integer("total"))
        }
        item = fields.optionalString("item")
        round = fields.optionalInteger("round", in: 1...Int.max)
        usage = fields.optionalNested("usage")
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
        writer.field(nonEmpty: "attempts", attempts)
        writer.field(nonEmpty: "artifacts", artifacts)
        writer.field(nonEmpty: "path", path)
        if let tally {
            writer.object("tally") {
                $0.field("ended", tally.ended)
                $0.field("total", tally.total)
            }
        }
        writer.field("item", item)
        writer.field("round", round)
        if let usage { writer.field("usage", usage) }
    }
}
