import BatonEngine

/// A workflow of a library that can be started.
public struct LoadedWorkflow: Sendable {
    public let plan: Plan
    /// The file's text, as it is.
    public let source: String
    /// The file's name without its folder.
    public let file: String
    /// Texts that start it beside its id and file name (`/novel`).
    public let triggers: [String]
    /// Warnings and notes; there is no error among them.
    public let diagnostics: [Diagnostic]

    public init(plan: Plan, source: String, file: String, triggers: [String], diagnostics: [Diagnostic]) {
        self.plan = plan
        self.source = source
        self.file = file
        self.triggers = triggers
        self.diagnostics = diagnostics
    }
}
