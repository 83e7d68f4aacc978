import BatonMessages

/// What a handler made of a task.
public struct TaskOutcome: Sendable, Equatable {
    /// The documents that the command's `creates` and `updates` name, and any others worth keeping.
    public var artifacts: [ArtifactDocument]
    /// Documents that are files, of any size: beside `artifacts`, and under other names.
    public var files: [DocumentFile] = []
    /// An object: what `reports` asks for, and others.
    public var facts: JSON
    /// For a review: `{"passed": bool, "flagged": [{"artifact", "reason", "role"?}]}`.
    public var verdict: JSON?
    /// An object: what the work took, `{input_tokens?, output_tokens?, tokens?, cost?, seconds?}`; members of other
    /// names are for the record.
    public var usage: JSON?
    /// What was done, for the next roles.
    public var summary: String
    /// Why it failed; nil when it did not.
    public var error: TaskError?
    /// What is missing in the handoff, when it is refused; nil when it was good enough.
    public var missing: [String]?

    public init(
        summary: String, artifacts: [ArtifactDocument] = [], facts: JSON = [:], verdict: JSON? = nil,
        usage: JSON? = nil, error: TaskError? = nil
    ) {
        self.summary = summary
        self.artifacts = artifacts
        self.facts = facts
        self.verdict = verdict
        self.usage = usage
        self.error = error
    }

    public static func completed(
        summary: String, artifacts: [ArtifactDocument] = [], facts: JSON = [:], verdict: JSON? = nil
    ) -> TaskOutcome {
        TaskOutcome(summary: summary, artifacts: artifacts, facts: facts, verdict: verdict)
    }

    /// Refuses the handoff: who handed over is to add what is missing, and the task comes anew. The second time a
    /// person is asked.
    ///
    /// - Parameter reason: for people.
    public static func refused(_ reason: String, missing: [String]) -> TaskOutcome {
        var outcome = TaskOutcome(summary: reason)
        outcome.missing = missing
        return outcome
    }

    /// - Parameters:
    ///   - code: for programs: `exit_code`, `no_model`.
    ///   - message: for people.
    ///   - isRetryable: whether another attempt can succeed.
    public static func failed(code: String, message: String, isRetryable: Bool = true) -> TaskOutcome {
        TaskOutcome(summary: "", error: TaskError(code: code, message: message, isRetryable: isRetryable))
    }

    /// The message for it; a failure in its place when it would be larger than a result may be.
    package func result(task: Identifier, lease: Identifier) -> TaskResult {
        var result = TaskResult(
            task: task, lease: lease, status: error == nil ? .completed : .failed, artifacts: artifacts, facts: facts,
            verdict: verdict, usage: usage, summary: summary, error: error)
        let size = result.encode().count
        if size > WireLimits.resultBytes {
            let message =
                "the result has \(size) bytes and at most \(WireLimits.resultBytes) are taken: "
                + "large documents go before it, facts and the rest have to be smaller"
            var failure = TaskOutcome.failed(code: "result_too_large", message: message, isRetryable: false)
            // What was spent is spent.
            failure.usage = (usage?.text.utf8.count ?? 0) > 4096 ? nil : usage
            result = failure.result(task: task, lease: lease)
        }
        return result
    }
}
