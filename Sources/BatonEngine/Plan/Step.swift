/// An element of a definition. Nothing in it changes: it is a class so that handing it on costs nothing.
public final class Step: Codable, Sendable {
    /// What running the step means.
    public enum Kind: Codable, Sendable, Equatable {
        /// A task for an agent.
        case agent(AgentWork)
        /// No agent: the step's notes are published as an event, and the run goes on.
        case guidance(Guidance)
        /// Others, in an order.
        case block(Block)
        case forEach(ForEach)
        case loop(Loop)
        case review(ReviewLoop)
        case fixFlagged(FixFlagged)
        case routes(Routes)
        case choice(Switch)
        case childRun(ChildRun)
    }

    /// Unique in its plan.
    public let id: String
    public let title: String?
    public let phase: Phase
    public let kind: Kind
    /// Guards the step; nil always holds.
    public let condition: Condition?
    /// Guards the step as well; nil always holds.
    public let when: Expression?
    /// The file says `optional: true`: the step runs only when the start enables it.
    public let isOptional: Bool
    /// What happens when an element fails that has others below it.
    public let onFailure: FailurePolicy
    /// The compiler made it to hold others together: people see what is below it.
    public let isImplied: Bool
    /// Where the step begins in its file, from 1.
    public let line: Int

    public init(
        id: String, title: String? = nil, phase: Phase, kind: Kind, condition: Condition? = nil,
        when: Expression? = nil, isOptional: Bool = false, onFailure: FailurePolicy = .fail, isImplied: Bool = false,
        line: Int = 0
    ) {
        self.id = id
        self.title = title
        self.phase = phase
        self.kind = kind
        self.condition = condition
        self.when = when
        self.isOptional = isOptional
        self.onFailure = onFailure
        self.isImplied = isImplied
        self.line = line
    }
}

extension Step: Equatable {
    public static func == (left: Step, right: Step) -> Bool {
        left === right
            || (left.id == right.id && left.title == right.title && left.phase == right.phase
                && left.kind == right.kind && left.condition == right.condition && left.when == right.when
                && left.isOptional == right.isOptional && left.onFailure == right.onFailure
                && left.isImplied == right.isImplied && left.line == right.line)
    }
}

extension Step.Kind {
    /// The elements right below this one, as indices into ``Plan/steps``.
    public var elements: [Int] {
        switch self {
        case .agent, .guidance, .childRun: []
        case .block(let block): block.elements
        case .forEach(let forEach): [forEach.body]
        case .loop(let loop): [loop.body]
        case .review(let loop): [loop.review, loop.fix]
        case .fixFlagged(let fix): [fix.task]
        case .routes(let routes): routes.routes.compactMap(\.body)
        case .choice(let choice): choice.cases.map(\.body)
        }
    }
}

/// Notes to whoever watches a run.
public struct Guidance: Codable, Sendable, Equatable {
    public let action: String?
    public let notes: String

    public init(action: String?, notes: String) {
        self.action = action
        self.notes = notes
    }
}

/// What an agent step asks of an agent.
public struct AgentWork: Codable, Sendable, Equatable {
    /// Any one of these may do it; the first is the step's role in handoffs when nobody is online.
    public var roles: [String]
    public var action: String?
    public var creates: [Product]
    public var updates: [Product]
    public var requires: [Requirement]
    /// What is reviewed, as it stands in the file; a task that reviews must report a verdict.
    public var validates: [String]
    /// Any one artifact in the result is enough: the step's `uses` names alternatives.
    public var takesAnyProduct: Bool
    /// Names of attachments.
    public var uses: [String]
    /// Activities inside the task that the run may enable.
    public var optionalSteps: [String]
    /// Facts that the agent is asked to report with its result.
    public var reports: [Report]
    /// Verbatim instructions.
    public var notes: String
    public var acceptanceCriteria: [String]
    public var priority: Priority
    public var retry: RetryPolicy
    /// How long one attempt may take from its claim; nil is without bound (an agent without beats: one hour).
    public var timeoutMilliseconds: Int64?
    /// A lease shorter or longer than the orchestrator's own.
    public var heartbeatMilliseconds: Int64?
    public var onFailure: FailurePolicy
    /// Who has to be content with what it made.
    public var approval: ApprovalPolicy?

