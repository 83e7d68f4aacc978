/// One version of an artifact: its content is elsewhere, under its hash.
public struct ArtifactVersion: Sendable, Equatable {
    /// Its number in the run; see ``Identifier/child(_:)``.
    public let ordinal: UInt32
    /// In full: an item's artifact begins with the item's scope (`epic-1/story-2/story.md`).
    public let name: ArtifactName
    /// The scope of the item that it belongs to; empty outside of every for-each.
    public let scope: String
    /// From 1, per name.
    public let version: Int
    public let digest: Digest
    /// In bytes.
    public let size: Int
    public let mediaType: String
    /// The task that made it; 0: it came with the start.
    public let task: UInt32
    /// The role that made it; `user` for what came with the start.
    public let role: String
    /// The versions that it was made from: what its task was given.
    public let madeFrom: [UInt32]
    /// Returned without being asked for: kept, but no condition reads it and it replaces nothing.
    public let isExtra: Bool
    public let createdAt: Timestamp

    public init(
        ordinal: UInt32, name: ArtifactName, scope: String = "", version: Int, digest: Digest, size: Int,
        mediaType: String, task: UInt32, role: String, madeFrom: [UInt32], isExtra: Bool, createdAt: Timestamp
    ) {
        self.ordinal = ordinal
        self.name = name
        self.scope = scope
        self.version = version
        self.digest = digest
        self.size = size
        self.mediaType = mediaType
        self.task = task
        self.role = role
        self.madeFrom = madeFrom
        self.isExtra = isExtra
        self.createdAt = createdAt
    }
}

/// A document as it comes in with a start or a result; the shell has hashed and stored its content.
public struct ArtifactContent: Sendable, Equatable {
    public let name: ArtifactName
    public let digest: Digest
    /// In bytes.
    public let size: Int
    public let mediaType: String
    /// The task was not asked for it, and may write sections of it: the shell has seen that it wrote no others.
    public var isContribution = false

    public init(name: ArtifactName, digest: Digest, size: Int, mediaType: String) {
        self.name = name
        self.digest = digest
        self.size = size
        self.mediaType = mediaType
    }
}

/// A named value that conditions read.
public struct Fact: Sendable, Equatable {
    public let name: String
    /// The path of the item that it belongs to; empty for the whole run.
    public let scope: String
    public let value: JSON
    /// Who said it: `start`, `engine`, the role that reported it, or the client that decided it.
    public let origin: String
    /// The task whose result it came with, or should have; 0 for the start.
    public let task: UInt32

    public init(name: String, scope: String = "", value: JSON, origin: String, task: UInt32) {
        self.name = name
        self.scope = scope
        self.value = value
        self.origin = origin
        self.task = task
    }
}
