/// What the orchestrator tells an agent beside its tasks: `agent/{id}/in/control`.
public enum Control: WireMessage, Equatable {
    case ack(AckNotice)
    case cancel(CancelNotice)

    private enum Kind: String, CaseIterable { case ack, cancel }

    public init(reading fields: Fields) {
        let before = fields.faults.count
        let type = fields.word("type", Kind.self, else: .ack)
        guard fields.faults.count == before else {
            self = .ack(AckNotice(task: nil, lease: nil, outcome: .unknown, by: By(store: "", epoch: 0)))
            return
        }
        switch type {
        case .ack: self = .ack(AckNotice(reading: fields))
        case .cancel: self = .cancel(CancelNotice(reading: fields))
        }
    }

    public func write(members writer: inout JSONWriter) {
        switch self {
        case .ack(let notice):
            writer.field("type", Kind.ack)
            notice.write(members: &writer)
        case .cancel(let notice):
            writer.field("type", Kind.cancel)
            notice.write(members: &writer)
        }
    }
}

/// A result has arrived, and this is what became of it: the agent need not keep it any longer.
public struct AckNotice: WireMessage, Equatable {
    public enum Outcome: String, Sendable, CaseIterable {
        case accepted
        /// The result breaks the task's contract: see the reasons.
        case rejected
        /// The task went to somebody else meanwhile, or is done.
        case superseded
        /// No such task.
        case unknown
    }

    /// nil when the message was so broken that it could not be told.
    public var task: Identifier?
    public var lease: Identifier?
    public var outcome: Outcome
    public var reasons: [String]
    public var by: By

    public init(task: Identifier?, lease: Identifier?, outcome: Outcome, reasons: [String] = [], by: By) {
        self.task = task
        self.lease = lease
        self.outcome = outcome
        self.reasons = reasons
        self.by = by
    }

    public init(reading fields: Fields) {
        task = fields.optionalIdentifier("task")
        lease = fields.optionalIdentifier("lease")
        outcome = fields.word("outcome", else: .unknown)
        reasons = fields.optionalStrings("reasons")
        by = fields.nested("by")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("lease", lease)
        writer.field("outcome", outcome)
        writer.field(nonEmpty: "reasons", reasons)
        writer.field("by", by)
    }
}

/// The agent shall drop a task: nothing that it returns under this lease counts.
public struct CancelNotice: WireMessage, Equatable {
    public var task: Identifier
    public var lease: Identifier
    public var reason: String
    public var by: By

    public init(task: Identifier, lease: Identifier, reason: String, by: By) {
        self.task = task
        self.lease = lease
        self.reason = reason
        self.by = by
    }

    public init(reading fields: Fields) {
        task = fields.identifier("task")
        lease = fields.identifier("lease")
        reason = fields.string("reason")
        by = fields.nested("by")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("lease", lease)
        writer.field("reason", reason)
        writer.field("by", by)
    }
}
