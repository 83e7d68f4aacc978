import BatonMessages
import Logging

/// What a handler is given for one task.
public struct TaskContext: Sendable {
    /// The command as it came, except that `requires` has its texts, also those that were too large to come along; not
    /// those that are files.
    public let command: TaskCommand
    /// The documents of `command.requires`, complete, their hashes checked.
    public let artifacts: [TaskArtifact]
    /// Carries the task, the run and the step.
    public let logger: Logger
    private let progress: @Sendable (Double?, String?) async -> Void

    public init(
        command: TaskCommand, artifacts: [TaskArtifact], logger: Logger,
        progress: @escaping @Sendable (_ percent: Double?, _ message: String?) async -> Void = { _, _ in }
    ) {
        self.command = command
        self.artifacts = artifacts
        self.logger = logger
        self.progress = progress
    }

    /// Says how far the work is; it goes out with the next beat.
    ///
    /// - Parameters:
    ///   - percent: 0…100.
    ///   - message: for people, at most 4 KiB.
    public func report(percent: Double? = nil, message: String? = nil) async { await progress(percent, message) }
}

/// A document that a task works from.
public struct TaskArtifact: Sendable, Equatable {
    public let id: Identifier
    public let name: String
    /// From 1, per name.
    public let version: Int
    public let mediaType: String
    /// In bytes.
    public let size: Int
    /// The path of the content, if that is too large to be in memory: above 1 MiB, or behind 16 MiB of others. It is
    /// there until the handler returns.
    public let file: String?
    /// Of a ``file``; nil for others.
    let digest: Digest?
    private let bytes: [UInt8]

    public init(id: Identifier, name: String, version: Int, mediaType: String, content: [UInt8]) {
        self.id = id
        self.name = name
        self.version = version
        self.mediaType = mediaType
        size = content.count
        file = nil
        digest = nil
        bytes = content
    }

    init(_ artifact: CommandArtifact, content: [UInt8]) {
        self.init(
            id: artifact.id, name: artifact.name, version: artifact.version, mediaType: artifact.mediaType,
            content: content)
    }

    init(_ artifact: CommandArtifact, file: String) {
        id = artifact.id
        name = artifact.name
        version = artifact.version
        mediaType = artifact.mediaType
        size = artifact.size
        self.file = file
        digest = artifact.digest
        bytes = []
    }

    /// The content. One that is a ``file`` is read whole, each time.
    ///
    /// - Throws: ``AgentError`` `content`, with the system's reason.
    public var content: [UInt8] {
        get throws(AgentError) {
            guard let file else { return bytes }
            return try ContentFile(path: file).read(at: 0, count: size)
        }
    }

    /// The content as text; nil when it is not UTF-8. One that is a ``file`` is read whole, each time.
    ///
    /// - Throws: ``AgentError`` `content`, with the system's reason.
    public var text: String? {
        get throws(AgentError) { String(validating: try content, as: UTF8.self) }
    }
}
