/// The answer to a request: `rsp/{client}`.
public struct Reply: WireMessage, Equatable {
    public enum Body: Sendable, Equatable {
        /// To `start`.
        case started(StartReply)
        /// To `list`, newest first.
        case runs([RunRow])
        /// To `agents`, by name.
        case agents([AgentStanding])
        /// To `get`: see ``GetRequest``.
        case run(RunSnapshot)
        /// With how many there are in all; nil: an orchestrator that gives all of them at once.
        case artifacts([ArtifactEntry], total: Int? = nil)
        case artifact(ArtifactSlice)
        case handoffs([Handoff])
        case history([LogEvent], lastSequence: Int)
        case workflows([WorkflowEntry])
        case decisions([DecisionEntry])
        /// To `decide`.
        case decided(DecideReply)
        /// To `validate`, and to `define` when there is no error.
        case checked(DefinitionReply)
        /// To `cancel`, `pause`, `resume`, `retry`, `skip` and `fail`.
        case steered(RunReply)
        /// To `forget`; with how many runs it were, those that were steps of it among them.
        case forgotten(run: Identifier, runs: Int)
        /// To `dead_letters`, newest first.
        case deadLetters([DeadLetterEntry])
        /// To `dead_letter`.
        case deadLetter(DeadLetterEntry)
        /// To `offer`.
        case offered(OfferReply)
        /// To any.
        case failed(ReplyError)
    }

    public var requestID: String
    public var body: Body

    public init(requestID: String, _ body: Body) {
        self.requestID = requestID
        self.body = body
    }

    /// The answer to a request that could not be read; nil when not even its id could.
    public init?(refusing fault: WireFault) {
        guard let id = fault.requestID else { return nil }
        self.init(
            requestID: id,
            .failed(ReplyError(fault.code, "the request can't be carried out as it is", reasons: fault.reasons)))
    }

    /// The members that tell what a reply answers, since it has no type.
    private static let telling = [
        "run_id", "runs", "agents", "artifacts", "artifact", "handoffs", "events", "decisions", "decision", "valid",
        "workflows",
        "dead_letters", "dead_letter", "offered", "forgotten", "run",
    ]

    public init(reading fields: Fields) {
        requestID = Request.id(fields)
        guard let isOK = fields.optionalFlag("ok") else {
            if fields.value("ok") == nil { fields.missing("ok") }
            body = .workflows([])
            return
        }
        if !isOK {
            body = .failed(fields.nested("error"))
        } else if fields.value("run_id") != nil {
            body = .started(StartReply(reading: fields))
        } else if fields.value("runs") != nil {
            body = .runs(fields.list("runs"))
        } else if fields.value("agents") != nil {
            body = .agents(fields.list("agents"))
        } else if fields.value("artifacts") != nil {
            body = .artifacts(fields.list("artifacts"), total: fields.optionalInteger("total", in: 0...Int.max))
        } else if fields.value("artifact") != nil {
            body = .artifact(ArtifactSlice(reading: fields))
        } else if fields.value("handoffs") != nil {
            body = .handoffs(fields.list("handoffs"))
        } else if fields.value("events") != nil {
            body = .history(fields.list("events"), lastSequence: fields.integer("last_seq"))
        } else if fields.value("decisions") != nil {
            body = .decisions(fields.list("decisions"))
        } else if fields.value("decision") != nil || fields.value("name") != nil {
            body = .decided(DecideReply(reading: fields))
        } else if fields.value("valid") != nil {
            body = .checked(DefinitionReply(reading: fields))
        } else if fields.value("workflows") != nil {
            body = .workflows(fields.list("workflows"))
        } else if case .object = fields.value("run") {
            body = .run(fields.nested("run"))
        } else if fields.value("dead_letters") != nil {
            body = .deadLetters(fields.list("dead_letters"))
        } else if fields.value("dead_letter") != nil {
            body = .deadLetter(fields.nested("dead_letter"))
        } else if fields.value("offered") != nil {
            body = .offered(OfferReply(reading: fields))
        } else if fields.value("forgotten") != nil {
            body = .forgotten(run: fields.identifier("run"), runs: fields.integer("forgotten"))
        } else if fields.value("run") != nil {
            if fields.value("status") == nil { fields.fault("status or forgotten must say what became of the run") }
            body = .steered(RunReply(reading: fields))
        } else {
            fields.fault("the reply says ok and has none of \(Self.telling.joined(separator: ", "))")
            body = .workflows([])
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("request_id", requestID)
        if case .failed(let error) = body {
            writer.field("ok", false)
            writer.field("error", error)
            return
        }
        writer.field("ok", true)
        switch body {
        case .started(let reply): reply.write(members: &writer)
        case .runs(let rows): writer.field("runs", rows)
        case .agents(let agents): writer.field("agents", agents)
        case .run(let snapshot): writer.field("run", snapshot)
        case .artifacts(let entries, let total):
            writer.field("artifacts", entries)
            writer.field("total", total)
        case .artifact(let slice): slice.write(members: &writer)
        case .handoffs(let handoffs): writer.field("handoffs", handoffs)
        case .history(let events, let lastSequence):
            writer.field("events", events)
            writer.field("last_seq", lastSequence)
        case .workflows(let entries): writer.field("workflows", entries)
        case .decisions(let entries): writer.field("decisions", entries)
        case .decided(let reply): reply.write(members: &writer)
        case .checked(let reply): reply.write(members: &writer)
        case .steered(let reply): reply.write(members: &writer)
        case .deadLetters(let entries): writer.field("dead_letters", entries)
        case .deadLetter(let entry): writer.field("dead_letter", entry)
        case .offered(let reply): reply.write(members: &writer)
        case .forgotten(let run, let runs):
            writer.field("run", run)
            writer.field("forgotten", runs)
        case .failed: break
        }
    }
}

/// Why a request was not carried out.
public struct ReplyError: WireMessage, Error, Equatable {
    public var code: ErrorCode
    /// One sentence for people.
    public var message: String
    /// What is wrong with which field.
    public var reasons: [String]

    public init(_ code: ErrorCode, _ message: String, reasons: [String] = []) {
        self.code = code
        self.message = message
        self.reasons = reasons
    }

    public init(reading fields: Fields) {
        code = ErrorCode(rawValue: fields.name("code"))
        message = fields.string("message")
        reasons = fields.optionalStrings("reasons")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("code", code)
        writer.field("message", message)
        writer.field(nonEmpty: "reasons", reasons)
    }
}

/// A run was started, or had been by the same request.
public struct StartReply: WireMessage, Equatable {
    public var run: Identifier
    public var workflow: String
    /// SHA-256 of the workflow as it was when the run started.
    public var revision: String

    public init(run: Identifier, workflow: String, revision: String) {
        self.run = run
        self.workflow = workflow
        self.revision = revision
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run_id")
        workflow = fields.string("workflow")
        revision = fields.string("revision")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run_id", run)
        writer.field("workflow", workflow)
        writer.field("revision", revision)
    }
}
