/// A workflow that the orchestrator knows.
public struct WorkflowEntry: WireMessage, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case ready
        /// Its file has changed since, and what it holds now cannot be run: a start runs its last good revision.
        case stale
        /// Its file cannot be run; the id is the file's name.
        case broken
    }

    public enum Origin: String, Sendable, CaseIterable {
        /// A file of the library.
        case library
        /// A `define` request.
        case defined
    }

    public var id: String
    public var title: String
    /// SHA-256 of the definition and what is attached to it.
    public var revision: String
    /// What a run may need, in the order of the file.
    public var roles: [String]
    /// The file's name in the orchestrator's library, or as the definition named it.
    public var file: String
    public var state: State
    public var origin: Origin
    /// What is wrong with the file as it is now, and why a start would be refused: a sentence each.
    public var problems: [String]
    /// What its author says about it; empty for nothing.
    public var summary = ""
    /// What a start may or must bring, in the order of the file. Other inputs are taken as well.
    public var inputs: [WorkflowInput] = []
    /// The names of its paths, one of which a start may choose; empty for a file that has only one.
    public var paths: [String] = []

    public init(
        id: String, title: String, revision: String, roles: [String], file: String, state: State = .ready,
        origin: Origin = .library, problems: [String] = []
    ) {
        self.id = id
        self.title = title
        self.revision = revision
        self.roles = roles
        self.file = file
        self.state = state
        self.origin = origin
        self.problems = problems
    }

    public init(reading fields: Fields) {
        id = fields.string("id", nonEmpty: true)
        title = fields.string("title")
        revision = fields.string("revision")
        roles = fields.strings("roles")
        file = fields.string("file")
        state = fields.optionalWord("state") ?? .ready
        origin = fields.optionalWord("origin") ?? .library
        problems = fields.optionalStrings("problems")
        summary = fields.optionalString("summary") ?? ""
        inputs = fields.optionalList("inputs")
        paths = fields.optionalStrings("paths")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("title", title)
        writer.field("revision", revision)
        writer.field("roles", roles)
        writer.field("file", file)
        writer.field("state", state)
        writer.field("origin", origin)
        writer.field(nonEmpty: "problems", problems)
        if !summary.isEmpty { writer.field("summary", summary) }
        writer.field(nonEmpty: "inputs", inputs)
        writer.field(nonEmpty: "paths", paths)
    }
}

/// A value that a start of a workflow may bring under `inputs`.
public struct WorkflowInput: WireMessage, Equatable {
    public var name: String
    /// `string`, `number`, `integer`, `boolean`, `list` or `object`; nil takes any.
    public var type: String?
    /// Without a value and a default, the start is refused.
    public var isRequired: Bool
    public var defaultValue: JSON?
    /// What it is for.
    public var summary: String?

    public init(
        name: String, type: String? = nil, isRequired: Bool = false, defaultValue: JSON? = nil, summary: String? = nil
    ) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.summary = summary
    }

    public init(reading fields: Fields) {
        name = fields.string("name", nonEmpty: true)
        type = fields.optionalString("type")
        isRequired = fields.optionalFlag("required") ?? false
        defaultValue = fields.value("default")
        summary = fields.optionalString("description")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("type", type)
        if isRequired { writer.field("required", true) }
        writer.field("default", defaultValue)
        writer.field("description", summary)
    }
}
