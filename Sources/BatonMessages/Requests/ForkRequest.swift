import BatonEngine

/// `fork`: begin a run anew from one of its steps, as a run of its own.
public struct ForkRequest: WireMessage, Equatable {
    /// The run that it is forked from; it stays as it is.
    public var source: Identifier
    /// The id of the step.
    public var step: String
    /// The scope of the item (`epic-1/story-2`); nil: the first that reached the step.
    public var item: String?
    /// An object: what holds from there on in place of what was known.
    public var facts: JSON
    /// Default: that of the other run.
    public var project: String?
    /// Default: the orchestrator names the run.
    public var run: Identifier?

    public init(
        source: Identifier, step: String, item: String? = nil, facts: JSON = [:], project: String? = nil,
        run: Identifier? = nil
    ) {
        self.source = source
        self.step = step
        self.item = item
        self.facts = facts
        self.project = project
        self.run = run
    }

    public init(reading fields: Fields) {
        source = fields.identifier("run")
        step = fields.string("step", maxBytes: WireLimits.reasonBytes, nonEmpty: true)
        item = fields.optionalString("item", maxBytes: WireLimits.reasonBytes)
        facts = fields.namedValues("facts")
        project = fields.optionalName("project")
        run = fields.optionalIdentifier("run_id")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", source)
        writer.field("step", step)
        writer.field("item", item)
        if facts != [:] { writer.field("facts", facts) }
        writer.field("project", project)
        writer.field("run_id", run)
    }
}
