/// Why a task makes documents again: one that they were made from has changed.
public struct Rework: Sendable, Equatable {
    /// The task that made them first.
    public let maker: UInt32
    /// The document that has changed.
    public let artifact: String
    /// What is stale, by its full names.
    public let stale: [String]
    /// The tasks that have to end before this one begins.
    public let after: [UInt32]
    /// The run had been completed, and is again when all is made.
    public let reopens: Bool

    public init(maker: UInt32, artifact: String, stale: [String], after: [UInt32], reopens: Bool) {
        self.maker = maker
        self.artifact = artifact
        self.stale = stale
        self.after = after
        self.reopens = reopens
    }

    /// What the agent is told, beyond its step's notes.
    var notes: String { "To be made again, since \(artifact) has changed: \(stale.joined(separator: ", "))." }
}

/// A step that made what is stale.
public struct StaleWork: Sendable {
    /// The task that made it, or changed it, first.
    public let maker: TaskState
    /// What is stale, as it is in force, in the order in which the documents were first made.
    public internal(set) var artifacts: [ArtifactVersion]
    /// Those before it, as places in the same list, that make again what it was made from.
    public internal(set) var after: Set<Int> = []
    /// Tasks that are making again what it was made from.
    public internal(set) var underWay: Set<UInt32> = []
}

// MARK: - The form in which the store keeps it

extension Rework {
    var json: JSON {
        [
            "maker": .int(Int64(maker)), "artifact": .string(artifact), "stale": .array(stale.map { .string($0) }),
            "after": .array(after.map { .int(Int64($0)) }), "reopens": .bool(reopens),
        ]
    }

    init?(_ json: JSON) {
        guard let maker = json["maker"]?.int.flatMap({ UInt32(exactly: $0) }), let artifact = json["artifact"]?.string
        else { return nil }
        self.init(
            maker: maker, artifact: artifact, stale: (json["stale"]?.array ?? []).compactMap(\.string),
            after: (json["after"]?.array ?? []).compactMap { $0.int.flatMap { UInt32(exactly: $0) } },
            reopens: json["reopens"]?.bool ?? false)
    }
}

extension TaskState {
    /// Why it makes documents again; nil for an activation that the plan led to.
    public var rework: Rework? {
        guard case .rework(let rework) = detail else { return nil }
        return rework
    }
}
