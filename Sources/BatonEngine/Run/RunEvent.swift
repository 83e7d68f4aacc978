/// What happens to a run: the inputs of its state machine, one history row each.
public struct RunInput: Sendable, Equatable {
    public let now: Timestamp
    public let seed: Seed
    public let event: RunEvent

    public init(now: Timestamp, seed: Seed, event: RunEvent) {
        self.now = now
        self.seed = seed
        self.event = event
    }
}

public enum RunEvent: Sendable, Equatable {
    case started(RunStart)
    /// A task was assigned to an agent.
    case dispatched(task: UInt32, agent: String, role: String, lease: Identifier)
    /// An agent's result was accepted.
    case completed(TaskReport)
    /// The attempt under this lease ended without a result that counts.
    /// `usage`: what the agent reported with it.
    case attemptEnded(
        task: UInt32, lease: Identifier, outcome: AttemptOutcome, message: String, mayRetry: Bool, usage: JSON? = nil)
    /// The time of a task's next attempt has come.
    case retryDue(task: UInt32)
    case cancelled(by: String, reason: String)
    /// Somebody answered a decision.
    /// `words`: what goes with an approval's answer.
    case decided(decision: UInt32, value: JSON, by: String, words: AnswerWords = AnswerWords())
    /// The time to answer a question is over.
    case answerDue(decision: UInt32)
    /// The run that a step stands for has ended.
    case childEnded(ChildReport)
    /// Nothing more is to be given out.
    case paused(by: String, reason: String)
    case resumed(by: String)
    /// Tasks that failed, or that wait for help, are tried again; none: everything that a failed run was at.
    case retried(tasks: [UInt32], by: String)
    /// What was made from an older version of the document is made again.
    case reworked(artifact: String, by: String)
    /// The run goes on without the task.
    case skipped(task: UInt32, by: String, reason: String)
    /// A person lets the task fail; nil: the run.
    case failed(task: UInt32?, by: String, reason: String)
    /// A person sets limits.
    case budgeted(RunBudget, by: String)
    /// The run's time is used up.
    case timeDue
    /// What came before is another run's; from here on it is this one's.
    case forked(RunFork)

    /// The names of events in history.
    public enum Kind: String, Sendable, CaseIterable {
        case started
        case dispatched
        case completed
        case attemptEnded = "attempt_ended"
        case retryDue = "retry_due"
        case cancelled
        case decided
        case answerDue = "answer_due"
        case childEnded = "child_ended"
        case paused
        case resumed
        case retried
        case reworked
        case skipped
        case failed
        case budgeted
        case timeDue = "time_due"
        case forked
    }

    /// The event's name in history.
    public var kind: String { name.rawValue }

    private var name: Kind {
        switch self {
        case .started: .started
        case .dispatched: .dispatched
        case .completed: .completed
        case .attemptEnded: .attemptEnded
        case .retryDue: .retryDue
        case .cancelled: .cancelled
        case .decided: .decided
        case .answerDue: .answerDue
        case .childEnded: .childEnded
        case .paused: .paused
        case .resumed: .resumed
        case .retried: .retried
        case .reworked: .reworked
        case .skipped: .skipped
        case .failed: .failed
        case .budgeted: .budgeted
        case .timeDue: .timeDue
        case .forked: .forked
        }
    }

    /// The task that it is about; nil: the whole run.
    public var task: UInt32? {
        switch self {
        case .started, .cancelled, .decided, .answerDue, .paused, .resumed, .reworked, .budgeted, .timeDue,
            .forked:
            nil
        case .dispatched(let task, _, _, _), .attemptEnded(let task, _, _, _, _, _), .retryDue(let task): task
        case .completed(let report): report.task
        case .childEnded(let report): report.task
        case .retried(let tasks, _): tasks.count == 1 ? tasks[0] : nil
        case .skipped(let task, _, _): task
        case .failed(let task, _, _): task
        }
    }
}

/// What somebody says with an answer.
public struct AnswerWords: Sendable, Equatable {
    public var comment: String
    /// The document that it is about, by its full name; nil: all that is looked at.
    public var artifact: ArtifactName?
    /// A person's version of a document, by its full name.
    public var document: ArtifactContent?

    public init(comment: String = "", artifact: ArtifactName? = nil, document: ArtifactContent? = nil) {
        self.comment = comment
        self.artifact = artifact
        self.document = document
    }

    var about: ArtifactName? { document?.name ?? artifact }
}

/// What a run starts with.
public struct RunStart: Sendable, Equatable {
    public var project: String
    /// The client that asked for it.
    public var client: String
    public var inputs: JSON
    public var facts: JSON
    public var artifacts: [ArtifactContent]
    public var options: RunOptions
    /// The task of another run that this one stands for.
    public var parent: Identifier?

    public init(
        project: String, client: String, inputs: JSON = [:], facts: JSON = [:], artifacts: [ArtifactContent] = [],
        options: RunOptions = RunOptions(), parent: Identifier? = nil
    ) {
        self.project = project
        self.client = client
        self.inputs = inputs
        self.facts = facts
        self.artifacts = artifacts
        self.options = options
        self.parent = parent
    }
}

/// How the run that a step stands for ended.
public struct ChildReport: Sendable, Equatable {
    public var task: UInt32
    public var run: Identifier
    public var status: RunStatus
    public var reason: String?
    /// The versions in force, when it was completed.
    public var artifacts: [ArtifactContent]
    /// The facts of the whole run, by name; an object.
    public var facts: JSON
    /// What it used; see ``Usage``.
    public var usage: JSON?

    public init(
        task: UInt32, run: Identifier, status: RunStatus, reason: String? = nil, artifacts: [ArtifactContent] = [],
        facts: JSON = [:], usage: JSON? = nil
    ) {
        self.task = task
        self.run = run
        self.status = status
        self.reason = reason
        self.artifacts = artifacts
        self.facts = facts
        self.usage = usage
    }
}

/// What an agent's accepted result says.
public struct TaskReport: Sendable, Equatable {
    public var task: UInt32
    public var lease: Identifier
    public var artifacts: [ArtifactContent]
    /// An object.
    public var facts: JSON
    /// What a review found: `{passed, flagged: [{artifact, reason, role?}]}`.
    public var verdict: JSON?
    public var summary: String
    public var usage: JSON?
    /// What the author decided about the sections of its documents that have a condition, for the record:
    /// `{artifact, section, condition, present}` each.
    public var choices: [JSON]
    /// The sections to be talked over, in the order of the documents; empty unless the run's options ask for it.
    public var elicited: [ElicitedSection]

    public init(
        task: UInt32, lease: Identifier, artifacts: [ArtifactContent], facts: JSON = [:], verdict: JSON? = nil,
        summary: String = "", usage: JSON? = nil, choices: [JSON] = [],
        elicited: [ElicitedSection] = []
    ) {
        self.task = task
        self.lease = lease
        self.artifacts = artifacts
        self.facts = facts
        self.verdict = verdict
        self.summary = summary
        self.usage = usage
        self.choices = choices
        self.elicited = elicited
    }
}
