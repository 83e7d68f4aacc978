import BatonEngine
import BatonMessages
import BatonStore

/// Removing runs that have ended: when somebody asks for it, and when they have been kept for long enough.
extension Coordinator {
    /// How many runs one turn of the loop forgets by itself, and how many contents it removes.
    private static let runsPerTurn = 20
    private static let contentsPerTurn = 100
    /// How long it waits before it looks for more: when there are, and when there are none.
    private static let shortPause: Int64 = 50
    private static let longPause: Int64 = 60_000

    func forget(_ request: RunRequest, now: Timestamp) throws -> Reply.Body {
        guard let run = try run(request.run) else { throw unknownRun(request.run) }
        guard run.status.isFinal else {
            throw ReplyError(.notPossible, "run \(run.id) is \(run.status.rawValue): cancel it first")
        }
        return .forgotten(run: run.id, runs: try forget(run.id))
    }

    /// Forgets what ended long ago, some of it in each turn, so that no turn takes long.
    func forgetOld(now: Timestamp) {
        do {
            // What this batch says to be there must not go before it is stored.
            if contentsAreUnused, batch.files.isEmpty {
                let limit = Self.contentsPerTurn
                contentsAreUnused = try store.removeUnusedContents(limit: limit) == limit
            }
            guard let keep = settings.keepMilliseconds, nextForgetting <= now else { return }
            let old = try store.runsEnded(before: now + -keep, limit: Self.runsPerTurn)
            nextForgetting = now + (old.isEmpty ? Self.longPause : Self.shortPause)
            var count = 0
            for id in old { count += try forget(id) }
            if count > 0 { logger.info("forgot runs that ended long ago", metadata: ["runs": "\(count)"]) }
        } catch {
            nextForgetting = now + Self.longPause
            logger.error("old runs can't be forgotten now: \(error)")
        }
    }

    /// Puts the removal of a run, and of those that are steps of it and have ended, into the batch.
    private func forget(_ id: Identifier) throws -> Int {
        guard batch.forgotten.append(id).inserted else { return 0 }
        let new = batch.runs.keys.filter { runs[$0]?.state.parent?.run == id.run }
        var count = 1
        for child in Set(try store.runs(inside: id) + new) where runs[child]?.state.status.isFinal ?? true {
            count += try forget(child)
        }
        return count
    }

    /// The batch is on disk: what it forgot is nowhere any more.
    func dropForgotten() {
        for id in batch.forgotten {
            runs[id] = nil
            _ = ended.remove(id)
            progress.forget(id)
            past.states.forget(id)
        }
        if !batch.forgotten.isEmpty { contentsAreUnused = true }
    }
}
