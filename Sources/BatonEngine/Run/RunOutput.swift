import OrderedCollections

/// What follows from an input: what to store, what to do after that, and what to tell.
public struct RunOutput: Sendable, Equatable {
    /// The run's own row changed (status, phase, milestones).
    public var headerChanged = false
    /// Tasks that are new or changed, by their ordinals, each once.
    public var tasks: OrderedSet<UInt32> = []
    /// New artifact versions.
    public var artifacts: [ArtifactVersion] = []
    /// New or changed facts.
    public var facts: [Fact] = []
    /// New handoffs.
    public var handoffs: [Handoff] = []
    /// Attempts that ended.
    public var attempts: [AttemptRecord] = []
    /// Decisions that are new or changed, by their ordinals, each once.
    public var decisions: OrderedSet<UInt32> = []
    public var effects: [RunEffect] = []
    /// What the input led to, for people.
    public var log: [LogEntry] = []
}

/// What the shell does once the output is on disk.
public enum RunEffect: Sendable, Equatable {
    /// Find an agent for the task.
    case ready(task: UInt32)
    /// Give the task up: take it out of the queue, and tell the agent that has it.
    case withdraw(task: UInt32, lease: Identifier?, reason: String)
    /// Come back with `retryDue` at that time.
    case wake(task: UInt32, at: Timestamp)
    /// Come back with `timeDue` at that time, if it is still the one.
    case wakeRun(at: Timestamp)
    /// Publish the question, or take it back when it is no longer open.
    case decision(UInt32)
    /// Come back with `answerDue` at that time, if the question is still open.
    case wakeDecision(UInt32, at: Timestamp)
    /// Start the run that the task stands for.
    case startChild(task: UInt32, run: Identifier)
    /// Cancel the run that a task stood for.
    case cancelChild(run: Identifier, reason: String)
    /// Give nothing of the run out until `resume`, and take back what has not left.
    case pause
    case resume
    /// Pause the run that a task stands for; let it go on.
    case pauseChild(run: Identifier, reason: String)
    case resumeChild(run: Identifier)
    /// Nothing more will happen.
    case ended
}

/// A line of what an input led to.
public enum LogEntry: Sendable, Equatable {
    /// `task`: the number of the task that waits for an agent from now on.
    case stepReady(step: String, task: UInt32)
    /// The step will make documents again.
    case stepQueued(step: String, scope: String, task: UInt32, artifacts: [String])
    case stepCompleted(step: String)
    /// An element that holds others has begun; `items`: how many a for-each runs over, when it is known.
    case blockEntered(step: String, scope: String, items: Int?)
    case roundBegun(step: String, scope: String, round: Int)
    case stepFailed(step: String, reason: String)
    case routed(step: String, route: String, origin: String)
    case asked(decision: UInt32, name: String, scope: String, question: String)
    case decided(decision: UInt32, name: String, answer: JSON, by: String, comment: String = "")
    /// Somebody answered a question that more people have to answer.
    case answered(decision: UInt32, name: String, answer: JSON, by: String, comment: String, missing: Int)
    case verdict(step: String, passed: Bool, flagged: [String])
    case childStarted(step: String, run: Identifier)
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
    /// An agent refused what it was handed; `to` is the step that adds what is missing.
    case handoffRefused(step: String, by: String, to: String, reason: String)
    /// A limit of the run's budget is reached.
    case budgetReached(limit: String, reason: String)
    case runEnded(RunStatus, reason: String?)
}

extension LogEntry {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.field("kind", kind)
            switch self {
            case .stepReady(let step, let task):
                object.field("step", step)
                object.field("task", task)
            case .stepQueued(let step, let scope, let task, let artifacts):
                object.field("step", step)
                if !scope.isEmpty { object.field("item", scope) }
                object.field("task", task)
                object.field("artifacts", artifacts)
            case .stepCompleted(let step), .stepProvided(let step):
                object.field("step", step)
            case .blockEntered(let step, let scope, let items):
                object.field("step", step)
                if !scope.isEmpty { object.field("item", scope) }
                if let items { object.field("items", items) }
            case .roundBegun(let step, let scope, let round):
                object.field("step", step)
                if !scope.isEmpty { object.field("item", scope) }
                object.field("round", round)
            case .routed(let step, let route, let origin):
                object.field("step", step)
                object.field("route", route)
                object.field("origin", origin)
            case .asked(let decision, let name, let scope, let question):
                object.field("decision", decision)
                object.field("name", name)
                if !scope.isEmpty { object.field("item", scope) }
                object.field("question", question)
            case .decided(let decision, let name, let answer, let client, let comment):
                object.field("decision", decision)
                object.field("name", name)
                object.field("answer", answer)
                object.field("by", client)
                if !comment.isEmpty { object.field("comment", comment) }
            case .answered(let decision, let name, let answer, let client, let comment, let missing):
                object.field("decision", decision)
                object.field("name", name)
                object.field("answer", answer)
                object.field("by", client)
                if !comment.isEmpty { object.field("comment", comment) }
                object.field("missing", missing)
            case .verdict(let step, let passed, let flagged):
                object.field("step", step)
                object.field("passed", passed)
                object.field("flagged", flagged)
            case .childStarted(let step, let run):
                object.field("step", step)
                object.field("run", run.description)
            case .stepSkipped(let step, let reason), .stepFailed(let step, let reason),
                .attention(let step, let reason):
                object.field("step", step)
                object.field("reason", reason)
            case .handoffRefused(let step, let agent, let sender, let reason):
                object.field("step", step)
                object.field("by", agent)
                object.field("to", sender)
                object.field("reason", reason)
            case .budgetReached(let limit, let reason):
                object.field("limit", limit)
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

    /// The names of what follows from an event.
    public enum Kind: String, Sendable, CaseIterable {
        case stepReady = "step_ready"
        case stepQueued = "step_queued"
        case stepCompleted = "step_completed"
        case blockEntered = "block_entered"
        case roundBegun = "round_begun"
        case stepFailed = "step_failed"
        case routed
        case asked
        case decided
        case answered
        case verdict
        case childStarted = "child_started"
        case stepProvided = "step_provided"
        case stepSkipped = "step_skipped"
        case branch
        case guidance
        case artifact
        case unchanged
        case retryScheduled = "retry_scheduled"
        case phaseEntered = "phase_entered"
        case milestone
        case attention
        case handoffRefused = "handoff_refused"
        case budgetReached = "budget_reached"
        case runEnded = "run_ended"
    }

    public var kind: String { name.rawValue }

    private var name: Kind {
        switch self {
        case .stepReady: .stepReady
        case .stepQueued: .stepQueued
        case .stepCompleted: .stepCompleted
        case .blockEntered: .blockEntered
        case .roundBegun: .roundBegun
        case .stepFailed: .stepFailed
        case .routed: .routed
        case .asked: .asked
        case .decided: .decided
        case .answered: .answered
        case .verdict: .verdict
        case .childStarted: .childStarted
        case .stepProvided: .stepProvided
        case .stepSkipped: .stepSkipped
        case .branch: .branch
        case .guidance: .guidance
        case .artifact: .artifact
        case .unchanged: .unchanged
        case .retryScheduled: .retryScheduled
        case .phaseEntered: .phaseEntered
        case .milestone: .milestone
        case .attention: .attention
        case .handoffRefused: .handoffRefused
        case .budgetReached: .budgetReached
        case .runEnded: .runEnded
        }
    }
}
