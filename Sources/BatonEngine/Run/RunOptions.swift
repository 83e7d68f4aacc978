import OrderedCollections

/// What a start asks for beyond the workflow's own text.
public struct RunOptions: Sendable, Equatable {
    /// Which optional things are enabled.
    public enum Enabled: Sendable, Equatable {
        case none
        case all
        case only([String])
        /// A person is asked, for each when the run gets there.
        case ask

        public func contains(_ name: String) -> Bool {
            switch self {
            case .none, .ask: false
            case .all: true
            case .only(let names): names.contains { ArtifactName.key(of: $0) == ArtifactName.key(of: name) }
            }
        }
    }

    /// What to do when the truth of a condition is not known.
    public enum Unanswered: String, Sendable {
        /// Wait for an answer.
        case ask
        case no
        case yes
    }

    /// Who splits documents for development.
    public enum Sharding: String, Sendable {
        case agent
        /// The orchestrator, where it finds something to split; an agent elsewhere.
        case engine
    }

    /// Where a run waits for people to approve, whatever its steps say.
    public enum Checkpoints: String, Sendable, CaseIterable {
        case none
        /// After the steps whose `approve` is optional.
        case marked
        /// Before each phase but the first.
        case phases
        /// After each step that made a document.
        case documents
        /// Both, and after every other step of an agent.
        case all

        var includesPhases: Bool { self == .phases || self == .all }
        var includesDocuments: Bool { self == .documents || self == .all }
        var includesSteps: Bool { self == .marked || includesDocuments }
    }

    /// Whether people are asked about the sections that templates mark with `elicit`, while they are written.
    public enum Elicitation: String, Sendable, CaseIterable {
        /// Nobody is asked.
        case yolo
        case interactive
    }

    /// Optional steps, by id.
    public var optional: Enabled
    /// Optional activities inside steps, by name; never ``Enabled/ask``.
    public var optionalSteps: Enabled
    public var unanswered: Unanswered
    /// Who does steps whose action is `shard_documents`.
    public var shard: Sharding
    /// How much it may use; a person may raise it later.
    public var budget: RunBudget
    public var checkpoints: Checkpoints
    public var elicitation: Elicitation
    /// The trace that the run is part of; nil: one of its own.
    public var traceparent: TraceParent?

    public init(
        optional: Enabled = .none, optionalSteps: Enabled = .none, unanswered: Unanswered = .ask,
        shard: Sharding = .agent, budget: RunBudget = RunBudget(),
        checkpoints: Checkpoints = .none, elicitation: Elicitation = .yolo
    ) {
        self.optional = optional
        self.optionalSteps = optionalSteps
        self.unanswered = unanswered
        self.shard = shard
        self.budget = budget
        self.checkpoints = checkpoints
        self.elicitation = elicitation
    }
}

extension RunOptions {
    /// Reads the `options` of a start; the faults name the fields.
    public static func read(_ options: JSON?) -> (options: RunOptions, faults: [String]) {
        var result = RunOptions()
        var faults: [String] = []
        guard let options, !options.isNull else { return (result, []) }
        guard case .object = options else { return (result, ["options must be an object, not \(options.kind)"]) }

        func enabled(_ name: String) -> Enabled {
            switch options[name] {
            case nil, .null, .string("none"): return .none
            case .string("all"): return .all
            case .string("ask") where name == "optional": return .ask
            case .array(let elements) where elements.allSatisfy({ $0.string != nil }):
                return .only(elements.compactMap(\.string))
            default:
                let ask = name == "optional" ? ", \"ask\"" : ""
                faults.append("options.\(name) must be \"none\", \"all\"\(ask) or a list of names")
                return .none
            }
        }
        result.optional = enabled("optional")
        result.optionalSteps = enabled("optional_steps")
        if let unanswered = options["unanswered"], !unanswered.isNull {
            if let value = unanswered.string.flatMap(Unanswered.init) {
                result.unanswered = value
            } else {
                faults.append("options.unanswered must be \"ask\", \"no\" or \"yes\"")
            }
        }
        if let shard = options["shard"], !shard.isNull {
            if let value = shard.string.flatMap(Sharding.init) {
                result.shard = value
            } else {
                faults.append("options.shard must be \"agent\" or \"engine\"")
            }
        }
        if let checkpoints = options["checkpoints"], !checkpoints.isNull {
            if let value = checkpoints.string.flatMap(Checkpoints.init) {
                result.checkpoints = value
            } else {
                let known = Checkpoints.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                faults.append("options.checkpoints must be one of \(known)")
            }
        }
        if let elicitation = options["elicitation"], !elicitation.isNull {
            if let value = elicitation.string.flatMap(Elicitation.init) {
                result.elicitation = value
            } else {
                faults.append("options.elicitation must be \"yolo\" or \"interactive\"")
            }
        }
        if let traceparent = options["traceparent"], !traceparent.isNull {
            result.traceparent = traceparent.string.flatMap(TraceParent.init)
            if result.traceparent == nil { faults.append("options.traceparent must be \(TraceParent.form)") }
        }
        let (budget, wrong) = RunBudget.read(options["budget"], path: "options.budget")
        result.budget = budget
        return (result, faults + wrong)
    }

    public var json: JSON {
        var members: OrderedDictionary<String, JSON> = [
            "optional": optional.json, "optional_steps": optionalSteps.json,
            "unanswered": .string(unanswered.rawValue),
        ]
        if shard != .agent { members["shard"] = .string(shard.rawValue) }
        if checkpoints != .none { members["checkpoints"] = .string(checkpoints.rawValue) }
        if elicitation != .yolo { members["elicitation"] = .string(elicitation.rawValue) }
        if let traceparent { members["traceparent"] = .string(traceparent.description) }
        if !budget.isEmpty { members["budget"] = budget.json }
        return .object(members)
    }
}

extension RunOptions.Enabled {
    fileprivate var json: JSON {
        switch self {
        case .none: "none"
        case .all: "all"
        case .ask: "ask"
        case .only(let names): .array(names.map { .string($0) })
        }
    }
}
