import BatonEngine

/// Where the connection stands, and how far behind the way through the broker is.
struct Link {
    enum State: Equatable {
        case down
        /// Finding out who else is there, on a connection for that alone.
        case looking(subscription: Int32)
        case live
        /// The goodbye is on its way: nothing is sent behind it.
        case leaving(goodbye: Int32)
        /// The broker has the goodbye, and so all that was sent before it.
        case left
    }

    /// How long a mark may be on its way, in milliseconds.
    static let markLimit: Int64 = 10_000
    private static let markInterval: Int64 = 1000

    var state = State.down
    private(set) var nextMarkAt = Timestamp(milliseconds: 0)
    private var lastMark: Int64 = 0
    /// The oldest mark of this connection that has not come back.
    private var oldest: (number: Int64, sentAt: Timestamp)?

    var isLive: Bool { state == .live }
    /// Whether the goodbye was said.
    var isLeaving: Bool {
        switch state {
        case .leaving, .left: true
        case .down, .looking, .live: false
        }
    }

    /// The number of a mark that is to be sent now.
    mutating func takeMark(_ now: Timestamp) -> Int64? {
        // The clock may have been set back.
        guard isLive, nextMarkAt <= now || nextMarkAt - now > Self.markInterval else { return nil }
        lastMark += 1
        nextMarkAt = now + Self.markInterval
        if oldest == nil { oldest = (lastMark, now) }
        return lastMark
    }

    mutating func returned(_ number: Int64, now: Timestamp) {
        guard let oldest, number >= oldest.number else { return }
        // Marks come back in the order in which they were sent: those behind it were sent at most one interval apart.
        self.oldest = number == lastMark ? nil : (number + 1, max(oldest.sentAt, now + -Self.markInterval))
    }

    /// Whether the way through the broker is blocked although the connection lives.
    func isStuck(_ now: Timestamp) -> Bool {
        guard isLive, let oldest else { return false }
        return now - oldest.sentAt > Self.markLimit
    }

    mutating func lost() {
        state = .down
        oldest = nil
    }
}
