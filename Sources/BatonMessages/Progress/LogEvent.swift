import BatonEngine

/// What happened to a run, once it is on disk: `run/{run}/log`, and the rows of `get` history.
public struct LogEvent: WireMessage, Equatable {
    public var run: Identifier
    /// From 1, without gaps.
    public var sequence: Int
    public var at: Timestamp
    /// One of ``kinds``; a later orchestrator may have others.
    public var kind: String
    public var step: String?
    /// The scope of the item that the task belongs to (`epic-1/story-2`).
    public var item: String?
    public var task: Identifier?
    /// Whose attempt it is about, and which, as it was then.
    public var agent: String?
    public var attempt: Int?
    /// An object: what came in.
    public var input: JSONFragment
    /// An array of objects with a `kind` each: what followed from it.
    public var then: JSONFragment

    /// The kinds of events, and of what follows from them.
    public static let kinds: [String] = {
        let events = RunEvent.Kind.allCases.map(\.rawValue)
        return events + LogEntry.Kind.allCases.map(\.rawValue).filter { !events.contains($0) }
    }()

    public init(
        run: Identifier, sequence: Int, at: Timestamp, kind: String, step: String? = nil, item: String? = nil,
        task: Identifier? = nil, agent: String? = nil, attempt: Int? = nil, input: JSONFragment, then: JSONFragment
    ) {
        self.run = run
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.step = step
        self.item = item
        self.task = task
        self.agent = agent
        self.attempt = attempt
        self.input = input
        self.then = then
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        sequence = fields.integer("seq", in: 1...Int.max)
        at = fields.time("at")
        kind = fields.string("kind", nonEmpty: true)
        step = fields.optionalString("step")
        item = fields.optionalString("item")
        task = fields.optionalIdentifier("task")
        agent = fields.optionalString("agent")
        attempt = fields.optionalInteger("attempt", in: 0...Int.max)
        if fields.value("input") == nil { fields.missing("input") }
        input = .value(fields.optionalObject("input") ?? [:])
        if fields.value("then") == nil { fields.missing("then") }
        then = .value(fields.optionalArray("then") { _ = $0.string("kind", nonEmpty: true) })
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("seq", sequence)
        writer.field("at", at)
        writer.field("kind", kind)
        writer.field("step", step)
        writer.field("item", item)
        writer.field("task", task)
        writer.field("agent", agent)
        writer.field("attempt", attempt)
        writer.field("input", input)
        writer.field("then", then)
    }
}
