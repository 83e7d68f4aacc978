import BatonEngine

/// A workflow as a file says it, before anything is inferred. Every dialect is read into this.
struct WorkflowDefinition {
    /// `id`, else `name`, else the file's name.
    var identity: String
    var title: String
    var summary: String
    var triggers: [String]
    var inputs: [InputDeclaration]
    var handoffPrompts: [HandoffPrompt]
    var steps: [StepDefinition]
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
    /// The value of `repeats` and its like.
    var repeats: Written<String>?

    // How it is carried out.
    var priority = Priority.medium
    var retry = RetryPolicy()
    var timeoutMilliseconds: Int64?
    var onFailure = FailurePolicy.attention

    /// Constructs of the step that cannot be run, as `<key> (<value>)`, in the order of the file.
    var unsupported: [Written<String>] = []

    init(at place: some Located) {
        line = place.line
        column = place.column
    }

    /// No agent, and so nothing to wait for.
    var isGuidance: Bool { roles.isEmpty }
}

/// An entry of `creates` or `updates`.
struct ProductDefinition: Located, Sendable, Equatable {
    let name: ArtifactName
    let isOptional: Bool
    let isSet: Bool
    let line: Int
    let column: Int
}
