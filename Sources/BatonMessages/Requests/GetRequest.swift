/// Read something that the orchestrator knows.
public enum GetRequest: WireMessage, Equatable {
    /// The run's snapshot; as it was after the event `at`, when that is given.
    case run(Identifier, at: Int? = nil)
    /// Every artifact version of a run, or a page of them, oldest first; those that it had after the event `at`.
    case artifacts(Identifier, at: Int? = nil, page: ListPage? = nil)
    /// A range of an artifact's content.
    case artifact(ArtifactQuery)
    /// Every handoff of a run; those that it had after the event `at`.
    case handoffs(Identifier, at: Int? = nil)
    /// Events of a run with a `seq` above `after`.
    case history(run: Identifier, after: Int, limit: Int)
    /// Every question of a run, oldest first; without a run, the open ones of all.
    case decisions(Identifier?)
    /// The workflows that can be started.
    case workflows

    private enum What: String, CaseIterable {
        case run, artifacts, artifact, handoffs, history, decisions, workflows
    }

    public init(reading fields: Fields) {
        let before = fields.faults.count
        let what = fields.word("what", What.self, else: .workflows)
        guard fields.faults.count == before else {
            self = .workflows
            return
        }
        switch what {
        case .run: self = .run(fields.identifier("run"), at: fields.optionalInteger("at_seq", in: 1...Int.max))
        case .artifacts:
            self = .artifacts(
                fields.identifier("run"), at: fields.optionalInteger("at_seq", in: 1...Int.max),
                page: ListPage(reading: fields))
        case .artifact: self = .artifact(ArtifactQuery(reading: fields))
        case .handoffs:
            self = .handoffs(fields.identifier("run"), at: fields.optionalInteger("at_seq", in: 1...Int.max))
        case .history:
            self = .history(
                run: fields.identifier("run"), after: fields.optionalInteger("after_seq", in: 0...Int.max) ?? 0,
                limit: fields.optionalInteger("limit", in: 1...WireLimits.eventsPerHistory)
                    ?? WireLimits.eventsPerHistory)
        case .decisions: self = .decisions(fields.optionalIdentifier("run"))
        case .workflows: self = .workflows
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("what", what)
        switch self {
        case .run(let run, let sequence), .handoffs(let run, let sequence):
            writer.field("run", run)
            writer.field("at_seq", sequence)
        case .artifacts(let run, let sequence, let page):
            writer.field("run", run)
            writer.field("at_seq", sequence)
            page?.write(members: &writer)
        case .artifact(let query): query.write(members: &writer)
        case .history(let run, let after, let limit):
            writer.field("run", run)
            writer.field("after_seq", after)
            writer.field("limit", limit)
        case .decisions(let run): writer.field("run", run)
        case .workflows: break
        }
    }

    private var what: What {
        switch self {
        case .run: .run
        case .artifacts: .artifacts
        case .artifact: .artifact
        case .handoffs: .handoffs
        case .history: .history
        case .decisions: .decisions
        case .workflows: .workflows
        }
    }

    /// The run that it is about.
    public var run: Identifier? {
        switch self {
        case .run(let run, _), .artifacts(let run, _, _), .handoffs(let run, _), .history(let run, _, _): run
        case .artifact(let query): query.run
        case .decisions(let run): run
        case .workflows: nil
        }
    }

    /// The `seq` of the event after which it was as is asked for; nil: as it is now.
    public var atSequence: Int? {
        switch self {
        case .run(_, let sequence), .artifacts(_, let sequence, _), .handoffs(_, let sequence): sequence
        case .artifact, .history, .decisions, .workflows: nil
        }
    }
}

/// A part of a long list.
public struct ListPage: Sendable, Equatable {
    /// How many of the first are left out.
    public var offset: Int
    /// How many are wanted; an answer may hold all that follow.
    public var limit: Int

    public init(offset: Int, limit: Int) {
        self.offset = offset
        self.limit = limit
    }

    /// Nil without a `limit`.
    init?(reading fields: Fields) {
        guard let limit = fields.optionalInteger("limit", in: 1...Int.max) else { return nil }
        self.limit = limit
        offset = fields.optionalInteger("offset", in: 0...Int.max) ?? 0
    }

    func write(members writer: inout JSONWriter) {
        writer.field("offset", offset)
        writer.field("limit", limit)
    }
}

/// Which bytes of which version.
public struct ArtifactQuery: WireMessage, Equatable {
    public var run: Identifier
    public var name: ArtifactName
    /// nil: the latest.
    public var version: Int?
    /// In bytes.
    public var offset: Int
    /// In bytes, at most ``WireLimits/rangeBytes``.
    public var length: Int

    public init(
        run: Identifier, name: ArtifactName, version: Int? = nil, offset: Int = 0, length: Int = WireLimits.rangeBytes
    ) {
        self.run = run
        self.name = name
        self.version = version
        self.offset = offset
        self.length = length
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        name = ArtifactName(fields.string("name", nonEmpty: true))
        version = fields.optionalInteger("version", in: 1...Int.max)
        offset = fields.optionalInteger("offset", in: 0...Int.max) ?? 0
        length = fields.optionalInteger("length", in: 1...WireLimits.rangeBytes) ?? WireLimits.rangeBytes
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("name", name.text)
        writer.field("version", version)
        writer.field("offset", offset)
        writer.field("length", length)
    }
}
