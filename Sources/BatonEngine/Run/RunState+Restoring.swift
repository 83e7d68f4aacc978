import OrderedCollections

/// What the store keeps of a run, apart from its history: enough to go on.
public struct RunRecord: Sendable {
    public var id: Identifier
    public var project: String
    public var client: String
    public var parent: Identifier?
    public var inputs: JSON
    public var options: RunOptions
    public var status: RunStatus
    public var reason: String?
    public var pause: Pause?
    public var spending: Spending
    public var phase: Phase?
    public var milestones: OrderedDictionary<Phase, Timestamp>
    public var startedAt: Timestamp
    public var updatedAt: Timestamp
    public var endedAt: Timestamp?
    public var sequence: Int
    public var lastOrdinal: UInt32
    /// In the order of their ordinals.
    public var tasks: [TaskState]
    /// In the order of their ordinals.
    public var artifacts: [ArtifactVersion]
    public var facts: [Fact]
    /// In the order of their ordinals.
    public var decisions: [Decision]
    /// Those of open tasks, by the task's ordinal.
    public var handoffs: [UInt32: Handoff]

    public init(
        id: Identifier, project: String, client: String, parent: Identifier?, inputs: JSON, options: RunOptions,
        status: RunStatus, reason: String?, pause: Pause?, spending: Spending, phase: Phase?,
        milestones: OrderedDictionary<Phase, Timestamp>, startedAt: Timestamp,
        updatedAt: Timestamp, endedAt: Timestamp?, sequence: Int, lastOrdinal: UInt32, tasks: [TaskState],
        artifacts: [ArtifactVersion], facts: [Fact], decisions: [Decision],
        handoffs: [UInt32: Handoff]
    ) {
        self.id = id
        self.project = project
        self.client = client
        self.parent = parent
        self.inputs = inputs
        self.options = options
        self.status = status
        self.reason = reason
        self.pause = pause
        self.spending = spending
        self.phase = phase
        self.milestones = milestones
        self.startedAt = startedAt
        self.updatedAt = updatedAt
        self.endedAt = endedAt
        self.sequence = sequence
        self.lastOrdinal = lastOrdinal
        self.tasks = tasks
        self.artifacts = artifacts
        self.facts = facts
        self.decisions = decisions
        self.handoffs = handoffs
    }
}

extension RunState {
    /// The state that the store kept.
    public init(_ record: RunRecord, plan: Plan) {
        self.init(id: record.id, plan: plan)
        project = record.project
        client = record.client
        parent = record.parent
        inputs = record.inputs
        options = record.options
        status = record.status
        reason = record.reason
        pause = record.pause
        spending = record.spending
        phase = record.phase
        milestones = record.milestones
        startedAt = record.startedAt
        updatedAt = record.updatedAt
        endedAt = record.endedAt
        sequence = record.sequence
        lastOrdinal = record.lastOrdinal
        tasks = record.tasks
        for task in tasks { activations.add(task) }
        decisions = record.decisions
        for version in record.artifacts { restore(version) }
        for fact in record.facts { facts.insert(fact) }
        handoffs = record.handoffs
    }
}
