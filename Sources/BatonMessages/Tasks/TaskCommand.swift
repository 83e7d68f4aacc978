import BatonEngine

/// What an agent is asked to do, and all that it needs for it: `agent/{id}/in/task`.
public struct TaskCommand: Sendable, Equatable {
    public var by: By
    public var task: Identifier
    public var run: Identifier
    public var project: String
    public var workflow: String
    public var step: String
    public var title: String?
    public var phase: Phase
    /// The role under which the agent is given the task.
    public var role: String
    public var action: String?
    /// From 1, for people.
    public var attempt: Int
    /// A random token, the only fence: beats, result and decline carry it.
    public var lease: Identifier
    /// How long a claim holds without a beat, from the claim.
    public var leaseMilliseconds: Int64
    /// How long the attempt may take from its claim.
    public var timeoutMilliseconds: Int64?
    public var handoff: Handoff
    /// The documents to work from.
    public var requires: [CommandArtifact]
    /// What the result has to bring.
    public var creates: [CommandProduct]
    /// Documents to bring a new version of.
    public var updates: [CommandProduct]
    /// Documents of which it may write sections, beside what it has to bring.
    public var contributes: [CommandContribution] = []
    /// Names of documents to review.
    public var validates: [String]
    /// Facts to bring along.
    public var reports: [Report]
    /// An object: what the run was started with.
    public var inputs: JSON
    /// An object: the facts that the agent may read.
    public var facts: JSON
    /// Templates, checklists and tasks, as they are. Their structure does not travel.
    public var uses: [Attachment]
    /// Activities inside the task that the run enables.
    public var optionalSteps: [String]
    /// Verbatim instructions.
    public var notes: String
    /// The item of a for-each: `{scope, name, index, value}`, and those around it under `in`.
    public var item: JSON?
    /// An object: who the agent is while it serves the role; nil when the library does not say.
    public var persona: JSON?
    /// How the attempt before this one ended; nil for the first, and after one that was lost.
    public var previous: Previous?
    /// What a person wants otherwise of what the step has made; the documents are in `requires`.
    public var amendment: Amendment?
    /// The attempt's place in a trace: what the agent does for it is part of that; nil when nobody traces the run.
    public var traceparent: TraceParent?
    /// The same after an attempt was lost: an agent that has the result sends it under the new lease.
    public var idempotencyKey: Identifier

    /// A person's feedback.
    public struct Amendment: WireMessage, Equatable {
        /// The question that the person answered so.
        public var decision: Identifier
        public var by: String
        /// Empty when the person only edited the document.
        public var feedback: String
        /// The names of the documents, in full.
        public var documents: [String]
        /// The id of the only section that may change; nil: all of them may.
        public var section: String?

        public init(
            decision: Identifier, by: String, feedback: String, documents: [String], section: String? = nil
        ) {
            self.section = section
            self.decision = decision
            self.by = by
            self.feedback = feedback
            self.documents = documents
        }

        public init(reading fields: Fields) {
            decision = fields.identifier("decision")
            by = fields.string("by", nonEmpty: true)
            feedback = fields.string("feedback")
            documents = fields.optionalStrings("documents")
            section = fields.optionalString("section")
        }

        public func write(members writer: inout JSONWriter) {
            writer.field("decision", decision)
            writer.field("by", by)
            writer.field("feedback", feedback)
            writer.field("documents", documents)
            writer.field("section", section)
        }
    }

    /// An attempt that came to nothing, and why.
    public struct Previous: WireMessage, Equatable {
        public var attempt: Int
        public var outcome: AttemptOutcome
        /// Of a rejected result: the reasons, one a line.
        public var message: String

        public init(attempt: Int, outcome: AttemptOutcome, message: String) {
            self.attempt = attempt
            self.outcome = outcome
            self.message = message
        }

        public init(reading fields: Fields) {
            attempt = fields.integer("attempt")
            outcome = fields.word("outcome", else: .failed)
            message = fields.string("message")
        }

        public func write(members writer: inout JSONWriter) {
            writer.field("attempt", attempt)
            writer.field("outcome", outcome)
            writer.field("message", message)
        }
    }

