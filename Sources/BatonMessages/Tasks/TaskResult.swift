import BatonEngine

/// What came of a task: `agent/{id}/out/result`.
public struct TaskResult: WireMessage, Equatable {
    public enum Status: String, Sendable, CaseIterable { case completed, failed }

    public var task: Identifier
    public var lease: Identifier
    public var status: Status
    public var artifacts: [ArtifactDocument]
    /// An object: the facts that the command asked for, and others.
    public var facts: JSON
    /// An object: the outcome of a review.
    public var verdict: JSON?
    /// An object: what the work took, `{input_tokens?, output_tokens?, tokens?, cost?, seconds?}`; members of other
    /// names are for the record.
    public var usage: JSON?
    /// What was done, for the next roles. Required of a completed task.
    public var summary: String
    /// Why it failed. Required of a failed task.
    public var error: TaskError?
    /// What the agent would hand to the next role.
    public var handoff: Handoff?
    /// The command's, when it had one; of use to who reads along.
    public var traceparent: TraceParent?

    public static var maxBytes: Int { WireLimits.resultBytes }

    public init(
        task: Identifier, lease: Identifier, status: Status, artifacts: [ArtifactDocument] = [], facts: JSON = [:],
        verdict: JSON? = nil, usage: JSON? = nil, summary: String = "", error: TaskError? = nil,
        handoff: Handoff? = nil
    ) {
        self.task = task
        self.lease = lease
        self.status = status
        self.artifacts = artifacts
        self.facts = facts
        self.verdict = verdict
        self.usage = usage
        self.summary = summary
        self.error = error
        self.handoff = handoff
    }

    public init(reading fields: Fields) {
        task = fields.identifier("task")
        lease = fields.identifier("lease")
        let before = fields.faults.count
        status = fields.word("status", else: .completed)
        let knowsStatus = fields.faults.count == before
        artifacts = fields.optionalList("artifacts", max: WireLimits.artifactsPerMessage)
        var seen: Set<ArtifactName> = []
        for (index, artifact) in artifacts.enumerated() where !seen.insert(artifact.name).inserted {
            fields.fault("artifacts[\(index)].name names the same document as one before it")
        }
        facts = fields.namedValues("facts")
        verdict = fields.optionalObject("verdict", of: Self.check(verdict:))
        usage = fields.optionalObject("usage", of: Usage.check)
        summary = fields.optionalString("summary") ?? ""
        error = fields.optionalNested("error")
        handoff = fields.optionalNested("handoff")
        traceparent = fields.optionalTraceParent()
        guard knowsStatus else { return }
        if status == .completed, fields.value("summary") == nil { fields.missing("summary") }
        if status == .failed, fields.value("error") == nil { fields.missing("error") }
    }

    private static func check(verdict: Fields) {
        if verdict.optionalFlag("passed") == nil, verdict.value("passed") == nil { verdict.missing("passed") }
        let _: JSON = verdict.optionalArray("flagged") { entry in
            _ = entry.string("artifact", nonEmpty: true)
            _ = entry.optionalString("reason")
            _ = entry.optionalString("role", nonEmpty: true)
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("lease", lease)
        writer.field("status", status)
        writer.field(nonEmpty: "artifacts", artifacts)
        if facts != [:] { writer.field("facts", facts) }
        writer.field("verdict", verdict)
        writer.field("usage", usage)
        writer.field("summary", summary)
        if let error { writer.field("error", error) }
        if let handoff { writer.field("handoff", handoff) }
        writer.field("traceparent", traceparent?.description)
    }
}

/// Why an agent could not do a task.
public struct TaskError: WireMessage, Equatable {
    /// For programs: `exit_code`, `no_model`.
    public var code: String
    /// For people.
    public var message: String
    /// Whether another attempt can succeed; what does not say so, may.
    public var isRetryable: Bool

    public init(code: String, message: String, isRetryable: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    public init(reading fields: Fields) {
        code = fields.name("code")
        message = fields.string("message")
        isRetryable = fields.optionalFlag("retryable") ?? true
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("code", code)
        writer.field("message", message)
        writer.field("retryable", isRetryable)
    }
}
