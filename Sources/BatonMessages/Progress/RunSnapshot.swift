/// Where a run stands: retained on `run/{run}/state`, what a dashboard draws from.
public struct RunSnapshot: Sendable, Equatable {
    public var run: Identifier
    public var project: String
    public var workflow: String
    public var title: String
    public var revision: String
    public var status: RunStatus
    /// Why it needs a person, is paused, failed or was cancelled.
    public var reason: String?
    /// nil before the first step.
    public var phase: Phase?
    /// Every phase that the workflow has, in order.
    public var milestones: [Milestone]
    /// In the order of the workflow; above 500 steps only the open ones.
    public var steps: [StepEntry]
    /// How many steps are in each state.
    public var counts: [StepStatus: Int]
    /// 0…100.
    public var percent: Int
    /// The roles for which tasks wait and no agent is there.
    public var waitingFor: [WaitingFor]
    /// The open questions, oldest first; at most ``WireLimits/decisionsPerSnapshot``.
    public var decisions: [DecisionEntry]
    /// The `seq` of the last event that is in it.
    public var sequence: Int
    public var startedAt: Timestamp
    public var updatedAt: Timestamp
    public var endedAt: Timestamp?
    /// What agents reported.
    public var usage = Usage()
    /// How long it has been going, without the time in which it was paused or its budget held it.
    public var wallMilliseconds: Int64 = 0
    public var budget: RunBudget?
    public var by: By

    public init(
        run: Identifier, project: String, workflow: String, title: String, revision: String, status: RunStatus,
        reason: String? = nil, phase: Phase?, milestones: [Milestone], steps: [StepEntry],
        counts: [StepStatus: Int], percent: Int, waitingFor: [WaitingFor] = [], decisions: [DecisionEntry] = [],
        sequence: Int,
        startedAt: Timestamp, updatedAt: Timestamp, endedAt: Timestamp? = nil, by: By
    ) {
        self.run = run
        self.project = project
        self.workflow = workflow
        self.title = title
        self.revision = revision
        self.status = status
        self.reason = reason
        self.phase = phase
        self.milestones = milestones
        self.steps = steps
        self.counts = counts
        self.percent = percent
        self.waitingFor = waitingFor
        self.decisions = decisions
        self.sequence = sequence
        self.startedAt = startedAt
        self.updatedAt = updatedAt
        self.endedAt = endedAt
        self.by = by
    }
}

extension RunSnapshot: WireMessage {
    public init(reading fields: Fields) {
        self.init(
            run: fields.identifier("run"), project: fields.string("project"), workflow: fields.string("workflow"),
            title: fields.string("title"), revision: fields.string("revision"),
            status: fields.word("status", else: .running), reason: fields.optionalString("reason"),
            phase: fields.optionalWord("phase"), milestones: fields.list("milestones"), steps: fields.list("steps"),
            counts: Self.counts(fields), percent: fields.integer("percent", in: 0...100),
            waitingFor: fields.optionalList("waiting_for"), decisions: fields.optionalList("decisions"),
            sequence: fields.integer("seq"), startedAt: fields.time("started_at"),
            updatedAt: fields.time("updated_at"), endedAt: fields.optionalTime("ended_at"), by: fields.nested("by"))
        usage = fields.optionalNested("usage") ?? Usage()
        wallMilliseconds = Int64(((fields.optionalNumber("wall_time", in: 0...1e12) ?? 0) * 1000).rounded())
        budget = fields.optionalBudget("budget")
    }

    private static func counts(_ fields: Fields) -> [StepStatus: Int] {
        fields.nested("counts") { counts in
            var result: [StepStatus: Int] = [:]
            for status in StepStatus.allCases {
                result[status] = counts.optionalInteger(status.rawValue, in: 0...Int.max)
            }
            return result
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("project", project)
        writer.field("workflow", workflow)
        writer.field("title", title)
        writer.field("revision", revision)
        writer.field("status", status)
        writer.field("reason", reason)
        writer.field("phase", phase)
        writer.field("milestones", milestones)
        writer.field("steps", steps)
        writer.object("counts") {
            for status in StepStatus.allCases { $0.field(status.rawValue, counts[status]) }
        }
        writer.field("percent", percent)
        writer.field("waiting_for", waitingFor)
        writer.field("decisions", decisions)
        writer.field("seq", sequence)
        writer.field("started_at", startedAt)
        writer.field("updated_at", updatedAt)
        writer.field("ended_at", endedAt)
        if !usage.isZero { writer.field("usage", usage) }
        writer.field("wall_time", Double(wallMilliseconds) / 1000)
        writer.field("budget", budget?.json)
        writer.field("by", by)
    }
}

/// A phase, and when it was finished.
public struct Milestone: WireMessage, Equatable {
    public var phase: Phase
    public var reachedAt: Timestamp?

    public init(phase: Phase, reachedAt: Timestamp?) {
        self.phase = phase
        self.reachedAt = reachedAt
    }

    public init(reading fields: Fields) {
        phase = fields.word("phase", else: .discovery)
        reachedAt = fields.optionalTime("reached_at")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("phase", phase)
        writer.field("reached_at", reachedAt)
    }
}

/// Tasks that no agent is there for.
public struct WaitingFor: WireMessage, Equatable {
    public var role: String
    /// How many.
    public var tasks: Int

    public init(role: String, tasks: Int) {
        self.role = role
        self.tasks = tasks
    }

    public init(reading fields: Fields) {
        role = fields.string("role", nonEmpty: true)
        tasks = fields.integer("tasks")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("role", role)
        writer.field("tasks", tasks)
    }
}
