import BatonEngine
import BatonStore
import Testing

@testable import BatonOrchestrator

@Suite struct OutboxTests {
    private let lease = Identifier(high: 1, low: 2)
    private let task = TaskKey(run: Identifier(high: 1, low: 0), task: 3)

    private func send(_ outbox: inout Outbox, as packet: Int32) throws {
        let next = outbox.next()
        outbox.sent(try #require(next), as: packet)
    }

    @Test("A command is unsent until it is handed to the connection, and again when that is gone")
    func unsent() throws {
        var outbox = Outbox()
        #expect(!outbox.isUnsent(lease: lease))
        _ = outbox.add(topic: "t", task: task, lease: lease, payload: nil)
        #expect(outbox.isUnsent(lease: lease))
        try send(&outbox, as: 7)
        #expect(!outbox.isUnsent(lease: lease))
        outbox.connectionLost()
        #expect(outbox.isUnsent(lease: lease))
        try send(&outbox, as: 8)
        #expect(outbox.delivered(8)?.lease == lease)
        #expect(!outbox.isUnsent(lease: lease))
    }

    @Test("What is dropped is not sent, and tells nobody that it was delivered")
    func dropped() throws {
        var outbox = Outbox()
        let row = outbox.add(topic: "t", task: task, lease: lease, payload: nil)
        #expect(outbox.drop(lease: lease) == row.id)
        #expect(outbox.next() == nil)
        _ = outbox.add(topic: "t", task: task, lease: lease, payload: nil)
        try send(&outbox, as: 9)
        #expect(outbox.drop(lease: lease) != nil)
        #expect(outbox.delivered(9) == nil)
    }
}
