/// One activation of a step: for an agent step, the task; for one that holds others, their common fate; for any other,
/// the record that the run passed it.
public struct TaskState: Sendable, Equatable {
    /// The dispatch that is out.
    public struct Dispatch: Sendable, Equatable {
        public var agent: String
        /// The role under which the agent got it.
        public var role: String
        public var lease: Identifier
        public var sentAt: Timestamp

        public init(agent: String, role: String, lease: Identifier, sentAt: Timestamp) {
            self.agent = agent
            self.role = role
            self.lease = lease
            self.sentAt = sentAt
        }
    }

    /// Its number in the run; see ``Identifier/child(_:)``.
    public let ordinal: UInt32
    /// The index of its step in the plan.
    public let step: Int
    /// The activation that this one is a part of; 0: the run itself.
    public let parent: UInt32
    /// The path of the item that it belongs to; empty outside of every for-each.
    public let scope: String
    /// From 1: which activation of its step in this scope it is.
    public let round: Int
    /// What it was made with, beyond its step.
    public var detail: TaskDetail?
    public var status: StepStatus
    /// Why it was skipped, waits for a person, or failed.
    public var reason: String?
    /// The number of the current or last attempt, from 1; 0 before the first.
    public var attempt: Int = 0
    /// Attempts that do not count against the step's bound any more, since a person had it tried again after them.
    public var attemptsBefore: Int = 0
    /// The dispatch that is out, or the one whose result was accepted.
    public var dispatch: Dispatch?
    /// Tells an agent whether this is work that it has done already; new after an attempt that failed.
    public var idempotencyKey: UInt32
    /// The handoff that goes with it; 0: none.
    public var handoff: UInt32 = 0
    /// The decision that it waits for; 0: none.
    public var decision: UInt32 = 0
    /// When the next attempt is due.
    public var retryAt: Timestamp?
    /// The agent's own summary of what it did.
    public var summary: String?
    /// What the attempts at it took, by what agents reported with them.
    public var usage = Usage()
    /// How long its attempts were out.
    public var spentMilliseconds: Int64 = 0
    public let createdAt: Timestamp
    public var endedAt: Timestamp?
    /// The `seq` of the input that ended it; 0 before.
    public var endedSequence = 0

    public init(
        ordinal: UInt32, step: Int, parent: UInt32 = 0, scope: String = "", round: Int = 1, detail: TaskDetail? = nil,
        status: StepStatus, reason: String? = nil, createdAt: Timestamp
    ) {
        self.ordinal = ordinal
        self.step = step
        self.parent = parent
        self.scope = scope
        self.round = round
        self.detail = detail
        self.status = status
        self.reason = reason
        self.idempotencyKey = ordinal
        self.createdAt = createdAt
    }
}

/// An attempt that ended without being the one that counted.
public struct AttemptRecord: Sendable, Equatable {
    public let task: UInt32
    public let attempt: Int
    public let agent: String
    public let lease: Identifier
    public let sentAt: Timestamp
    public let endedAt: Timestamp
    public let outcome: AttemptOutcome
    public let message: String

    public init(
        task: UInt32, attempt: Int, agent: String, lease: Identifier, sentAt: Timestamp, endedAt: Timestamp,
        outcome: AttemptOutcome, message: String
    ) {
        self.task = task
        self.attempt = attempt
        self.agent = agent
        self.lease = lease
        self.sentAt = sentAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.message = message
    }
}
