import BatonEngine
import BatonMessages
import Foundation

/// What an agent did and what it was told, in a file of its own that survives it: a line before it sends a result, and
/// one for every acknowledgement.
public struct AgentJournal: Sendable {
    public enum Entry: Sendable, Equatable {
        /// It has the result of a task: `digests` are those of the documents in it, for a task that it did not fail.
        case made(task: Identifier, key: Identifier, isFailure: Bool, digests: [String])
        /// It was told what became of a result.
        case told(task: Identifier, lease: Identifier, outcome: String)
    }

    public enum Failure: Error { case cannotWrite(String), cannotRead(String) }

    private let descriptor: Int32

    /// Opens the file for appending; several processes may.
    public init(file: URL) throws {
        descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.cannotWrite(file.path) }
    }

    /// The line is with the kernel when this returns: no end of this process takes it back.
    public func note(_ entry: Entry) throws {
        let line = entry.json.bytes + [UInt8(ascii: "\n")]
        guard write(descriptor, line, line.count) == line.count else { throw Failure.cannotWrite("the journal") }
    }

    /// All entries, in their order.
    public static func entries(of file: URL) throws -> [Entry] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            guard let json = try? JSON.parse(String(line)), let entry = Entry(json) else {
                throw Failure.cannotRead("\(file.lastPathComponent): \(line.prefix(200))")
            }
            return entry
        }
    }
}

extension AgentJournal.Entry {
    fileprivate var json: JSON {
        switch self {
        case .made(let task, let key, let isFailure, let digests):
            [
                "made": .string(task.description), "key": .string(key.description), "failure": .bool(isFailure),
                "digests": .array(digests.map { .string($0) }),
            ]
        case .told(let task, let lease, let outcome):
            [
                "told": .string(task.description), "lease": .string(lease.description), "outcome": .string(outcome),
            ]
        }
    }

    fileprivate init?(_ json: JSON) {
        func identifier(_ name: String) -> Identifier? { json[name]?.string.flatMap { Identifier($0) } }
        if let task = identifier("made"), let key = identifier("key"), let isFailure = json["failure"]?.bool {
            let digests = (json["digests"]?.array ?? []).compactMap(\.string)
            self = .made(task: task, key: key, isFailure: isFailure, digests: digests)
        } else if let task = identifier("told"), let lease = identifier("lease"), let outcome = json["outcome"]?.string
        {
            self = .told(task: task, lease: lease, outcome: outcome)
        } else {
            return nil
        }
    }
}
