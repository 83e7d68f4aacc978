/// The messages that could not be read, newest first.
public struct DeadLettersRequest: WireMessage, Equatable {
    /// Only those of this client or agent.
    public var sender: String?
    public var limit: Int

    public init(sender: String? = nil, limit: Int = WireLimits.defaultRunsPerList) {
        self.sender = sender
        self.limit = limit
    }

    public init(reading fields: Fields) {
        sender = fields.optionalString("sender", maxBytes: WireLimits.nameBytes)
        limit = fields.optionalInteger("limit", in: 1...WireLimits.runsPerList) ?? WireLimits.defaultRunsPerList
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("sender", sender)
        writer.field("limit", limit)
    }
}

/// One of them: to be shown (`dead_letter`), or to be received again (`offer`).
public struct DeadLetterRequest: WireMessage, Equatable {
    public var id: Int64

    public init(id: Int64) { self.id = id }

    public init(reading fields: Fields) { id = fields.integer("id", in: 1...Int64.max) }

    public func write(members writer: inout JSONWriter) { writer.field("id", id) }
}

/// A message that could not be read, or that was not to be carried out.
public struct DeadLetterEntry: WireMessage, Equatable {
    public var id: Int64
    public var at: Timestamp
    public var topic: String
    /// Who sent it, where the topic tells.
    public var sender: String?
    public var reason: String
    /// Of the whole payload, in bytes.
    public var size: Int
    /// Of the whole payload.
    public var digest: Digest
    /// Whether all of it was kept, so that it can be offered again.
    public var isWhole: Bool
    /// What was kept of it, its first 4 KiB; nil in lists.
    public var content: [UInt8]?

    public init(
        id: Int64, at: Timestamp, topic: String, sender: String?, reason: String, size: Int, digest: Digest,
        isWhole: Bool, content: [UInt8]? = nil
    ) {
        self.id = id
        self.at = at
        self.topic = topic
        self.sender = sender
        self.reason = reason
        self.size = size
        self.digest = digest
        self.isWhole = isWhole
        self.content = content
    }

    public init(reading fields: Fields) {
        id = fields.integer("id", in: 1...Int64.max)
        at = fields.time("at")
        topic = fields.string("topic")
        sender = fields.optionalString("sender")
        reason = fields.string("reason")
        size = fields.integer("size")
        digest = fields.digest("sha256")
        isWhole = fields.optionalFlag("whole") ?? false
        content = fields.value("content_base64") == nil ? nil : fields.bytes("content_base64")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("at", at)
        writer.field("topic", topic)
        writer.field("sender", sender)
        writer.field("reason", reason)
        writer.field("size", size)
        writer.field("sha256", digest)
        writer.field("whole", isWhole)
        if let content { writer.field("content_base64", Base64.encode(content)) }
    }
}

/// What became of a dead letter that was offered again.
public struct OfferReply: WireMessage, Equatable {
    public var id: Int64
    /// Why it is a dead letter again; nil: it was received.
    public var reason: String?

    public init(id: Int64, reason: String? = nil) {
        self.id = id
        self.reason = reason
    }

    public init(reading fields: Fields) {
        id = fields.integer("offered", in: 1...Int64.max)
        reason = fields.optionalString("reason")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("offered", id)
        writer.field("reason", reason)
    }
}
