/// `cancel`, `pause`, `resume` or `forget` a run.
public struct RunRequest: WireMessage, Equatable {
    public var run: Identifier
    /// Why, for the record; of `cancel` and `pause`.
    public var reason: String?
    /// Limits to set; of `resume`.
    public var budget: RunBudget?

    public init(run: Identifier, reason: String? = nil, budget: RunBudget? = nil) {
        self.run = run
        self.reason = reason
        self.budget = budget
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        reason = fields.optionalString("reason", maxBytes: WireLimits.reasonBytes)
        budget = fields.optionalBudget("budget")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("reason", reason)
        writer.field("budget", budget?.json)
    }
}

/// `retry`, `skip` or `fail` a step of a run, or what its `task` names.
public struct StepRequest: WireMessage, Equatable {
    public var run: Identifier
    /// A step's id.
    public var step: String?
    /// The scope of the item (`epic-1/story-2`), where a step has several.
    public var item: String?
    /// A task's id, in place of `step` and `item`.
    public var task: Identifier?
    /// Why, for the record; of `skip` and `fail`.
    public var reason: String?
    /// Limits to set before; of `retry`.
    public var budget: RunBudget?

    public init(
        run: Identifier, step: String? = nil, item: String? = nil, task: Identifier? = nil, reason: String? = nil,
        budget: RunBudget? = nil
    ) {
        self.run = run
        self.step = step
        self.item = item
        self.task = task
        self.reason = reason
        self.budget = budget
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        step = fields.optionalString("step", maxBytes: WireLimits.reasonBytes, nonEmpty: true)
        item = fields.optionalString("item", maxBytes: WireLimits.reasonBytes)
        task = fields.optionalIdentifier("task")
        reason = fields.optionalString("reason", maxBytes: WireLimits.reasonBytes)
        budget = fields.optionalBudget("budget")
        if item != nil, step == nil { fields.fault("item needs the step whose item it is") }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("step", step)
        writer.field("item", item)
        writer.field("task", task)
        writer.field("reason", reason)
        writer.field("budget", budget?.json)
    }
}

/// What became of a run that somebody steers: the answer to `cancel`, `pause`, `resume`, `retry`, `rework`, `skip` and
/// `fail`.
public struct RunReply: WireMessage, Equatable {
    public var run: Identifier
    public var status: RunStatus
    /// Whether this request changed anything; one that comes twice or late does not.
    public var hasChanged: Bool
    /// The steps that it changed, with their items (`build of epic-1/story-2`).
    public var steps: [String]

    public init(run: Identifier, status: RunStatus, hasChanged: Bool, steps: [String] = []) {
        self.run = run
        self.status = status
        self.hasChanged = hasChanged
        self.steps = steps
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        status = fields.word("status", else: .running)
        hasChanged = fields.optionalFlag("changed") ?? true
        steps = fields.optionalStrings("steps")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("status", status)
        writer.field("changed", hasChanged)
        writer.field(nonEmpty: "steps", steps)
    }
}
