import BatonEngine

/// When to read again what the broker retains of the agents.
///
/// A broker may drop a message from a full queue while the connection lives. What agents send is sent again until it is
/// answered; their presence is not. So it is read again, once a minute while tasks wait.
struct PresenceReading {
    private static let intervalMilliseconds: Int64 = 60_000
    /// How long an answer may take.
    private static let answerMilliseconds: Int64 = 10_000

    private var readAt: Timestamp?
    private var isWanted = false

    /// What was left out before may count now: it is to be read at the next turn.
    mutating func wantsReading() { isWanted = true }

    /// Everything is read at the beginning of a connection.
    mutating func connected(now: Timestamp) { readAt = now }

    /// Whether to read now.
    mutating func begin(tasksWait: Bool, now: Timestamp) -> Bool {
        guard let last = readAt, isWanted || tasksWait && last + Self.intervalMilliseconds <= now else { return false }
        readAt = now
        isWanted = false
        return true
    }

    /// Whether a presence may be one that was read, and no news.
    func mayBeRead(at now: Timestamp) -> Bool { readAt.map { now - $0 <= Self.answerMilliseconds } ?? false }
}