    public init(
        roles: [String], action: String? = nil, creates: [Product] = [], updates: [Product] = [],
        requires: [Requirement] = [], validates: [String] = [], takesAnyProduct: Bool = false, uses: [String] = [],
        optionalSteps: [String] = [], reports: [Report] = [],
        notes: String = "", acceptanceCriteria: [String] = [], priority: Priority = .medium,
        retry: RetryPolicy = RetryPolicy(), timeoutMilliseconds: Int64? = nil, heartbeatMilliseconds: Int64? = nil,
        onFailure: FailurePolicy = .attention, approval: ApprovalPolicy? = nil
    ) {
        self.roles = roles
        self.action = action
        self.creates = creates
        self.updates = updates
        self.requires = requires
        self.validates = validates
        self.takesAnyProduct = takesAnyProduct
        self.uses = uses
        self.optionalSteps = optionalSteps
        self.reports = reports
        self.notes = notes
        self.acceptanceCriteria = acceptanceCriteria
        self.priority = priority
        self.retry = retry
        self.timeoutMilliseconds = timeoutMilliseconds
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.onFailure = onFailure
        self.approval = approval
    }
}

/// An artifact that a step returns.
public struct Product: Codable, Sendable, Equatable {
    public let name: ArtifactName
    /// It may be absent from the result (`(optional)`, `(if needed)`).
    public let isOptional: Bool
    /// One document of that name, or any number named `<name>/…`, with the extension or without.
    public let isSet: Bool
    /// The name of the attached template that gives the document its shape.
    public let template: String?

    public init(name: ArtifactName, isOptional: Bool = false, isSet: Bool = false, template: String? = nil) {
        self.name = name
        self.isOptional = isOptional
        self.isSet = isSet
        self.template = template
    }

    /// Whether an artifact of this name is (part of) the product.
    public func covers(_ artifact: ArtifactName) -> Bool {
        name.matches(artifact) || (isSet && artifact.isInside(name))
    }

    /// The name under which an artifact that is (part of) the product is kept.
    public func kept(_ artifact: ArtifactName) -> ArtifactName { isSet ? artifact.kept(in: name) : artifact }
}

/// What a step needs before it begins, and is given.
public enum Requirement: Codable, Sendable, Equatable {
    /// One of these artifacts or facts; a single name in most files, several for `a_or_b`.
    case anyOf([String])
    /// Every artifact so far.
    case allArtifacts
}

/// A fact that an agent is asked to report with its result.
public struct Report: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable { case boolean, `enum`, list, number }

    public let name: String
    public let kind: Kind
    public let question: String
    /// For `enum`.
    public let options: [String]

    public init(name: String, kind: Kind, question: String, options: [String] = []) {
        self.name = name
        self.kind = kind
        self.question = question
        self.options = options
    }
}

public enum Priority: String, Codable, Sendable, CaseIterable, Comparable {
    case low, medium, high, critical

    public var rank: Int { Self.allCases.firstIndex(of: self)! }

    public static func < (left: Priority, right: Priority) -> Bool { left.rank < right.rank }
}

/// What happens to a run when a task's attempts are used up.
public enum FailurePolicy: String, Codable, Sendable { case fail, skip, attention }

/// When and how often a failed attempt is followed by another.
public struct RetryPolicy: Codable, Sendable, Equatable {
    public enum Cause: String, Codable, Sendable, CaseIterable { case timeout, failed, lost }

    public var maxAttempts: Int
    public var initialMilliseconds: Int64
    public var factor: Double
    public var maxMilliseconds: Int64
    public var causes: [Cause]

    public init(
        maxAttempts: Int = 3, initialMilliseconds: Int64 = 1000, factor: Double = 2,
        maxMilliseconds: Int64 = 60_000, causes: [Cause] = Cause.allCases
    ) {
        self.maxAttempts = maxAttempts
        self.initialMilliseconds = initialMilliseconds
        self.factor = factor
        self.maxMilliseconds = maxMilliseconds
        self.causes = causes
    }
}
