/// The orchestrator says that it is there: retained on `orchestrator/state`, and its last will.
public struct OrchestratorState: WireMessage, Equatable {
    public enum State: String, Sendable, CaseIterable { case online, offline }

    public struct Runs: Sendable, Equatable {
        public var active: Int
        /// Of the active ones, those that wait for a person.
        public var attention: Int

        public init(active: Int, attention: Int) {
            self.active = active
            self.attention = attention
        }
    }

    public var state: State
    /// It is offline because it was told to stop, and said so itself: the namespace is free for another.
    public var hasLeft: Bool
    /// The database's own id.
    public var store: String
    /// Grows with every connection that the orchestrator makes.
    public var epoch: Int64
    /// Of the program.
    public var version: String
    public var runs: Runs
    public var agents: [AgentEntry]

    public init(
        state: State, hasLeft: Bool = false, store: String, epoch: Int64, version: String,
        runs: Runs = Runs(active: 0, attention: 0),
        agents: [AgentEntry] = []
    ) {
        self.state = state
        self.hasLeft = hasLeft
        self.store = store
        self.epoch = epoch
        self.version = version
        self.runs = runs
        self.agents = agents
    }

    public init(reading fields: Fields) {
        state = fields.word("state", else: .offline)
        hasLeft = fields.optionalFlag("left") ?? false
        store = fields.name("store")
        epoch = fields.integer("epoch")
        version = fields.string("version", maxBytes: WireLimits.nameBytes)
        runs = fields.nested("runs") {
            Runs(active: $0.integer("active"), attention: $0.integer("attention"))
        }
        agents = fields.list("agents")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("state", state)
        if hasLeft { writer.field("left", true) }
        writer.field("store", store)
        writer.field("epoch", epoch)
        writer.field("version", version)
        writer.object("runs") {
            $0.field("active", runs.active)
            $0.field("attention", runs.attention)
        }
        writer.field("agents", agents)
    }

    public var by: By { By(store: store, epoch: epoch) }
}

/// An agent as the orchestrator sees it.
public struct AgentEntry: WireMessage, Equatable {
    public var id: String
    public var roles: [String]
    /// How many tasks it has.
    public var held: Int
    /// It failed everything, and gets nothing until it reports in again.
    public var isBenched: Bool

    public init(id: String, roles: [String], held: Int, isBenched: Bool = false) {
        self.id = id
        self.roles = roles
        self.held = held
        self.isBenched = isBenched
    }

    public init(reading fields: Fields) {
        id = fields.name("id")
        roles = fields.strings("roles")
        held = fields.integer("held")
        isBenched = fields.optionalFlag("benched") ?? false
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("roles", roles)
        writer.field("held", held)
        if isBenched { writer.field("benched", true) }
    }
}

/// What the orchestrator sends to itself, on `orchestrator/mark`: when it is back, everything that the broker had taken
/// before it has been read.
public struct Mark: WireMessage, Equatable {
    public var epoch: Int64
    public var sentAt: Timestamp
    /// Counts the marks of an epoch, from 1.
    public var number: Int64

    public static var maxBytes: Int { WireLimits.agentMessageBytes }

    public init(epoch: Int64, sentAt: Timestamp, number: Int64) {
        self.epoch = epoch
        self.sentAt = sentAt
        self.number = number
    }

    public init(reading fields: Fields) {
        epoch = fields.integer("epoch")
        sentAt = fields.time("sent_at")
        number = fields.integer("n")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("epoch", epoch)
        writer.field("sent_at", sentAt)
        writer.field("n", number)
    }
}
