import BatonEngine
import OrderedCollections

/// All that one turn of the loop decided: it is stored in one transaction, or not at all.
public struct Batch: Sendable {
    /// New revisions that a run of this batch starts on.
    public var workflows: [WorkflowRow] = []
    /// Workflows that were defined, each in place of what was defined under its id.
    public var definitions: [DefinitionRow] = []
    /// What changed in runs, in the order in which they were first touched.
    public var runs: OrderedDictionary<Identifier, RunDelta> = [:]
    /// New content; what is there already is not stored again.
    public var blobs: OrderedDictionary<Digest, [UInt8]> = [:]
    /// Contents that came in ranges and are complete in ``Store/files``: whose they are.
    public var files: OrderedDictionary<ContentFolder.Half, Int> = [:]
    public var replies: [InboxRow] = []
    /// Messages for the broker, by their ids in the outbox.
    public var outbox: [OutboxRow] = []
    /// Ids of messages that the broker took, or that are not to be sent any more.
    public var delivered: [Int64] = []
    /// By id.
    public var agents: OrderedDictionary<String, AgentRow> = [:]
    public var deadLetters: [DeadLetter] = []
    /// Ids of dead letters that were offered again.
    public var offered: [Int64] = []
    /// What is now known of messages that were noted before they were decided; see ``Suspect``.
    public var verdicts = Verdicts()
    /// Runs that are removed, with all that belongs to them.
    public var forgotten: OrderedSet<Identifier> = []

    public init() {}

    public var isEmpty: Bool {
        workflows.isEmpty && definitions.isEmpty && runs.isEmpty && blobs.isEmpty && files.isEmpty && replies.isEmpty
            && outbox.isEmpty
            && delivered.isEmpty && agents.isEmpty && deadLetters.isEmpty && forgotten.isEmpty
            && offered.isEmpty && verdicts.isEmpty
    }
}

public struct WorkflowRow: Sendable {
    public let plan: Plan
    /// The definition as it was written.
    public let source: String
    public let firstUsedAt: Timestamp

    public init(plan: Plan, source: String, firstUsedAt: Timestamp) {
        self.plan = plan
        self.source = source
        self.firstUsedAt = firstUsedAt
    }
}

/// What changed in one run.
public struct RunDelta: Sendable {
    public var isNew = false
    public var headerChanged = false
    /// Ordinals of new or changed tasks.
    public var tasks: OrderedSet<UInt32> = []
    public var artifacts: [ArtifactVersion] = []
    public var facts: [Fact] = []
    /// New or changed handoffs, with the ordinals of their tasks, by their own.
    public var handoffs: OrderedDictionary<UInt32, (task: UInt32, handoff: Handoff)> = [:]
    public var attempts: [AttemptRecord] = []
    /// Ordinals of new or changed decisions.
    public var decisions: OrderedSet<UInt32> = []
    public var events: [EventRow] = []

    public init() {}
}

/// A row of history.
public struct EventRow: Sendable, Equatable {
    public let sequence: Int
    public let at: Timestamp
    public let kind: String
    /// The input as JSON.
    public let input: String
    /// What it led to, as a JSON array.
    public let outcome: String
    public let seed: Seed
    public let lastOrdinal: UInt32
    /// The agent and the number of the attempt that it was about, as they were then.
    public let agent: String?
    public let attempt: Int?

    public init(
        sequence: Int, at: Timestamp, kind: String, input: String, outcome: String, seed: Seed, lastOrdinal: UInt32,
        agent: String? = nil, attempt: Int? = nil
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.input = input
        self.outcome = outcome
        self.seed = seed
        self.lastOrdinal = lastOrdinal
        self.agent = agent
        self.attempt = attempt
    }
}

public struct InboxRow: Sendable, Equatable {
    public let client: String
    public let requestID: String
    /// Of the request's payload.
    public let digest: Digest
    public let reply: [UInt8]
    public let at: Timestamp

    public init(client: String, requestID: String, digest: Digest, reply: [UInt8], at: Timestamp) {
        self.client = client
        self.requestID = requestID
        self.digest = digest
        self.reply = reply
        self.at = at
    }
}

public struct OutboxRow: Sendable, Equatable {
    public let id: Int64
    public let topic: String
    /// For a task command: the task and its lease.
    public let task: TaskKey?
    public let lease: Identifier?
    /// nil for a task command.
    public let payload: [UInt8]?

    public init(id: Int64, topic: String, task: TaskKey?, lease: Identifier?, payload: [UInt8]?) {
        self.id = id
        self.topic = topic
        self.task = task
        self.lease = lease
        self.payload = payload
    }
}

public struct AgentRow: Sendable, Equatable {
    public let id: String
    public let presence: String
    public let roles: [String]
    public let slots: Int
    public let epoch: Int64
    public let beats: Bool
    public var lastSeenAt: Timestamp

    public init(
        id: String, presence: String, roles: [String], slots: Int, epoch: Int64, beats: Bool, lastSeenAt: Timestamp
    ) {
        self.id = id
        self.presence = presence
        self.roles = roles
        self.slots = slots
        self.epoch = epoch
        self.beats = beats
        self.lastSeenAt = lastSeenAt
    }

    /// Whether both tell the same of the agent, at whatever time.
    public func isSame(as other: AgentRow) -> Bool {
        var earlier = self
        earlier.lastSeenAt = other.lastSeenAt
        return earlier == other
    }
}

/// A message that could not be read, or that made a commit fail.
public struct DeadLetter: Sendable, Equatable {
    /// How much of the payload is kept, in bytes.
    public static let headSize = 4096
    /// How many are kept for each sender.
    public static let maxPerSender = 1000
    /// How many are kept in all.
    public static let maxCount = 10_000

    public let at: Timestamp
    public let topic: String
    public let sender: String
    public let reason: String
    /// Of the whole payload, in bytes.
    public let size: Int
    public let digest: Digest
    public let head: [UInt8]

    public init(at: Timestamp, topic: String, sender: String, reason: String, payload: [UInt8], digest: Digest) {
        self.at = at
        self.topic = topic
        self.sender = sender
        self.reason = reason
        self.size = payload.count
        self.digest = digest
        self.head = Array(payload.prefix(Self.headSize))
    }

    init(at: Timestamp, topic: String, sender: String, reason: String, size: Int, digest: Digest, head: [UInt8]) {
        self.at = at
        self.topic = topic
        self.sender = sender
        self.reason = reason
        self.size = size
        self.digest = digest
        self.head = head
    }

    /// Whether all of the payload was kept.
    public var isWhole: Bool { size == head.count }
}
