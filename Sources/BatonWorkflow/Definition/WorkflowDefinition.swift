import BatonEngine

/// A workflow as a file says it, before anything is inferred. Every dialect is read into this.
struct WorkflowDefinition {
    /// `id`, else `name`, else the file's name.
    var identity: String
    var title: String
    var summary: String
    var triggers: [String]
    var inputs: [InputDeclaration]
    var handoffPrompts: [Written<HandoffPrompt>]
    /// A drawing for people.
    var flowDiagram: Written<String>?
    var steps: [StepDefinition]
    /// In which order the outermost steps run.
    var order = Order.sequence
    var completion: [CompletionCriterion] = []
}

/// In which order a list of steps runs.
enum Order: Sendable { case sequence, dataflow }

/// What a step holds, when it holds others.
indirect enum Nested {
    case steps([StepDefinition], Order)
    case parallel([StepDefinition], Join, failsFast: Bool)
    case forEach(items: Written<String>, steps: [StepDefinition])
    case loop(until: Written<String>, steps: [StepDefinition])
    case choice([(when: Written<String>?, steps: [StepDefinition])])
    case routes([RouteDefinition], isPaths: Bool)
    case workflow(Written<String>, inputs: [(name: String, value: Written<String>)])
}

/// One of the named ways of a routing step.
struct RouteDefinition {
    let name: String
    /// Nil: go on with what follows.
    let body: StepDefinition?
    let endsRun: Bool
}

/// A step as a file says it.
struct StepDefinition: Located {
    let line: Int
    let column: Int

    // What names it.
    var id: Written<String>?
    var name: String?
    var action: String?
    var task: String?
    var title: String?

    // What it asks for.
    var roles: [String] = []
    var creates: [ProductDefinition] = []
    var updates: [ProductDefinition] = []
    var requires: [Written<String>] = []
    var validates: [Written<String>] = []
    var uses: [Written<String>] = []
    var template: Written<String>?
    var optionalSteps: [String] = []
    var reports: [Written<Report>] = []
    var notes = ""
    var acceptanceCriteria: [String] = []

    // What guards and places it.
    var condition: Written<String>?
    var isOptional = false
    var phase: Written<Phase>?
    /// `repeats` and its like.
    var cycle: CycleText?
    /// `when`, or a `condition` that is no bare word.
    var when: [Written<String>] = []

    // What it holds, and how often that runs.
    var nested: Nested?
    var itemName: String?
    var maxParallel: Int?
    var maxItems: Int?
    var maxRounds: Int?
    var failsFast = false
    var join: Join?
    /// For a run of another workflow.
    var childInputs: [(name: String, value: Written<String>)] = []
    /// Nothing that follows it is ever reached.
    var endsRun = false
    /// It is activated once per owner of what a review flagged.
    var isFixTask = false

    // How it is carried out.
    var priority = Priority.medium
    var retry = RetryPolicy()
    var timeoutMilliseconds: Int64?
    var heartbeatMilliseconds: Int64?
    var onFailure: FailurePolicy?
    var approval: Written<ApprovalPolicy>?

    init(at place: some Located) {
        line = place.line
        column = place.column
    }

    /// No agent, and so nothing to wait for.
    var isGuidance: Bool { roles.isEmpty && nested == nil && !isFixTask }

    /// The agent is whoever owns what a review flagged.
    var isForOwners: Bool { roles == ["various"] }

    /// It updates what a review flagged.
    var updatesFlagged: Bool {
        updates.contains { $0.name.key.hasPrefix("any-flagged") || $0.name.key.hasPrefix("flagged-") }
    }
}

/// An entry of `creates` or `updates`.
struct ProductDefinition: Located, Sendable, Equatable {
    let name: ArtifactName
    let isOptional: Bool
    let isSet: Bool
    let line: Int
    let column: Int
}
