import Foundation

/// Places in the loop at which the process can be told to die: how the promises of `docs/protocol.md` are tried on the
/// binary that ships.
///
/// `BATON_FAULT=NAME[:COUNT]` arms one: at the COUNT-th time (default 1) that the loop comes to NAME, it writes
/// `fault point NAME reached` to standard error and kills its own process with SIGKILL. `acknowledge-early` is not a
/// place but a planted bug: acknowledgements leave before the commit. `poison=TEXT` kills the process whenever a
/// message is decided that contains TEXT. Without the variable nothing of this happens.
public struct FaultPoints: FaultSource, Sendable {
    public enum Name: String, Sendable, CaseIterable {
        /// A batch with at least one message has been read and not decided yet.
        case afterRead = "after-read"
        /// A batch with a result has been read and not decided yet.
        case afterReadResult = "after-read-result"
        /// A batch has been decided and is not on disk.
        case beforeCommit = "before-commit"
        /// A batch has been written and outlives the process (the disk may still be syncing); nothing that follows from
        /// it has left, nor has an acknowledgement.
        case afterCommit = "after-commit"
        /// The same of a batch that sends a task command.
        case afterCommitOfCommand = "after-commit-of-command"
        /// The same of a batch that ends a run.
        case afterCommitOfEnd = "after-commit-of-end"
        /// What followed from a batch has been handed to the library and not been written to the socket.
        case beforeWrite = "before-write"
        /// It has been written.
        case afterWrite = "after-write"
        /// The loop woke up and had nothing to do while tasks were out.
        case whileTasksAreOut = "while-tasks-are-out"
        /// The connection has been accepted and nothing been published.
        case afterConnect = "after-connect"
    }

    private let armed: Name?
    private var remaining: Int
    private let poison: [UInt8]?
    /// Writes acknowledgements before the commit: a planted bug that tests have to find.
    public let acknowledgesEarly: Bool

    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let parts = (environment["BATON_FAULT"] ?? "").split(separator: ",").map(String.init)
        acknowledgesEarly = parts.contains("acknowledge-early")
        poison = parts.first { $0.hasPrefix("poison=") }.map { Array($0.dropFirst("poison=".count).utf8) }
        let point =
            parts.first { $0 != "acknowledge-early" && !$0.hasPrefix("poison=") }?.split(separator: ":").map(
                String.init) ?? []
        armed = point.first.flatMap(Name.init)
        remaining = point.count > 1 ? Int(point[1]) ?? 1 : 1
    }

    /// Comes to a fault point.
    public mutating func reach(_ name: Name) {
        guard armed == name else { return }
        remaining -= 1
        if remaining == 0 { die("fault point \(name.rawValue) reached") }
    }

    /// A message is about to be decided.
    public func decide(_ payload: [UInt8]) {
        if let poison, Data(payload).range(of: Data(poison)) != nil { die("poison decided") }
    }

    private func die(_ reason: String) {
        FileHandle.standardError.write(Data("\(reason)\n".utf8))
        kill(getpid(), SIGKILL)
    }
}

/// Where a process can be made to die, or a simulated one is.
public protocol FaultSource {
    /// Acknowledgements leave before the commit: a planted bug.
    var acknowledgesEarly: Bool { get }
    /// The loop has come to a fault point; what this throws ends the turn as a crash would.
    mutating func reach(_ name: FaultPoints.Name) throws
    /// A message is about to be decided.
    func decide(_ payload: [UInt8]) throws
}
