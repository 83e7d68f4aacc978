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
    /// The file with its folder; as ``file`` for what came otherwise.
    public let path: String
    /// The name of its pack; empty for none.
    public let pack: String
    /// The errors of the file as it is now; then the plan is that of its last good revision.
    public var problems: [Diagnostic] = []

    public init(
        plan: Plan, source: String, file: String, triggers: [String], diagnostics: [Diagnostic], path: String? = nil,
        pack: String = ""
    ) {
        self.plan = plan
        self.source = source
        self.file = file
        self.triggers = triggers
        self.diagnostics = diagnostics
        self.path = path ?? file
        self.pack = pack
    }

    /// The file has changed since, and what it holds now cannot be run.
    public var isStale: Bool { !problems.isEmpty }

    /// `name.yaml` of a file called `pack--name.yaml`.
    var fileInPack: String { file.packPrefix.map { String(file.dropFirst($0.count + 2)) } ?? file }
}
