import BatonMessages

/// What a watcher of a run learns.
public enum RunUpdate: Sendable, Equatable {
    /// Where the run stands; never an older one than before.
    case snapshot(RunSnapshot)
    /// What happened: in order, without gaps.
    case event(LogEvent)
    /// The connection to the broker broke, or is back.
    case connection(isUp: Bool, reason: String?)
    /// The orchestrator went, or is back.
    case orchestrator(isOnline: Bool)
}

extension RunUpdate {
    /// What a watcher is told of the way to the run; nil when there is nothing to tell.
    package var note: String? {
        switch self {
        case .connection(isUp: false, let reason):
            "the broker is gone (\(reason.map { TerminalText.line($0) } ?? "no reason")); trying again"
        case .orchestrator(isOnline: false): "the orchestrator is offline; waiting for it"
        case .connection, .orchestrator, .snapshot, .event: nil
        }
    }
}

/// One reader's view of a run.
///
/// A class, since it changes inside of collections; only its ``Client`` touches it, which is an actor.
final class RunWatch {
    /// Updates that wait for their reader. Events beyond are fetched again when there is room.
    static let maxWaiting = 8192

    let number: Int
    let run: Identifier
    let continuation: AsyncStream<RunUpdate>.Continuation
    let wantsEvents: Bool
    var sequence: EventSequence
    var latest: RunSnapshot
    /// Whether a message on the run's topics came: this client may read them.
    var hasTopics = false
    var isFetching = false
    var isCheckScheduled = false

    init(
        number: Int, snapshot: RunSnapshot, after: Int, wantsEvents: Bool,
        continuation: AsyncStream<RunUpdate>.Continuation
    ) {
        self.number = number
        self.wantsEvents = wantsEvents
        run = snapshot.run
        latest = snapshot
        sequence = EventSequence(after: after)
        self.continuation = continuation
    }

    /// Whether the log has shown less than the snapshot knows.
    var isBehind: Bool { wantsEvents && (sequence.hasGap || sequence.last < latest.sequence) }

    /// Whether there is nothing more to come.
    var isOver: Bool { latest.status.isFinal && !isBehind }

    func send(_ update: RunUpdate) { continuation.yield(update) }

    /// Gives out events; those for which there is no room are asked for later.
    func send(_ events: [LogEvent]) {
        for event in events {
            if case .dropped = continuation.yield(.event(event)) {
                sequence.rewind(to: event.sequence - 1)
                return
            }
        }
    }
}
