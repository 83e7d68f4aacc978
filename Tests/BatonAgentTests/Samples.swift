import BatonAgent
import BatonMessages

/// Commands and notices as an orchestrator would send them.
enum Samples {
    static let run = Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0001_0000_0000)

    /// The lease that a test calls by a number.
    static func lease(_ number: UInt64) -> Identifier { Identifier(high: 0x0190_0000_0000_7AAA, low: 1 << 63 | number) }
    static func task(_ number: UInt32) -> Identifier { run.child(1000 + number) }
    static func by(_ epoch: Int64, store: String = "store-a") -> By { By(store: store, epoch: epoch) }

    /// - Parameters:
    ///   - key: the idempotency key's number; default the task's.
    static func command(
        task number: UInt32 = 1, lease: UInt64, key: UInt64? = nil, role: String = "analyst", by: By = by(1),
        leaseMilliseconds: Int64 = 30_000, timeoutMilliseconds: Int64? = nil, requires: [CommandArtifact] = [],
        creates: [CommandProduct] = [CommandProduct(name: "brief.md")], updates: [CommandProduct] = []
    ) -> TaskCommand {
        let handoff = Handoff(
            id: run.child(1), run: run, project: "p", fromAgent: "user", toAgent: role, phase: .discovery,
            contextIDs: [], contextSummary: "", instructions: "Write.", expectedOutputs: creates.map(\.name),
            createdAt: Timestamp(milliseconds: 0))
        return TaskCommand(
            by: by, task: task(number), run: run, project: "p", workflow: "w", step: "analyst-brief",
            phase: .discovery, role: role, attempt: 1, lease: Self.lease(lease), leaseMilliseconds: leaseMilliseconds,
            timeoutMilliseconds: timeoutMilliseconds, handoff: handoff, requires: requires, creates: creates,
            updates: updates, inputs: ["idea": "a lighthouse"], notes: "Short.",
            idempotencyKey: Identifier(high: 0x0190_0000_0000_7BBB, low: 1 << 63 | (key ?? UInt64(number))))
    }

    /// A document that goes with a command, inline or to be fetched.
    static func artifact(_ name: String, _ content: [UInt8], isInline: Bool) -> CommandArtifact {
        CommandArtifact(
            id: run.child(7), name: name, version: 1, digest: ContentHash.of(content), size: content.count,
            mediaType: "text/markdown", content: isInline ? String(decoding: content, as: UTF8.self) : nil)
    }

    static func ack(
        task number: UInt32 = 1, lease: UInt64, _ outcome: AckNotice.Outcome = .accepted, by: By = by(1)
    ) -> [UInt8] {
        Control.ack(AckNotice(task: task(number), lease: Self.lease(lease), outcome: outcome, by: by)).encode()
    }

    static func cancel(task number: UInt32 = 1, lease: UInt64, by: By = by(1)) -> [UInt8] {
        Control.cancel(CancelNotice(task: task(number), lease: Self.lease(lease), reason: "no longer needed", by: by))
            .encode()
    }

    static func orchestrator(_ epoch: Int64, store: String = "store-a") -> [UInt8] {
        OrchestratorState(state: .online, store: store, epoch: epoch, version: "1").encode()
    }
}
