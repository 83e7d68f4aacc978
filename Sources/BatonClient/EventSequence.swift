import BatonMessages

/// Puts the events of a run in order: each once, none missing.
///
/// The log comes at most once and may have holes; history has no holes. What comes early waits until the hole before it
/// is filled.
struct EventSequence {
    /// How many events may wait behind a hole; more are asked for again with the hole.
    static let maxWaiting = 4096

    /// The `seq` of the last event that was given out.
    private(set) var last: Int
    private var waiting: [Int: LogEvent] = [:]

    init(after last: Int) { self.last = last }

    /// Whether events wait behind a hole.
    var hasGap: Bool { !waiting.isEmpty }

    /// Takes an event, and gives those whose turn has come.
    mutating func take(_ event: LogEvent) -> [LogEvent] {
        guard event.sequence > last else { return [] }
        guard event.sequence == last + 1 else {
            if waiting.count < Self.maxWaiting { waiting[event.sequence] = event }
            return []
        }
        var ready = [event]
        last = event.sequence
        while let next = waiting.removeValue(forKey: last + 1) {
            ready.append(next)
            last = next.sequence
        }
        return ready
    }

    /// Forgets that events after `sequence` were given out: the reader had no room for them.
    mutating func rewind(to sequence: Int) {
        last = min(last, sequence)
        waiting = [:]
    }
}
