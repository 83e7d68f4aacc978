/// The bounds of the protocol: what is larger is refused before it is looked at.
public enum WireLimits {
    /// Bytes of a request's payload.
    public static let requestBytes = 1 << 20
    /// Bytes of a result's payload; larger artifacts travel in ranges before it.
    public static let resultBytes = 1 << 20
    /// Bytes of the other messages that agents send: beats, declines, presence, requests for a range.
    public static let agentMessageBytes = 256 << 10
    /// Bytes of UTF-8 up to which an artifact's content stands in a task command.
    public static let inlineArtifactBytes = 64 << 10
    /// Bytes of content in one range of an artifact.
    public static let rangeBytes = 256 << 10
    /// Bytes of a message that puts a range: as much in base64, and what names it.
    public static let putBytes = 512 << 10
    /// Bytes of what the orchestrator sends: MQTT's own bound on a payload.
    public static let orchestratorMessageBytes = 256 << 20

    /// Bytes of a workflow's text; what a request can hold of it is a little less, since JSON escapes line ends.
    public static let definitionBytes = 1 << 20

    /// Bytes of a name: of a client, an agent, a role, a fact, a request.
    public static let nameBytes = 128
    /// Bytes of a short text: a title, a summary's line, a reason.
    public static let reasonBytes = 4096
    /// Bytes of what somebody says with an answer.
    public static let commentBytes = 64 << 10
    /// Artifacts in one result or start.
    public static let artifactsPerMessage = 1000
    /// Facts or inputs in one message.
    public static let factsPerMessage = 1000
    /// Leases in one beat.
    public static let leasesPerBeat = 10_000
    /// Roles of one agent.
    public static let rolesPerAgent = 64
    /// Slots of one agent.
    public static let slotsPerAgent = 10_000
    /// Runs in the answer to a `list`; also how many active and how many ended runs the index names.
    public static let runsPerList = 200
    /// Runs in the answer to a `list` that does not say how many.
    public static let defaultRunsPerList = 50
    /// Agents in the answer to an `agents`.
    public static let agentsPerReply = 200
    /// Tasks that are listed of one agent.
    public static let tasksPerAgent = 100
    /// Events in the answer to a `get` of a run's history.
    public static let eventsPerHistory = 500
    /// Artifact versions that a client asks for at once.
    public static let artifactsPerPage = 500
    /// The last event at which a run's former state can be asked for.
    public static let replayedEvents = 20_000
    /// Open questions in one snapshot.
    public static let decisionsPerSnapshot = 50
    /// Attempts that a snapshot lists of a step that needs a person, and characters of each one's message.
    public static let attemptsPerStep = 10
    public static let attemptMessageCharacters = 1000
    /// Reasons that a refusal gives at most.
    public static let reasonsPerFault = 20
}
