/// An artifact version, without its content.
public struct ArtifactEntry: WireMessage, Equatable {
    public var id: Identifier
    public var name: String
    /// From 1, per name.
    public var version: Int
    public var digest: Digest
    /// In bytes.
    public var size: Int
    public var mediaType: String
    /// The step and the task that made it; nil for what came with the start.
    public var step: String?
    public var task: Identifier?
    /// The role that made it; `user` for what came with the start.
    public var role: String
    /// The versions that it was made from.
    public var madeFrom: [Identifier]
    public var createdAt: Timestamp
    /// Where it goes in its project, as its template says; relative.
    public var path: String?
    /// Who wrote it: the agent, or the person.
    public var author: String?
    /// Whether it only has other sections of its author than the version before.
    public var isContribution = false
    /// What people answered when they looked at it.
    public var approvals: [ApprovalVote] = []

    public init(
        id: Identifier, name: String, version: Int, digest: Digest, size: Int, mediaType: String, step: String?,
        task: Identifier?, role: String, madeFrom: [Identifier], createdAt: Timestamp, path: String? = nil
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.digest = digest
        self.size = size
        self.mediaType = mediaType
        self.step = step
        self.task = task
        self.role = role
        self.madeFrom = madeFrom
        self.createdAt = createdAt
        self.path = path
    }

    public init(reading fields: Fields) {
        id = fields.identifier("id")
        name = fields.string("name", nonEmpty: true)
        version = fields.integer("version", in: 1...Int.max)
        digest = fields.digest("sha256")
        size = fields.integer("size")
        mediaType = fields.string("media_type")
        step = fields.optionalString("step")
        task = fields.optionalIdentifier("task")
        role = fields.string("role")
        madeFrom = fields.identifiers("made_from")
        createdAt = fields.time("created_at")
        path = fields.optionalString("path")
        author = fields.optionalString("author")
        isContribution = fields.optionalFlag("contribution") ?? false
        approvals = fields.optionalList("approvals")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("name", name)
        writer.field("version", version)
        writer.field("sha256", digest)
        writer.field("size", size)
        writer.field("media_type", mediaType)
        writer.field("step", step)
        writer.field("task", task)
        writer.field("role", role)
        writer.field("made_from", madeFrom)
        writer.field("created_at", createdAt)
        writer.field("path", path)
        writer.field("author", author)
        if isContribution { writer.field("contribution", true) }
        writer.field(nonEmpty: "approvals", approvals)
    }
}

/// A range of an artifact's content.
public struct ArtifactSlice: WireMessage, Equatable {
    public var artifact: ArtifactEntry
    /// Of the first byte of `content`, in bytes.
    public var offset: Int
    /// Empty when the offset is at the end.
    public var content: [UInt8]

    public init(artifact: ArtifactEntry, offset: Int, content: [UInt8]) {
        self.artifact = artifact
        self.offset = offset
        self.content = content
    }

    public init(reading fields: Fields) {
        artifact = fields.nested("artifact")
        offset = fields.integer("offset")
        content = fields.bytes("content_base64", max: WireLimits.rangeBytes)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("artifact", artifact)
        writer.field("offset", offset)
        writer.field("content_base64", Base64.encode(content))
    }
}