    public init(
        by: By, task: Identifier, run: Identifier, project: String, workflow: String, step: String,
        title: String? = nil, phase: Phase, role: String, action: String? = nil, attempt: Int, lease: Identifier,
        leaseMilliseconds: Int64, timeoutMilliseconds: Int64? = nil, handoff: Handoff,
        requires: [CommandArtifact] = [], creates: [CommandProduct] = [], updates: [CommandProduct] = [],
        validates: [String] = [], reports: [Report] = [], inputs: JSON = [:], facts: JSON = [:],
        uses: [Attachment] = [], optionalSteps: [String] = [], notes: String = "", item: JSON? = nil,
        idempotencyKey: Identifier
    ) {
        self.by = by
        self.task = task
        self.run = run
        self.project = project
        self.workflow = workflow
        self.step = step
        self.title = title
        self.phase = phase
        self.role = role
        self.action = action
        self.attempt = attempt
        self.lease = lease
        self.leaseMilliseconds = leaseMilliseconds
        self.timeoutMilliseconds = timeoutMilliseconds
        self.handoff = handoff
        self.requires = requires
        self.creates = creates
        self.updates = updates
        self.validates = validates
        self.reports = reports
        self.inputs = inputs
        self.facts = facts
        self.uses = uses
        self.optionalSteps = optionalSteps
        self.notes = notes
        self.item = item
        self.idempotencyKey = idempotencyKey
    }
}

/// A document that goes with a command.
public struct CommandArtifact: WireMessage, Equatable {
    public var id: Identifier
    public var name: String
    /// From 1, per name.
    public var version: Int
    public var digest: Digest
    /// In bytes.
    public var size: Int
    public var mediaType: String
    /// On the wire up to ``WireLimits/inlineArtifactBytes`` of UTF-8; nil: to be got in ranges.
    public var content: String?

    public init(
        id: Identifier, name: String, version: Int, digest: Digest, size: Int, mediaType: String, content: String?
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.digest = digest
        self.size = size
        self.mediaType = mediaType
        self.content = content
    }

    public init(reading fields: Fields) {
        id = fields.identifier("id")
        name = fields.string("name", nonEmpty: true)
        version = fields.integer("version", in: 1...Int.max)
        digest = fields.digest("sha256")
        size = fields.integer("size")
        mediaType = fields.string("media_type")
        content = fields.optionalString("content")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("name", name)
        writer.field("version", version)
        writer.field("sha256", digest)
        writer.field("size", size)
        writer.field("media_type", mediaType)
        writer.field("content", content)
    }
}

/// A document that the result has to bring.
public struct CommandProduct: WireMessage, Equatable {
    /// What gives a document its shape.
    public struct Template: Sendable, Equatable {
        /// The name of one of the command's `uses`.
        public var name: String
        /// An array of sections: `{id, title?, instruction?, type?, repeatable?, condition?, owner?, editors?,
        /// template?, sections?}`.
        public var outline: JSON

        public init(name: String, outline: JSON) {
            self.name = name
            self.outline = outline
        }
    }

    public var name: String
    /// It may be absent from the result.
    public var isOptional: Bool
    /// One document of that name, or any number named `<name>/…`, with the extension or without.
    public var isSet: Bool
    public var template: Template?

    public init(name: String, isOptional: Bool = false, isSet: Bool = false, template: Template? = nil) {
        self.name = name
        self.isOptional = isOptional
        self.isSet = isSet
        self.template = template
    }

    public init(reading fields: Fields) {
        name = fields.string("name", nonEmpty: true)
        isOptional = fields.optionalFlag("optional") ?? false
        isSet = fields.optionalFlag("many") ?? false
        template = fields.optionalNested("template", Template.init(reading:))
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("optional", isOptional)
        writer.field("many", isSet)
        if let template { writer.object("template") { template.write(members: &$0) } }
    }
}

extension CommandProduct.Template {
    init(reading fields: Fields) {
        self.init(
            name: fields.string("name", nonEmpty: true),
            outline: fields.optionalArray("outline", of: Self.check(section:)))
    }

    private static func check(section: Fields) {
        _ = section.string("id", nonEmpty: true)
        // `template` is whatever the template has there: of a field of a YAML document also a number, a list, a map.
        for name in ["title", "instruction", "type", "condition", "owner"] { _ = section.optionalString(name) }
        _ = section.optionalFlag("repeatable")
        _ = section.optionalStrings("editors")
        _ = section.optionalArray("sections", of: check(section:))
    }

    func write(members writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("outline", outline)
    }
}

/// A document that others make, and of which the template gives sections to the role that is asked.
public struct CommandContribution: WireMessage, Equatable {
    /// In full.
    public var name: String
    /// The ids of the sections that may change, with those in them.
    public var sections: [String]
    public var template: CommandProduct.Template

    public init(name: String, sections: [String], template: CommandProduct.Template) {
        self.name = name
        self.sections = sections
        self.template = template
    }

    public init(reading fields: Fields) {
        name = fields.string("name", nonEmpty: true)
        sections = fields.strings("sections", nonEmpty: true)
        template = fields.nested("template", CommandProduct.Template.init(reading:))
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("sections", sections)
        writer.object("template") { template.write(members: &$0) }
    }
}
