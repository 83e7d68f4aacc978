import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore

/// Looking at what could not be read, and receiving it again.
extension Coordinator {
    func reply(to request: DeadLettersRequest) throws -> Reply.Body {
        .deadLetters(
            try store.deadLetters(from: request.sender, limit: request.limit).map {
                DeadLetterEntry($0.letter, id: $0.id, withContent: false)
            })
    }

    func reply(to request: DeadLetterRequest) throws -> Reply.Body {
        .deadLetter(DeadLetterEntry(try deadLetter(request.id), id: request.id, withContent: true))
    }

    /// Receives a dead letter as if it had just come. If it is no better now, it is a dead letter again.
    func offer(_ request: DeadLetterRequest, now: Timestamp) throws -> Reply.Body {
        let letter = try deadLetter(request.id)
        guard letter.isWhole else {
            throw ReplyError(
                .notPossible,
                "of its \(letter.size) bytes only the first \(letter.head.count) were kept: "
                    + "its sender has to send it again"
            )
        }
        guard !isOffering else {
            throw ReplyError(.notPossible, "a dead letter that offers another is not carried out")
        }
        isOffering = true
        defer { isOffering = false }
        batch.offered.append(request.id)
        let before = batch.deadLetters.count
        receive(MQTTMessage(topic: letter.topic, payload: letter.head), now: now)
        let buried = batch.deadLetters.count > before ? batch.deadLetters.last : nil
        return .offered(OfferReply(id: request.id, reason: buried?.reason))
    }

    private func deadLetter(_ id: Int64) throws -> DeadLetter {
        guard !batch.offered.contains(id), let letter = try store.deadLetter(id) else {
            throw ReplyError(.unknownDeadLetter, "there is no dead letter \(id)")
        }
        return letter
    }
}

extension DeadLetterEntry {
    fileprivate init(_ letter: DeadLetter, id: Int64, withContent: Bool) {
        self.init(
            id: id, at: letter.at, topic: letter.topic, sender: letter.sender.isEmpty ? nil : letter.sender,
            reason: letter.reason, size: letter.size, digest: letter.digest, isWhole: letter.isWhole,
            content: withContent ? letter.head : nil)
    }
}
