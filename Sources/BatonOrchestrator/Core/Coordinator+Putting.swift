import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore

/// An artifact that comes in ranges. What is hashed of it goes along with what is on disk, but for one that began
/// before this process.
struct PutTransfer {
    /// Of the whole artifact, in bytes.
    let size: Int
    var hasher = ContentHasher()
    /// Bytes.
    var hashed = 0
    /// Whom to answer once all is hashed.
    var waiting: (agent: String, task: Identifier)?
}

/// Large artifacts: an agent puts them in ranges before its result names them.
///
/// Only the holder of a lease puts, and only into the run of its task. A range is acknowledged when it is on disk, a
/// whole artifact when its hash was compared and the database knows whose it is.
extension Coordinator {
    /// How much of what a former process took in is hashed in one turn of the loop.
    private static let hashedPerTurn = 4 << 20
    private static let halvesPerRun = 1000

    func receivePut(_ message: MQTTMessage, from agent: String, now: Timestamp) {
        let put: ArtifactPut
        do { put = try ArtifactPut.decode(message.payload) } catch {
            return bury(message, reason: error.reasons.joined(separator: "; "), now: now)
        }
        guard let out = dispatch.outstanding[put.lease], out.agent == agent, out.task.key.id == put.task else {
            return answer(agent, put.task, put.digest, .error("only who has the task's lease may put"))
        }
        do {
            if let body = try take(put, from: agent, into: out.task.key.run) {
                answer(agent, put.task, put.digest, body)
            }
        } catch {
            logger.error("a range of an artifact can't be kept: \(error)")
            // Without an answer the agent asks again, when there may be space.
            guard !error.isRetriable else { return }
            answer(agent, put.task, put.digest, .error("the range can't be kept now: \(error)"))
        }
    }

    private func answer(_ agent: String, _ task: Identifier, _ digest: Digest, _ body: ArtifactRange.Body) {
        let range = ArtifactRange(task: task, digest: digest, body: body)
        direct.append(DirectMessage(topic: topics.artifact(agent), payload: range.encode(), qos: 1))
    }

    /// Keeps the range; gives the answer, or nil when that comes later.
    private func take(
        _ put: ArtifactPut, from agent: String, into run: Identifier
    ) throws(StoreError) -> ArtifactRange.Body? {
        guard let files = store.files else { return .error("this orchestrator keeps no files") }
        let half = ContentFolder.Half(put.digest, of: run)
        if let reason = try refusal(of: put, half, files) { return .error(reason) }
        if let size = try putSize(of: put.digest, in: run) { return .stored(size, size: size) }
        var transfer = transfers[half] ?? PutTransfer(size: put.size)
        let before = files.halves[half] ?? 0
        if put.offset == before, !put.bytes.isEmpty {
            try files.append(put.bytes, to: half, at: before)
            if transfer.hashed == before {
                transfer.hasher.update(put.bytes)
                transfer.hashed += put.bytes.count
            }
        }
        let stored = files.halves[half] ?? 0
        if stored == put.size { transfer.waiting = (agent, put.task) }
        transfers[half] = transfer
        guard stored == put.size else { return .stored(stored, size: put.size) }
        if transfer.hashed == put.size { try finish(half, transfer, in: files) }
        return nil
    }

    /// Why the range is not taken; what is there of the artifact goes when it can never be complete.
    private func refusal(
        of put: ArtifactPut, _ half: ContentFolder.Half, _ files: ContentFolder
    ) throws(StoreError) -> String? {
        let limits = settings.limits
        guard put.size <= limits.artifactBytes else {
            dropPut(half)
            return "the artifact has \(put.size) bytes; at most \(limits.artifactBytes) are taken"
        }
        guard put.offset <= put.size, put.bytes.count <= put.size - put.offset else {
            return "the range ends behind the artifact's \(put.size) bytes"
        }
        if let transfer = transfers[half] {
            return transfer.size == put.size ? nil : "the artifact had \(transfer.size) bytes before, not \(put.size)"
        }
        if let stored = files.halves[half], stored > put.size { dropPut(half) }
        let others = files.halves.filter { $0.key.run == half.run && $0.key != half }
        guard others.count < Self.halvesPerRun else {
            return "\(others.count) artifacts of the run are incomplete: complete one of them first"
        }
        let open = others.reduce(0) { $0 + max($1.value, transfers[$1.key]?.size ?? 0) }
        let bytes = try store.fileBytes(of: half.run) + open
        guard bytes + put.size <= limits.largeBytesPerRun else {
            return "the run has \(bytes) bytes of large artifacts, and may have \(limits.largeBytesPerRun)"
        }
        return nil
    }

    /// Bytes of a complete artifact that the run has as a file.
    func putSize(of digest: Digest, in run: Identifier) throws(StoreError) -> Int? {
        if let size = batch.files[ContentFolder.Half(digest, of: run)] { return size }
        return try store.fileSize(of: digest, in: run)
    }

    private func finish(
        _ half: ContentFolder.Half, _ transfer: PutTransfer, in files: ContentFolder
    ) throws(StoreError) {
        guard let (agent, task) = transfer.waiting else { return }
        transfers[half] = nil
        guard transfer.hasher.finalize() == half.digest else {
            files.discard(half)
            let reason = "the content is not what its sha256 says: it was dropped"
            return answer(agent, task, half.digest, .error(reason))
        }
        try files.finish(half)
        batch.files[half] = transfer.size
        answer(agent, task, half.digest, .stored(transfer.size, size: transfer.size))
    }

    // MARK: Time

    /// Whether a complete artifact waits for its hash.
    var hasPutsToHash: Bool { transfers.values.contains { $0.waiting != nil } }

    /// Goes on hashing what a former process took in, some of it in each turn.
    func hashPuts() {
        guard let files = store.files, let (half, old) = transfers.first(where: { $0.value.waiting != nil })
        else { return }
        var transfer = old
        do {
            let bytes = try files.read(half, offset: transfer.hashed, length: Self.hashedPerTurn)
            transfer.hasher.update(bytes)
            transfer.hashed += bytes.count
            transfers[half] = transfer
            if transfer.hashed >= transfer.size || bytes.isEmpty { try finish(half, transfer, in: files) }
        } catch {
            logger.error("a large artifact can't be read: \(error)")
            // Whoever waits asks again.
            transfers[half]?.waiting = nil
        }
    }

    func dropPut(_ half: ContentFolder.Half) {
        transfers[half] = nil
        store.files?.discard(half)
    }

    /// The run has ended: nobody completes what is open.
    func dropPuts(of run: Identifier) {
        guard let files = store.files, !files.halves.isEmpty else { return }
        for half in transfers.keys where half.run == run { transfers[half] = nil }
        files.discardHalves(of: run)
    }
}
