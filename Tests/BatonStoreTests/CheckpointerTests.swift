import BatonEngine
import BatonStore
import Foundation
import Testing

/// The log is copied beside the thread that commits, and starts over.
@Suite(.timeLimit(.minutes(3))) struct CheckpointerTests {
    private let digest = Digest(bytes: (0..<32).map { UInt8($0) })!
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-log-\(UUID().uuidString)").path

    /// Dead letters, 200 a batch; the later push the earlier out of the table, so that pages are written again, too.
    private func batch(_ number: Int) -> Batch {
        var batch = Batch()
        batch.deadLetters = (0..<200).map { index in
            let head = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1000)
            return DeadLetter(
                at: Timestamp(milliseconds: Int64(number)), topic: "baton/v1/agent/a/out/result",
                sender: "agent-\(index % 7)", reason: "batch \(number)", payload: head, digest: digest)
        }
        return batch
    }

    private func commit(_ batch: Batch, to store: Store) throws {
        try store.commit(batch) { _ in preconditionFailure("no run") }
    }

    @Test func theLogStaysAsLongAsItIsMadeUnderCommitsWithoutPause() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/baton.sqlite"
        let passes: Int
        do {
            let store = try Store(path: path)
            let log = path + "-wal"
            let before = try #require(FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
            // Some 80 MB of log, five times what it holds.
            for number in 1...400 { try commit(batch(number), to: store) }
            let after = try #require(FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
            #expect(before == 16 << 20)
            #expect(after == before)
            passes = try #require(store.checkpointer).passCount
        }
        #expect(passes >= 4)
        let again = try Store(reading: path)
        #expect(try again.deadLetters(from: nil, limit: 1).first?.letter.reason == "batch 400")
    }

    @Test func aStoreThatClosesWhileItsLogIsCopiedLosesNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/baton.sqlite"
        var number = 0
        for _ in 1...20 {
            do {
                let store = try Store(path: path)
                var passes = 0
                // Until a copy has just begun, or nearly.
                while passes == 0, number < 4000 {
                    number += 1
                    try commit(batch(number), to: store)
                    passes = try #require(store.checkpointer).passCount
                }
            }
            let reader = try Store(reading: path)
            #expect(try reader.deadLetters(from: nil, limit: 1).first?.letter.reason == "batch \(number)")
        }
    }
}
