import BatonMessages

/// Documents that are handed over in ranges, before the result that names them.
extension AgentMachine {
    /// The result of a handler that returned: sent, once its large documents are handed over.
    mutating func handOver(_ run: HeldTask.Run, _ outcome: TaskOutcome, now: Int64) {
        guard case .running = held[run]?.work else { return }
        var outcome = outcome
        let contents = outcome.takeLargeContents()
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
        case .put(let digest, let offset, let size, let bytes):
            schedule(upload.dueAt)
            let put = ArtifactPut(
                task: task.command.task, lease: task.lease, digest: digest, offset: offset, size: size, bytes: bytes)
            publish(.put, put.encode())
        case .complete: finish(run, outcome, now: now)
        case .failed(let reason): finish(run, .failed(code: "artifact", message: reason), now: now)
        }
    }
}
