/// A run in one line: in the index, and in the answer to `list`.
public struct RunRow: WireMessage, Equatable {
    public var run: Identifier
    public var workflow: String
    public var title: String
    public var project: String
    public var status: RunStatus
    /// nil before the first step.
    public var phase: Phase?
    /// 0…100.
    public var percent: Int
    public var startedAt: Timestamp
    public var endedAt: Timestamp?
    /// Why it needs a person, is paused, failed or was cancelled.
    public var reason: String?
    /// How many questions it asks people now.
    public var questions: Int

    /// Whether it waits for somebody, as a whole or at one step.
    public var needsPerson: Bool { status == .attention || questions > 0 }

    public init(
        run: Identifier, workflow: String, title: String, project: String, status: RunStatus, phase: Phase?,
        percent: Int, startedAt: Timestamp, endedAt: Timestamp? = nil, reason: String? = nil, questions: Int = 0
    ) {
        self.run = run
        self.workflow = workflow
        self.title = title
        self.project = project
        self.status = status
        self.phase = phase
        self.percent = percent
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.reason = reason
        self.questions = questions
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        workflow = fields.string("workflow")
        title = fields.string("title")
        project = fields.string("project")
        status = fields.word("status", else: .running)
        phase = fields.optionalWord("phase")
        percent = fields.integer("percent", in: 0...100)
        startedAt = fields.time("started_at")
        endedAt = fields.optionalTime("ended_at")
        reason = fields.optionalString("reason")
        questions = fields.optionalInteger("questions", in: 0...Int.max) ?? 0
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("workflow", workflow)
        writer.field("title", title)
        writer.field("project", project)
        writer.field("status", status)
        writer.field("phase", phase)
        writer.field("percent", percent)
        writer.field("started_at", startedAt)
        writer.field("ended_at", endedAt)
        writer.field("reason", reason)
        if questions > 0 { writer.field("questions", questions) }
    }
}

/// All runs that are shown: retained on `runs`.
public struct RunIndex: WireMessage, Equatable {
    /// At most ``WireLimits/runsPerList`` active ones and as many that ended last.
    public var runs: [RunRow]
    public var at: Timestamp

    public init(runs: [RunRow], at: Timestamp) {
        self.runs = runs
        self.at = at
    }

    public init(reading fields: Fields) {
        runs = fields.list("runs")
        at = fields.time("at")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("runs", runs)
        writer.field("at", at)
    }
}
