/// What a trigger, a command line or a person asks of the orchestrator: `req/{client}`.
public struct Request: WireMessage, Equatable {
    public enum Kind: Sendable, Equatable {
        case start(StartRequest)
        case get(GetRequest)
        case list(ListRequest)
        case cancel(CancelRequest)
        case decide(DecideRequest)
        case define(DefinitionRequest)
        case validate(DefinitionRequest)
        /// A request of the protocol that this version does not carry out.
        case other(String)
    }

    /// Chosen by the client: the reply carries it, and the same id again gets the same answer.
    public var id: String
    public var kind: Kind

    public static var maxBytes: Int { WireLimits.requestBytes }

    /// The types of the protocol that are recognised and not carried out yet.
    public static let otherTypes = ["pause", "resume", "retry", "skip", "forget"]

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
        case "cancel": kind = .cancel(CancelRequest(reading: fields))
        case "decide": kind = .decide(DecideRequest(reading: fields))
        case "define": kind = .define(DefinitionRequest(reading: fields))
        case "validate": kind = .validate(DefinitionRequest(reading: fields))
        case let type:
            kind = .other(type)
            // An empty type has been noted.
            if !type.isEmpty, !Self.otherTypes.contains(type) {
                let known = ["start", "get", "list", "cancel", "decide", "define", "validate"]
                let types = known + Self.otherTypes
                fields.faults.code = .unknownType
                fields.fault("type must be one of \(types.joined(separator: ", "))")
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
        case .cancel(let request): request.write(members: &writer)
        case .decide(let request): request.write(members: &writer)
        case .define(let request), .validate(let request): request.write(members: &writer)
        case .other: break
        }
    }

    /// The request's `type`.
    public var type: String {
        switch kind {
        case .start: "start"
        case .get: "get"
        case .list: "list"
        case .cancel: "cancel"
        case .decide: "decide"
        case .define: "define"
        case .validate: "validate"
        case .other(let type): type
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

/// End a run.
public struct CancelRequest: WireMessage, Equatable {
    public var run: Identifier
    public var reason: String?

    public init(run: Identifier, reason: String? = nil) {
        self.run = run
        self.reason = reason
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        reason = fields.optionalString("reason", maxBytes: WireLimits.reasonBytes)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("reason", reason)
    }
}
