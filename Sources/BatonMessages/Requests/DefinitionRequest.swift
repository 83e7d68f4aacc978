/// Look at a workflow's text (`validate`), or make it known as well (`define`).
public struct DefinitionRequest: WireMessage, Equatable {
    /// The workflow, as it would stand in a file.
    public var yaml: String
    /// What findings call it; a workflow without id and name is known by it.
    public var file: String?

    public init(yaml: String, file: String? = nil) {
        self.yaml = yaml
        self.file = file
    }

    public init(reading fields: Fields) {
        yaml = fields.string("yaml", maxBytes: WireLimits.definitionBytes, nonEmpty: true)
        file = fields.optionalName("file")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("yaml", yaml)
        writer.field("file", file)
    }
}

/// What the orchestrator found in a workflow's text.
public struct DefinitionReply: WireMessage, Equatable {
    /// It can be run; of a reply to `define`: it can be started from now on.
    public var isValid: Bool
    /// The workflow's id.
    public var workflow: String?
    /// SHA-256 of the definition and of everything attached to it.
    public var revision: String?
    /// All findings, in the order of the lines.
    public var diagnostics: [DiagnosticEntry]

    public init(isValid: Bool, workflow: String? = nil, revision: String? = nil, diagnostics: [DiagnosticEntry] = []) {
        self.isValid = isValid
        self.workflow = workflow
        self.revision = revision
        self.diagnostics = diagnostics
    }

    public init(reading fields: Fields) {
        if fields.value("valid") == nil { fields.missing("valid") }
        isValid = fields.optionalFlag("valid") ?? false
        workflow = fields.optionalString("workflow")
        revision = fields.optionalString("revision")
        diagnostics = fields.list("diagnostics")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("valid", isValid)
        writer.field("workflow", workflow)
        writer.field("revision", revision)
        writer.field("diagnostics", diagnostics)
    }
}

/// A finding in a workflow's text.
public struct DiagnosticEntry: WireMessage, Hashable {
    public enum Severity: String, Sendable, CaseIterable { case error, warning, note }

    public var file: String
    /// From 1; 0 when the finding is about the text as a whole.
    public var line: Int
    /// In code points, from 1; 0 when the finding is about the text as a whole.
    public var column: Int
    public var severity: Severity
    public var message: String
    public var hint: String?

    public init(file: String, line: Int, column: Int, severity: Severity, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
        self.hint = hint
    }

    public init(reading fields: Fields) {
        file = fields.string("file")
        line = fields.integer("line")
        column = fields.integer("column")
        severity = fields.word("severity", else: .error)
        message = fields.string("message")
        hint = fields.optionalString("hint")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("file", file)
        writer.field("line", line)
        writer.field("column", column)
        writer.field("severity", severity)
        writer.field("message", message)
        writer.field("hint", hint)
    }
}
