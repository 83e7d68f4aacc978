import BatonMessages

/// Sends the documents that are too large for a result, one after the other, in ranges of which each waits for its
/// answer. It begins with a question, so that what the orchestrator has already is not sent again.
package struct ArtifactUpload: Equatable {
    /// How long to wait for an answer before asking how much is there; doubles up to eight times as long.
    static let retryMilliseconds: Int64 = 5000
    static let maxTries = 10

    enum Step: Equatable {
        /// `count` bytes of it, from `offset` on; none is the question how much is there.
        case put(OutgoingContent, offset: Int, count: Int)
        case complete
        case failed(String)
    }

    private var contents: [OutgoingContent]
    /// Where the range begins whose answer is waited for; nil: an answer to the question how much is there.
    private var sent: Int?
    private var tries = 0
    /// When to ask again, on the machine's clock.
    private(set) var dueAt: Int64 = .max

    init(_ contents: [OutgoingContent]) { self.contents = contents }

    /// Asks how much is there: the beginning, and the way to go on after a silence.
    mutating func ask(now: Int64) -> Step {
        guard let content = contents.first else {
            dueAt = .max
            return .complete
        }
        guard tries < Self.maxTries else {
            return .failed("\(content.name) could not be handed over: no answer to \(tries) ranges")
        }
        sent = nil
        dueAt = now + Self.retryMilliseconds << Int64(min(tries, 3))
        tries += 1
        return .put(content, offset: 0, count: 0)
    }

    mutating func forgetSilence() { tries = 0 }

    /// An answer arrived; nil when it is an old one.
    mutating func receive(_ range: ArtifactRange, now: Int64) -> Step? {
        guard let content = contents.first, range.digest == content.digest else { return nil }
        let size = content.size
        switch range.body {
        case .content: return nil
        case .error(let reason): return .failed("\(content.name) could not be handed over: \(reason)")
        case .stored(let stored, _):
            guard stored <= size, stored > sent ?? -1 else { return nil }
            tries = 0
            if stored == size {
                contents.removeFirst()
                return ask(now: now)
            }
            sent = stored
            dueAt = now + Self.retryMilliseconds
            return .put(content, offset: stored, count: min(WireLimits.rangeBytes, size - stored))
        }
    }
}
