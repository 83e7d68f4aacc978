/// What an agent is working on: `agent/{id}/out/beat`. It renews every lease that it lists; the first beat that lists a
/// lease is the claim.
public struct Beat: WireMessage, Equatable {
    /// The agent's, which grows with every start of it.
    public var epoch: Int64
    public var held: [HeldLease]

    public static var maxBytes: Int { WireLimits.resultBytes }

    public init(epoch: Int64, held: [HeldLease]) {
        self.epoch = epoch
        self.held = held
    }

    public init(reading fields: Fields) {
        epoch = fields.integer("epoch")
        held = fields.list("held", max: WireLimits.leasesPerBeat)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("epoch", epoch)
        writer.field("held", held)
    }
}

/// A task that an agent has.
public struct HeldLease: WireMessage, Equatable {
    public var task: Identifier
    public var lease: Identifier
    /// In percent.
    public var progress: Double?
    /// For people.
    public var message: String?

    public init(task: Identifier, lease: Identifier, progress: Double? = nil, message: String? = nil) {
        self.task = task
        self.lease = lease
        self.progress = progress
        self.message = message
    }

    public init(reading fields: Fields) {
        task = fields.identifier("task")
        lease = fields.identifier("lease")
        progress = fields.optionalNumber("progress", in: 0...100)
        message = fields.optionalString("message", maxBytes: WireLimits.reasonBytes)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("lease", lease)
        writer.field("progress", progress)
        writer.field("message", message)
    }
}

/// An agent does not take a task: `agent/{id}/out/decline`. It uses up none of the task's attempts.
public struct Decline: WireMessage, Equatable {
    public var task: Identifier
    public var lease: Identifier
    public var reason: String
    /// What the agent lacks for it; of a handoff that is refused, what is missing in it.
    public var missing: [String]
    /// false: it is the handoff that is refused. The task is nobody's until who handed over has added what is missing.
    public var accept = true

    public static var maxBytes: Int { WireLimits.agentMessageBytes }

    /// The reason, and what is missing, a line each; what says both is there once.
    public var feedback: String {
        if missing == [reason] { return reason }
        let reasons = reason.isEmpty || missing.contains(reason) ? [] : [reason]
        return (reasons + missing.map { "- \($0)" }).joined(separator: "\n")
    }

    public init(task: Identifier, lease: Identifier, reason: String, missing: [String] = [], accept: Bool = true) {
        self.task = task
        self.lease = lease
        self.reason = reason
        self.missing = missing
        self.accept = accept
    }

    public init(reading fields: Fields) {
        task = fields.identifier("task")
        lease = fields.identifier("lease")
        reason = fields.string("reason", maxBytes: WireLimits.reasonBytes)
        missing = fields.optionalStrings("missing", max: 100, maxBytes: WireLimits.reasonBytes)
        accept = fields.optionalFlag("accept") ?? true
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("lease", lease)
        writer.field("reason", reason)
        writer.field(nonEmpty: "missing", missing)
        if !accept { writer.field("accept", false) }
    }
}
