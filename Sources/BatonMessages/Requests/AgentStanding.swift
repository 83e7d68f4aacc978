/// The agents that the orchestrator knows, by name; of those that are offline, those of the last seven days.
public struct AgentsRequest: WireMessage, Equatable {
    /// Only those whose names come behind this one.
    public var after: String?
    public var limit: Int

    public init(after: String? = nil, limit: Int = WireLimits.agentsPerReply) {
        self.after = after
        self.limit = limit
    }

    public init(reading fields: Fields) {
        after = fields.optionalString("after", maxBytes: WireLimits.nameBytes)
        limit = fields.optionalInteger("limit", in: 1...WireLimits.agentsPerReply) ?? WireLimits.agentsPerReply
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("after", after)
        writer.field("limit", limit)
    }
}

/// An agent as people ask for it: what it says about itself, and what the orchestrator knows of it.
public struct AgentStanding: WireMessage, Equatable {
    /// A task that it has.
    public struct Held: WireMessage, Equatable {
        public var run: Identifier
        public var step: String
        public var item: String?
        public var task: Identifier
        /// Since when it has it.
        public var since: Timestamp?
        /// Whether the agent was not heard of for a whole lease, or went away: another gets the task when one is free.
        public var isDoubtful: Bool

        public init(
            run: Identifier, step: String, item: String? = nil, task: Identifier, since: Timestamp? = nil,
            isDoubtful: Bool = false
        ) {
            self.run = run
            self.step = step
            self.item = item
            self.task = task
            self.since = since
            self.isDoubtful = isDoubtful
        }

        public init(reading fields: Fields) {
            run = fields.identifier("run")
            step = fields.string("step")
            item = fields.optionalString("item")
            task = fields.identifier("task")
            since = fields.optionalTime("since")
            isDoubtful = fields.optionalFlag("doubtful") ?? false
        }

        public func write(members writer: inout JSONWriter) {
            writer.field("run", run)
            writer.field("step", step)
            writer.field("item", item)
            writer.field("task", task)
            writer.field("since", since)
            if isDoubtful { writer.field("doubtful", true) }
        }
    }

    public var id: String
    public var state: Presence.State
    public var roles: [String]
    /// How many tasks it takes at once; nil when it is not there to say so.
    public var slots: Int?
    /// How many tasks count against its slots.
    public var count: Int
    /// It failed everything, and gets nothing until it reports in again.
    public var isBenched: Bool
    /// It gets nothing until then, or until it publishes something.
    public var mutedUntil: Timestamp?
    /// Why it gets nothing.
    public var reason: String?
    /// When it was last heard of; nil: not since this orchestrator's database is there.
    public var seenAt: Timestamp?
    /// The oldest first, at most ``WireLimits/tasksPerAgent``.
    public var holds: [Held]

    public init(
        id: String, state: Presence.State, roles: [String], slots: Int? = nil, count: Int = 0, isBenched: Bool = false,
        mutedUntil: Timestamp? = nil, reason: String? = nil, seenAt: Timestamp? = nil, holds: [Held] = []
    ) {
        self.id = id
        self.state = state
        self.roles = roles
        self.slots = slots
        self.count = count
        self.isBenched = isBenched
        self.mutedUntil = mutedUntil
        self.reason = reason
        self.seenAt = seenAt
        self.holds = holds
    }

    public init(reading fields: Fields) {
        id = fields.name("id")
        state = fields.word("state", else: .offline)
        roles = fields.strings("roles")
        slots = fields.optionalInteger("slots", in: 0...Int.max)
        count = fields.integer("held")
        isBenched = fields.optionalFlag("benched") ?? false
        mutedUntil = fields.optionalTime("muted_until")
        reason = fields.optionalString("reason")
        seenAt = fields.optionalTime("seen")
        holds = fields.optionalList("holds")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("state", state)
        writer.field("roles", roles)
        writer.field("slots", slots)
        writer.field("held", count)
        writer.field("benched", isBenched)
        writer.field("muted_until", mutedUntil)
        writer.field("reason", reason)
        writer.field("seen", seenAt)
        writer.field("holds", holds)
    }
}
