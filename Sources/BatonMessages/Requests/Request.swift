/// What a trigger, a command line or a person asks of the orchestrator: `req/{client}`.
public struct Request: WireMessage, Equatable {
    public enum Kind: Sendable, Equatable {
        case start(StartRequest)
        case get(GetRequest)
        case list(ListRequest)
        case agents(AgentsRequest)
        case cancel(RunRequest)
        case pause(RunRequest)
        case resume(RunRequest)
        case retry(StepRequest)
        case rework(ReworkRequest)
        case fork(ForkRequest)
        case skip(StepRequest)
        case fail(StepRequest)
        case forget(RunRequest)
        case deadLetters(DeadLettersRequest)
        case deadLetter(DeadLetterRequest)
        case offer(DeadLetterRequest)
        case decide(DecideRequest)
        case define(DefinitionRequest)
        case validate(DefinitionRequest)
    }

    /// Chosen by the client: the reply carries it, and the same id again gets the same answer.
    public var id: String
    public var kind: Kind

    public static var maxBytes: Int { WireLimits.requestBytes }

    /// Every `type`.
    public static let types = [
        "start", "get", "list", "agents", "cancel", "pause", "resume", "retry", "rework", "fork", "skip", "fail",
        "forget", "decide", "define", "validate", "dead_letters", "dead_letter", "offer",
    ]

    public init(id: String, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    /// Whether the text can be a request's id: 1–128 characters, none of them a control character.
    public static func isID(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.count <= WireLimits.nameBytes && !text.hasControlCharacters
    }

    /// The member `request_id`.
    static func id(_ fields: Fields) -> String {
        let id = fields.string("request_id", nonEmpty: true)
        if !id.isEmpty, !isID(id) {
            fields.fault("request_id must have 1 to \(WireLimits.nameBytes) characters and no control characters")
        }
        return id
    }

    public init(reading fields: Fields) {
        id = Self.id(fields)
        switch fields.string("type", nonEmpty: true) {
        case "start": kind = .start(StartRequest(reading: fields))
        case "get": kind = .get(GetRequest(reading: fields))
        case "list": kind = .list(ListRequest(reading: fields))
        case "agents": kind = .agents(AgentsRequest(reading: fields))
        case "cancel": kind = .cancel(RunRequest(reading: fields))
        case "pause": kind = .pause(RunRequest(reading: fields))
        case "resume": kind = .resume(RunRequest(reading: fields))
        case "retry": kind = .retry(StepRequest(reading: fields))
        case "rework": kind = .rework(ReworkRequest(reading: fields))
        case "fork": kind = .fork(ForkRequest(reading: fields))
        case "skip": kind = .skip(StepRequest(reading: fields))
        case "fail": kind = .fail(StepRequest(reading: fields))
        case "forget": kind = .forget(RunRequest(reading: fields))
        case "dead_letters": kind = .deadLetters(DeadLettersRequest(reading: fields))
        case "dead_letter": kind = .deadLetter(DeadLetterRequest(reading: fields))
        case "offer": kind = .offer(DeadLetterRequest(reading: fields))
        case "decide": kind = .decide(DecideRequest(reading: fields))
        case "define": kind = .define(DefinitionRequest(reading: fields))
        case "validate": kind = .validate(DefinitionRequest(reading: fields))
        case let type:
            kind = .list(ListRequest())
            // An empty type has been noted.
            if !type.isEmpty {
                fields.faults.code = .unknownType
                fields.fault("type must be one of \(Self.types.joined(separator: ", "))")
            }
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("request_id", id)
        writer.field("type", type)
        switch kind {
        case .start(let request): request.write(members: &writer)
        case .get(let request): request.write(members: &writer)
        case .list(let request): request.write(members: &writer)
        case .agents(let request): request.write(members: &writer)
        case .cancel(let request), .pause(let request), .resume(let request), .forget(let request):
            request.write(members: &writer)
        case .retry(let request), .skip(let request), .fail(let request): request.write(members: &writer)
        case .rework(let request): request.write(members: &writer)
        case .fork(let request): request.write(members: &writer)
        case .decide(let request): request.write(members: &writer)
        case .deadLetters(let request): request.write(members: &writer)
        case .deadLetter(let request), .offer(let request): request.write(members: &writer)
        case .define(let request), .validate(let request): request.write(members: &writer)
        }
    }

    /// The request's `type`.
    public var type: String {
        switch kind {
        case .start: "start"
        case .get: "get"
        case .list: "list"
        case .agents: "agents"
        case .cancel: "cancel"
        case .pause: "pause"
        case .resume: "resume"
        case .retry: "retry"
        case .rework: "rework"
        case .fork: "fork"
        case .skip: "skip"
        case .fail: "fail"
        case .forget: "forget"
        case .deadLetters: "dead_letters"
        case .deadLetter: "dead_letter"
        case .offer: "offer"
        case .decide: "decide"
        case .define: "define"
        case .validate: "validate"
        }
    }
}

/// The runs, newest first.
public struct ListRequest: WireMessage, Equatable {
    /// Only runs with this status.
    public var status: RunStatus?
    public var limit: Int

    public init(status: RunStatus? = nil, limit: Int = WireLimits.defaultRunsPerList) {
        self.status = status
        self.limit = limit
    }

    public init(reading fields: Fields) {
        status = fields.optionalWord("status")
        limit = fields.optionalInteger("limit", in: 1...WireLimits.runsPerList) ?? WireLimits.defaultRunsPerList
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("status", status)
        writer.field("limit", limit)
    }
}
