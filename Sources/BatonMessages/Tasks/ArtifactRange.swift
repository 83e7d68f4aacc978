/// An agent asks for a range of an artifact that one of its tasks requires: `agent/{id}/out/get`.
public struct ArtifactGet: WireMessage, Equatable {
    public var task: Identifier
    public var lease: Identifier
    public var digest: Digest
    /// In bytes.
    public var offset: Int
    /// In bytes, at most ``WireLimits/rangeBytes``.
    public var length: Int

    public static var maxBytes: Int { WireLimits.agentMessageBytes }

    public init(
        task: Identifier, lease: Identifier, digest: Digest, offset: Int, length: Int = WireLimits.rangeBytes
    ) {
        self.task = task
        self.lease = lease
        self.digest = digest
        self.offset = offset
        self.length = length
    }

    public init(reading fields: Fields) {
        task = fields.identifier("task")
        lease = fields.identifier("lease")
        digest = fields.digest("sha256")
        offset = fields.integer("offset", in: 0...Int.max)
        length = fields.integer("length", in: 1...WireLimits.rangeBytes)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("lease", lease)
        writer.field("sha256", digest)
        writer.field("offset", offset)
        writer.field("length", length)
    }
}

/// An agent sends a range of an artifact that its result will name by its hash: `agent/{id}/out/put`.
///
/// A range without bytes asks how much is there.
public struct ArtifactPut: WireMessage, Equatable {
    public var task: Identifier
    public var lease: Identifier
    /// Of the whole artifact.
    public var digest: Digest
    /// Of the first byte of the range, in bytes.
    public var offset: Int
    /// Of the whole artifact, in bytes.
    public var size: Int
    /// At most ``WireLimits/rangeBytes``.
    public var bytes: [UInt8]

    public static var maxBytes: Int { WireLimits.putBytes }

    public init(task: Identifier, lease: Identifier, digest: Digest, offset: Int, size: Int, bytes: [UInt8]) {
        self.task = task
        self.lease = lease
        self.digest = digest
        self.offset = offset
        self.size = size
        self.bytes = bytes
    }

    public init(reading fields: Fields) {
        task = fields.identifier("task")
        lease = fields.identifier("lease")
        digest = fields.digest("sha256")
        offset = fields.integer("offset", in: 0...Int.max)
        size = fields.integer("size", in: 1...Int.max)
        bytes = fields.bytes("content_base64", max: WireLimits.rangeBytes)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("lease", lease)
        writer.field("sha256", digest)
        writer.field("offset", offset)
        writer.field("size", size)
        writer.field("content_base64", Base64.encode(bytes))
    }
}

/// The answer to both: `agent/{id}/in/artifact`.
public struct ArtifactRange: WireMessage, Equatable {
    public enum Body: Sendable, Equatable {
        /// `offset` of the first byte, `size` of the whole artifact, both in bytes.
        case content(offset: Int, size: Int, bytes: [UInt8])
        /// How many bytes of what the agent sends are on disk, of `size`: the next range begins there.
        case stored(Int, size: Int)
        /// Why there is none.
        case error(String)
    }

    public var task: Identifier
    public var digest: Digest
    public var body: Body

    public init(task: Identifier, digest: Digest, body: Body) {
        self.task = task
        self.digest = digest
        self.body = body
    }

    public init(reading fields: Fields) {
        task = fields.identifier("task")
        digest = fields.digest("sha256")
        if let error = fields.optionalString("error") {
            body = .error(error)
        } else if fields.value("stored") != nil {
            body = .stored(fields.integer("stored", in: 0...Int.max), size: fields.integer("size"))
        } else if fields.value("size") != nil, ["offset", "content_base64"].allSatisfy({ fields.value($0) == nil }) {
            fields.fault("stored is missing (or offset and content_base64)")
            body = .error("")
        } else if ["error", "offset", "size", "content_base64"].allSatisfy({ fields.value($0) == nil }) {
            fields.fault("error is missing (or offset, size and content_base64)")
            body = .error("")
        } else {
            body = .content(
                offset: fields.integer("offset"), size: fields.integer("size"),
                bytes: fields.bytes("content_base64", max: WireLimits.rangeBytes))
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("task", task)
        writer.field("sha256", digest)
        switch body {
        case .content(let offset, let size, let bytes):
            writer.field("offset", offset)
            writer.field("size", size)
            writer.field("content_base64", Base64.encode(bytes))
        case .stored(let stored, let size):
            writer.field("stored", stored)
            writer.field("size", size)
        case .error(let reason):
            writer.field("error", reason)
        }
    }
}
