import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore

/// Which messages may end the process when they are decided, and so have kept it from starting.
///
/// What the broker had for us when the process began is noted on disk before it is decided, and the note goes with the
/// commit. A message whose note survived three processes makes its batch be decided one message at a time, each noted
/// by itself; one whose own note survives is guilty: it goes to the dead letters, now and whenever it comes again. The
/// watch ends when the first mark comes back, behind all that had waited.
struct Suspects {
    /// So many processes may end before messages are decided one at a time: two may be bad luck.
    static let patience = 3

    private var known: [Digest: Suspect] = [:]
    private(set) var isWatching = true

    /// Takes over what processes before this one left.
    mutating func load(_ suspects: [Suspect]) {
        known = Dictionary(suspects.map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nothing has to be looked at.
    var isIdle: Bool { !isWatching && known.isEmpty }

    /// Whether the message ended a process that was deciding it alone.
    func isGuilty(_ digest: Digest) -> Bool { known[digest].map { $0.stage != .together } ?? false }

    func isSuspicious(_ digest: Digest) -> Bool {
        isGuilty(digest) || (known[digest].map { $0.times >= Self.patience } ?? false)
    }

    mutating func condemn(_ digest: Digest) { known[digest] = Suspect(digest: digest, times: 1, stage: .guilty) }

    mutating func clear(_ digest: Digest) { known[digest] = nil }

    mutating func endWatch() {
        isWatching = false
        known = known.filter { $0.value.stage == .guilty }
    }

    static func digest(of message: MQTTMessage) -> Digest {
        ContentHash.of(Array(message.topic.utf8) + [0] + message.payload)
    }
}

extension Coordinator {
    /// Notes what is about to be decided, while the process is watched; false: the messages have to be decided one at a
    /// time, with ``prepare(_:now:)`` before each.
    func prepare(_ messages: [MQTTMessage]) throws(StoreError) -> Bool {
        guard !suspects.isIdle, !messages.isEmpty else { return true }
        let digests = messages.map(Suspects.digest)
        guard !digests.contains(where: suspects.isSuspicious) else { return false }
        if suspects.isWatching {
            try store.note(digests, .together)
            batch.verdicts.innocent += digests
        }
        return true
    }

    /// Notes one message by itself; false: it is not to be decided, and has been buried.
    func prepare(alone message: MQTTMessage, now: Timestamp) throws(StoreError) -> Bool {
        let digest = Suspects.digest(of: message)
        guard !suspects.isGuilty(digest) else {
            logger.error(
                "a message that ends the process is not decided again", metadata: ["topic": "\(message.topic)"])
            suspects.condemn(digest)
            batch.verdicts.guilty.append(digest)
            bury(message, reason: "deciding it ended the process", now: now)
            return false
        }
        try store.note([digest], .alone)
        batch.verdicts.innocent.append(digest)
        suspects.clear(digest)
        return true
    }

    /// All that had waited for this process has been decided.
    func endWatch() {
        guard suspects.isWatching else { return }
        suspects.endWatch()
        batch.verdicts.forgetsNoted = true
    }
}
