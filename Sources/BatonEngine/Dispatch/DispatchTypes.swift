/// A task of a run, across runs.
public struct TaskKey: Hashable, Sendable {
    public let run: Identifier
    public let task: UInt32

    public init(run: Identifier, task: UInt32) {
        self.run = run
        self.task = task
    }

    /// The task's identifier in messages.
    public var id: Identifier { run.child(task) }
}

/// A task that waits for an agent.
public struct ReadyTask: Sendable, Equatable {
    public let key: TaskKey
    /// Any one of these will do.
    public let roles: [String]
    public let priority: Priority
    /// Bounds an attempt; nil: see ``DispatchSettings/unbeatenTimeoutMilliseconds``.
    public let timeoutMilliseconds: Int64?
    /// How long a claim holds without a beat; nil: see ``DispatchSettings/leaseMilliseconds``.
    public let leaseMilliseconds: Int64?
    /// The agent whose attempt came to nothing: another one goes first.
    public var avoidedAgent: String?
    /// Since when it waits.
    public let readyAt: Timestamp

    public init(
        key: TaskKey, roles: [String], priority: Priority = .medium, timeoutMilliseconds: Int64? = nil,
        leaseMilliseconds: Int64? = nil, avoidedAgent: String? = nil, readyAt: Timestamp = Timestamp(milliseconds: 0)
    ) {
        self.key = key
        self.roles = roles
        self.priority = priority
        self.timeoutMilliseconds = timeoutMilliseconds
        self.leaseMilliseconds = leaseMilliseconds
        self.avoidedAgent = avoidedAgent
        self.readyAt = readyAt
    }
}

public struct DispatchSettings: Sendable, Equatable {
    /// How long a claim holds without a beat.
    public var leaseMilliseconds: Int64 = 30_000
    /// How long an agent may take to claim a command.
    public var claimMilliseconds: Int64 = 10_000
    /// How long after an agent's last will its attempts become doubtful.
    public var willGraceMilliseconds: Int64 = 10_000
    /// Bounds an attempt of an agent that sends no beats, where the step has no timeout.
    public var unbeatenTimeoutMilliseconds: Int64 = 3_600_000
    /// The first and the longest time for which an agent is not offered again what it declined.
    public var declineMilliseconds: ClosedRange<Int64> = 1000...60_000
    /// The first and the longest time for which an agent gets nothing after it did not claim what it was sent.
    public var muteMilliseconds: ClosedRange<Int64> = 30_000...600_000
    /// How many failures in a row bench an agent.
    public var benchAfterFailures = 3
    /// How many tasks of one run may be out at once; the others wait.
    public var maxOutPerRun = 1000
    /// How many tasks may be out at once over all runs.
    public var maxOut = 100_000

    public init() {}
}

/// An agent as it says it is, and as it was seen to be.
public struct AgentState: Sendable, Equatable {
    public enum Presence: String, Sendable { case online, draining, offline }

    public let id: String
    public internal(set) var presence: Presence
    public internal(set) var roles: [String]
    public internal(set) var slots: Int
    /// Grows with every start of the agent.
    public internal(set) var epoch: Int64
    /// Whether it renews its leases; if not, only timeouts bound its attempts.
    public internal(set) var beats: Bool
    /// The leases that count against its slots.
    public internal(set) var held: Set<Identifier> = []
    public internal(set) var idleSince: Timestamp
    public internal(set) var failuresInRow = 0
    /// Gets nothing until it reports in again: it failed everything.
    public internal(set) var isBenched = false
    /// Gets nothing until it publishes something, or for a while: it did not claim what it was sent.
    public var isMuted: Bool { mutedUntil != nil }
    public internal(set) var mutedUntil: Timestamp?
    /// How long it was muted last, in milliseconds; 0 once it published something.
    var lastMutedMilliseconds: Int64 = 0
    /// When it was last heard of; nil: never.
    public internal(set) var seenAt: Timestamp?
    /// When it went offline.
    public internal(set) var offlineSince: Timestamp?

    var isAvailable: Bool { presence == .online && held.count < slots && !isBenched && !isMuted }
}

/// A dispatch that is out.
public struct Outstanding: Sendable, Equatable {
    public enum Status: String, Sendable { case sent, claimed, doubtful }

    /// Grows with every dispatch.
    let number: UInt64
    public let task: ReadyTask
    public let agent: String
    public let role: String
    public let lease: Identifier
    public internal(set) var status: Status
    /// Its agent has been started anew since, and does not know of it.
    var isForgotten = false
    public internal(set) var sentAt: Timestamp
    public internal(set) var claimedAt: Timestamp?
    /// The last sign that the agent is at it.
    public internal(set) var renewedAt: Timestamp
}

/// What the shell does: all of it in the batch in which it was decided.
public enum DispatchOutput: Sendable, Equatable {
    /// Send the task to the agent under a new lease.
    case assign(ReadyTask, agent: String, role: String, lease: Identifier)
    /// The attempt is over; the run decides what follows.
    case end(TaskKey, lease: Identifier, agent: String, outcome: AttemptOutcome, message: String)
    /// Tell the agent to drop the work.
    case cancel(TaskKey, lease: Identifier, agent: String, reason: String)
}
