import BatonMessages

/// Documents that are handed over in ranges, before the result that names them.
extension AgentMachine {
    /// The result of a handler that returned: sent, once its large documents are handed over.
    mutating func handOver(
        _ run: HeldTask.Run, _ outcome: TaskOutcome, _ contents: [OutgoingContent], now: Int64
    ) {
        guard case .running = held[run]?.work else { return }
        guard !contents.isEmpty else { return finish(run, outcome, now: now) }
        held[run]?.work = .putting(ArtifactUpload(contents), outcome)
        put(run, now: now) { $0.ask(now: now) }
    }

    /// On a new connection, to a new orchestrator: that the old one was silent does not count.
    mutating func putAgain(_ run: HeldTask.Run, now: Int64) {
        put(run, now: now) { upload in
            upload.forgetSilence()
            return upload.ask(now: now)
        }
    }

    mutating func put(
        _ run: HeldTask.Run, now: Int64, _ move: (inout ArtifactUpload) -> ArtifactUpload.Step?
    ) {
        guard let task = held[run], case .putting(var upload, let outcome) = task.work, let step = move(&upload)
        else { return }
        held[run]?.work = .putting(upload, outcome)
        switch step {
        case .put(let content, let offset, let count):
            schedule(upload.dueAt)
            var put = ArtifactPut(
                task: task.command.task, lease: task.lease, digest: content.digest, offset: offset, size: content.size,
                bytes: [])
            switch content.source {
            case .bytes(let bytes): put.bytes = Array(bytes[offset..<offset + count])
            case .file(let file) where count > 0:
                guard isConnected else { return }
                return actions.append(.put(run, put, of: file, count: count))
            case .file: break
            }
            publish(.put, put.encode())
        case .complete: finish(run, outcome, now: now)
        case .failed(let reason): finish(run, .failed(code: "artifact", message: reason), now: now)
        }
    }

    /// The range that was to be put can't be read.
    mutating func couldNotPut(_ run: HeldTask.Run, _ error: AgentError, now: Int64) {
        guard case .putting = held[run]?.work else { return }
        finish(run, .failed(code: "artifact", message: error.cause), now: now)
    }
}
