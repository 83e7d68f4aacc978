/// Where a run stands.
public enum RunStatus: String, Sendable, CaseIterable {
    case running, paused, attention, completed, failed, cancelled

    /// Nothing more will happen to the run.
    public var isFinal: Bool { self == .completed || self == .failed || self == .cancelled }
}

/// Where a step or a task stands.
public enum StepStatus: String, Sendable, CaseIterable {
    /// The run has not got there.
    case pending
    /// Ready; waits for an agent or for the time of its next attempt.
    case waiting
    /// Sent to an agent.
    case running
    case completed
    /// Not run, since the start brought what it creates.
    case provided
    /// Not run, since its condition does not hold or nobody enabled it.
    case skipped
    /// Waits for a person.
    case attention
    case failed
    case cancelled

    /// Nothing more will happen to the step, unless a person asks for it.
    public var isEnded: Bool {
        switch self {
        case .completed, .provided, .skipped, .failed, .cancelled: true
        case .pending, .waiting, .running, .attention: false
        }
    }
}

/// How an attempt ended that did not complete.
public enum AttemptOutcome: String, Sendable, CaseIterable {
    /// The agent says that it failed.
    case failed
    /// The result breaks the task's contract.
    case rejected
    /// The agent vanished, or its lease lapsed.
    case lost
    case timedOut = "timed_out"
    /// The agent did not take the task; not counted.
    case declined
    /// The agent does not take the task as it was handed over; not counted.
    case refused
    /// Nobody claimed the task, or the broker did not take it; not counted.
    case withdrawn
    case cancelled

    /// Whether this used up one of the task's attempts.
    public var counts: Bool { ![.declined, .refused, .withdrawn, .cancelled].contains(self) }

    /// Which of a retry policy's causes it is.
    public var cause: RetryPolicy.Cause {
        switch self {
        case .timedOut: .timeout
        case .lost: .lost
        default: .failed
        }
    }
}
