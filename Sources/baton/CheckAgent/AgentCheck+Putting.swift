import BatonClient

/// A document that is too large for a result.
extension AgentCheck {
    /// How long the document is to be, in bytes: more than a result may have.
    private static let documentBytes = WireLimits.resultBytes + (300 << 10)

    /// What has been put of the document.
    private struct Stored {
        let digest: Digest
        let size: Int
        var bytes: [UInt8] = []
    }

    private enum Arrival {
        case put(ArtifactPut)
        case end(TaskResult?)
    }

    /// Takes the ranges of a document as an orchestrator does; once, in the middle, it has a new epoch in place of an
    /// answer, after which the agent has to ask how much is there.
    mutating func checkPut() async throws {
        var command = command(
            notes: "Write a document of at least \(Self.documentBytes) bytes: any text, no thought is needed.")
        command.inputs = ["minimum_bytes": .int(Int64(Self.documentBytes))]
        var (mark, stored, mustAsk, hasLost) = (orchestrator.mark, Stored?.none, true, false)
        try give(command)
        while true {
            let heard = try await orchestrator.hear(behind: &mark, within: settings.taskLimit) { heard -> Arrival? in
                if heard.address == .put(id), let put = try? ArtifactPut.decode(heard.payload) { return .put(put) }
                return decline(of: command.lease, in: heard).map { _ in .end(nil) }
                    ?? result(of: command.lease, in: heard).map { .end($0) }
            }
            guard case .put(let put) = heard else {
                guard let stored else {
                    found(.put, .notOffered)
                    return try end(command.lease)
                }
                guard case .end(let result?) = heard else {
                    found(.put, .broken("\(stored.bytes.count) of \(stored.size) bytes were put, and no result came"))
                    return try end(command.lease)
                }
                found(.put, unless: fault(in: result, for: command) ?? Self.fault(in: result, about: stored))
                return try acknowledge(command)
            }
            if let fault = Self.fault(in: put, for: command, mustAsk: mustAsk, stored) {
                found(.put, .broken(fault))
                return try end(command.lease)
            }
            mustAsk = false
            var document = stored ?? Stored(digest: put.digest, size: put.size)
            if put.offset == document.bytes.count { document.bytes += put.bytes }
            stored = document
            if !hasLost, !put.bytes.isEmpty, document.bytes.count > document.size / 2 {
                (hasLost, mustAsk) = (true, true)
                try raiseEpoch()
                continue
            }
            if document.bytes.count >= document.size, ContentHash.of(document.bytes) != document.digest {
                found(.put, .broken("the \(document.size) bytes that were put have another hash than was said"))
                return try end(command.lease)
            }
            let body = ArtifactRange.Body.stored(document.bytes.count, size: document.size)
            let answer = ArtifactRange(task: put.task, digest: put.digest, body: body)
            try orchestrator.say(orchestrator.topics.artifact(id), answer.encode())
        }
    }

    /// What an orchestrator would not take, or not be asked; nil when the range is right.
    private static func fault(
        in put: ArtifactPut, for command: TaskCommand, mustAsk: Bool, _ stored: Stored?
    ) -> String? {
        if put.task != command.task || put.lease != command.lease { return "a range came under another lease" }
        if let stored, stored.digest != put.digest || stored.size != put.size {
            return "a range of another document came before the first was whole"
        }
        if put.offset + put.bytes.count > put.size { return "a range ends behind the \(put.size) bytes that were said" }
        if mustAsk && !put.bytes.isEmpty {
            return stored == nil
                ? "it did not ask how much is there before the first range"
                : "it did not ask again how much is there when the orchestrator had a new epoch"
        }
        return nil
    }

    private static func fault(in result: TaskResult, about stored: Stored) -> String? {
        if stored.bytes.count < stored.size {
            return "the result came when \(stored.bytes.count) of \(stored.size) bytes were there"
        }
        let names = result.artifacts.contains { $0.body == .reference(stored.digest) }
        return names ? nil : "the result does not name the sha256 of what was put"
    }
}
