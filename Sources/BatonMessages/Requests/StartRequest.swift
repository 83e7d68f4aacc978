import BatonEngine

/// Start a run of a workflow.
public struct StartRequest: WireMessage, Equatable {
    /// The workflow's id, file name or trigger.
    public var workflow: String
    /// One of the paths of a file that has several.
    public var path: String?
    /// Default: the run's id.
    public var project: String?
    /// An object.
    public var inputs: JSON
    /// An object.
    public var facts: JSON
    /// Documents that exist already; their bodies are text or bytes.
    public var artifacts: [ArtifactDocument]
    public var options: RunOptions
    /// Default: the orchestrator names the run.
    public var run: Identifier?

    public init(
        workflow: String, path: String? = nil, project: String? = nil, inputs: JSON = [:], facts: JSON = [:],
        artifacts: [ArtifactDocument] = [], options: RunOptions = RunOptions(), run: Identifier? = nil
    ) {
        self.workflow = workflow
        self.path = path
        self.project = project
        self.inputs = inputs
        self.facts = facts
        self.artifacts = artifacts
        self.options = options
        self.run = run
    }

    public init(reading fields: Fields) {
        workflow = fields.name("workflow")
        path = fields.optionalName("path")
        project = fields.optionalName("project")
        inputs = fields.namedValues("inputs")
        facts = fields.namedValues("facts")
        artifacts = fields.optionalList("artifacts", max: WireLimits.artifactsPerMessage)
        for (index, artifact) in artifacts.enumerated() {
            switch artifact.body {
            case .text, .bytes: break
            case .sections, .reference: fields.fault("artifacts[\(index)] must have content or content_base64")
            }
        }
        let (options, faults) = RunOptions.read(fields.value("options"))
        self.options = options
        for fault in faults { fields.fault(fault) }
        if let traceparent = fields.optionalTraceParent() { self.options.traceparent = traceparent }
        run = fields.optionalIdentifier("run_id")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("workflow", workflow)
        writer.field("path", path)
        writer.field("project", project)
        if inputs != [:] { writer.field("inputs", inputs) }
        if facts != [:] { writer.field("facts", facts) }
        writer.field(nonEmpty: "artifacts", artifacts)
        var rest = options
        rest.traceparent = nil
        if rest != RunOptions() { writer.field("options", rest.json) }
        writer.field("traceparent", options.traceparent?.description)
        writer.field("run_id", run)
    }
}

/// A document as it comes with a start or a result.
public struct ArtifactDocument: WireMessage, Equatable {
    public enum Body: Sendable, Equatable {
        /// `content`: text.
        case text(String)
        /// `content_base64`: any bytes.
        case bytes([UInt8])
        /// `sections`: an object from the ids of the template's sections to their contents, for the orchestrator to
        /// render; `values`: an object of what fills the document's `{{variables}}`.
        case sections(JSON, values: JSON = [:])
        /// `sha256`: content that was sent in ranges before, or that the run has already.
        case reference(Digest)
    }

    public var name: ArtifactName
    public var mediaType: String?
    public var body: Body

    public init(name: ArtifactName, mediaType: String? = nil, body: Body) {
        self.name = name
        self.mediaType = mediaType
        self.body = body
    }

    public init(reading fields: Fields) {
        let name = fields.string("name")
        if !name.isEmpty || fields.value("name")?.string == "", let fault = ArtifactName.fault(in: name) {
            fields.fault("name \(fault)")
        }
        self.name = ArtifactName(name)
        mediaType = fields.optionalName("media_type")
        let forms = ["content", "content_base64", "sections", "sha256"]
        let given = forms.filter { fields.value($0) != nil }
        switch given.first {
        case "content": body = .text(fields.string("content"))
        case "content_base64": body = .bytes(fields.bytes("content_base64"))
        case "sections":
            body = .sections(
                fields.optionalObject("sections") ?? [:], values: fields.optionalObject("values") ?? [:])
        case "sha256": body = .reference(fields.digest("sha256"))
        default: body = .text("")
        }
        if given.isEmpty {
            fields.fault("content is missing (or content_base64, sections, sha256)")
        } else if given.count > 1 {
            fields.fault("\(given.joined(separator: " and ")) exclude each other")
        } else if given != ["sections"], fields.value("values") != nil {
            fields.fault("values go with sections only")
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("name", name.text)
        writer.field("media_type", mediaType)
        switch body {
        case .text(let text): writer.field("content", text)
        case .bytes(let bytes): writer.field("content_base64", Base64.encode(bytes))
        case .sections(let sections, let values):
            writer.field("sections", sections)
            if values != [:] { writer.field("values", values) }
        case .reference(let digest): writer.field("sha256", digest)
        }
    }
}
