/// What follows from an input: what to store, what to do after that, and what to tell.
public struct RunOutput: Sendable, Equatable {
    /// The run's own row changed (status, phase, milestones).
    public var headerChanged = false
    /// Tasks that are new or changed, by their ordinals, each once.
    public var tasks: [UInt32] = []
    /// New artifact versions.
    public var artifacts: [ArtifactVersion] = []
    /// New or changed facts.
    public var facts: [Fact] = []
    /// New handoffs.
    public var handoffs: [Handoff] = []
    /// Attempts that ended.
    public var attempts: [AttemptRecord] = []
    public var effects: [RunEffect] = []
    /// What the input led to, for people.
    public var log: [LogEntry] = []

    mutating func changed(task ordinal: UInt32) {
        if !tasks.contains(ordinal) { tasks.append(ordinal) }
    }
}

/// What the shell does once the output is on disk.
public enum RunEffect: Sendable, Equatable {
    /// Find an agent for the task.
    case ready(task: UInt32)
    /// Give the task up: take it out of the queue, and tell the agent that has it.
    case withdraw(task: UInt32, lease: Identifier?, reason: String)
    /// Come back with `retryDue` at that time.
    case wake(task: UInt32, at: Timestamp)
    /// Nothing more will happen.
    case ended
}

/// A line of what an input led to.
public enum LogEntry: Sendable, Equatable {
    case stepReady(step: String)
    case stepCompleted(step: String)
    case stepProvided(step: String)
    case stepSkipped(step: String, reason: String)
    /// A condition was evaluated; `origin` says where its truth came from.
    case branch(step: String, condition: String, holds: Bool, origin: String)
    /// The notes of a step without an agent; `condition` when its truth is not known.
    case guidance(step: String, notes: String, condition: String?)
    case artifact(name: String, version: Int)
    /// A returned document equals the version before it.
    case unchanged(name: String)
    case retryScheduled(step: String, at: Timestamp)
    case phaseEntered(Phase)
    case milestone(Phase)
    case attention(step: String, reason: String)
    case runEnded(RunStatus, reason: String?)
}

extension LogEntry {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.field("kind", kind)
            switch self {
            case .stepReady(let step), .stepCompleted(let step), .stepProvided(let step):
                object.field("step", step)
            case .stepSkipped(let step, let reason), .attention(let step, let reason):
                object.field("step", step)
                object.field("reason", reason)
            case .branch(let step, let condition, let holds, let origin):
                object.field("step", step)
                object.field("condition", condition)
                object.field("holds", holds)
                object.field("origin", origin)
            case .guidance(let step, let notes, let condition):
                object.field("step", step)
                object.field("notes", notes)
                object.field("condition", condition)
            case .artifact(let name, let version):
                object.field("name", name)
                object.field("version", version)
            case .unchanged(let name):
                object.field("name", name)
            case .retryScheduled(let step, let at):
                object.field("step", step)
                object.field("at", at.description)
            case .phaseEntered(let phase), .milestone(let phase):
                object.field("phase", phase.rawValue)
            case .runEnded(let status, let reason):
                object.field("status", status.rawValue)
                object.field("reason", reason)
            }
        }
    }

    public var kind: String {
        switch self {
        case .stepReady: "step_ready"
        case .stepCompleted: "step_completed"
        case .stepProvided: "step_provided"
        case .stepSkipped: "step_skipped"
        case .branch: "branch"
        case .guidance: "guidance"
        case .artifact: "artifact"
        case .unchanged: "unchanged"
        case .retryScheduled: "retry_scheduled"
        case .phaseEntered: "phase_entered"
        case .milestone: "milestone"
        case .attention: "attention"
        case .runEnded: "run_ended"
        }
    }
}
