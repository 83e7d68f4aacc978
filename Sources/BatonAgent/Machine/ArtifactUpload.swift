import BatonMessages

/// Sends the documents that are too large for a result, one after the other, in ranges of which each waits for its
/// answer. It begins with a question, so that what the orchestrator has already is not sent again.
package struct ArtifactUpload: Equatable {
    /// Documents of more bytes are not put into a result.
    static let largeBytes = WireLimits.rangeBytes
    /// How long to wait for an answer before asking how much is there; doubles up to eight times as long.
    static let retryMilliseconds: Int64 = 5000
    static let maxTries = 10

    struct Content: Equatable {
        let digest: Digest
        let bytes: [UInt8]
    }

    enum Step: Equatable {
        case put(digest: Digest, offset: Int, size: Int, bytes: [UInt8])
        case complete
        case failed(String)
    }

    private var contents: [Content]
    /// Where the range begins whose answer is waited for; nil: an answer to the question how much is there.
    private var sent: Int?
    private var tries = 0
    /// When to ask again, on the machine's clock.
    private(set) var dueAt: Int64 = .max

    init(_ contents: [Content]) { self.contents = contents }

    /// Asks how much is there: the beginning, and the way to go on after a silence.
    mutating func ask(now: Int64) -> Step {
        guard let content = contents.first else {
            dueAt = .max
            return .complete
        }
        guard tries < Self.maxTries else {
            return .failed("a large document could not be handed over: no answer to \(tries) ranges")
        }
        sent = nil
        dueAt = now + Self.retryMilliseconds << Int64(min(tries, 3))
        tries += 1
        return .put(digest: content.digest, offset: 0, size: content.bytes.count, bytes: [])
    }

    mutating func forgetSilence() { tries = 0 }

    /// An answer arrived; nil when it is an old one.
    mutating func receive(_ range: ArtifactRange, now: Int64) -> Step? {
        guard let content = contents.first, range.digest == content.digest else { return nil }
        let size = content.bytes.count
        switch range.body {
        case .content: return nil
        case .error(let reason): return .failed("a large document could not be handed over: \(reason)")
        case .stored(let stored, _):
            guard stored <= size, stored > sent ?? -1 else { return nil }
            tries = 0
            if stored == size {
                contents.removeFirst()
                return ask(now: now)
            }
            sent = stored
            dueAt = now + Self.retryMilliseconds
            let end = min(stored + WireLimits.rangeBytes, size)
            return .put(digest: content.digest, offset: stored, size: size, bytes: Array(content.bytes[stored..<end]))
        }
    }
}

extension TaskOutcome {
    /// Takes out the documents that go in ranges, and names them by their hashes in their place.
    mutating func takeLargeContents() -> [ArtifactUpload.Content] {
        var contents: [ArtifactUpload.Content] = []
        for (index, artifact) in artifacts.enumerated() {
            let bytes: [UInt8]
            switch artifact.body {
            case .text(let text) where text.utf8.count > ArtifactUpload.largeBytes: bytes = Array(text.utf8)
            case .bytes(let content) where content.count > ArtifactUpload.largeBytes: bytes = content
            default: continue
            }
            let digest = ContentHash.of(bytes)
            artifacts[index].body = .reference(digest)
            if !contents.contains(where: { $0.digest == digest }) {
                contents.append(.init(digest: digest, bytes: bytes))
            }
        }
        return contents
    }
}
