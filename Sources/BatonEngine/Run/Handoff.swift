/// The validated message that carries instructions and context from one role to the next: one per task.
public struct Handoff: Sendable, Equatable {
    public var id: Identifier
    public var run: Identifier
    public var project: String
    /// The role that hands over; `user` on the first step.
    public var fromAgent: String
    public var toAgent: String
    /// The agents (MQTT clients) behind the roles, when known.
    public var fromInstance: String?
    public var toInstance: String?
    public var phase: Phase
    /// The artifact versions that go along; each exists in the run.
    public var contextIDs: [Identifier]
    /// What was done so far.
    public var contextSummary: String
    /// The handoff prompt and the step's notes.
    public var instructions: String
    /// Equal to what the step creates or updates.
    public var expectedOutputs: [String]
    public var acceptanceCriteria: [String]
    public var dependencies: [String]
    public var priority: Priority
    public var metadata: JSON
    public var createdAt: Timestamp

    public init(
        id: Identifier, run: Identifier, project: String, fromAgent: String, toAgent: String,
        fromInstance: String? = nil, toInstance: String? = nil, phase: Phase, contextIDs: [Identifier],
        contextSummary: String, instructions: String, expectedOutputs: [String], acceptanceCriteria: [String] = [],
        dependencies: [String] = [], priority: Priority = .medium, metadata: JSON = [:], createdAt: Timestamp
    ) {
        self.id = id
        self.run = run
        self.project = project
        self.fromAgent = fromAgent
        self.toAgent = toAgent
        self.fromInstance = fromInstance
        self.toInstance = toInstance
        self.phase = phase
        self.contextIDs = contextIDs
        self.contextSummary = contextSummary
        self.instructions = instructions
        self.expectedOutputs = expectedOutputs
        self.acceptanceCriteria = acceptanceCriteria
        self.dependencies = dependencies
        self.priority = priority
        self.metadata = metadata
        self.createdAt = createdAt
    }
}
