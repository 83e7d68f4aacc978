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

    @Test("A command that may have arrived is kept when nobody listens, and tried again until its lease is over")
    func unheard() throws {
        let start = Timestamp(milliseconds: 1000)
        var outbox = Outbox()
        _ = outbox.add(topic: "t", task: task, lease: lease, payload: nil)
        try send(&outbox, as: 1)
        // It has left for the first time: nobody has it.
        keep(&outbox, 1, start, false)
        outbox.connectionLost()
        for (packet, pause) in [(Int32(2), Int64(1000)), (3, 2000), (4, 4000)] {
            try send(&outbox, as: packet)
            keep(&outbox, packet, start, true)
            #expect(outbox.nextRetry == start + pause)
            outbox.retryRefused(now: start + (pause - 1))
            let early = outbox.next()
            #expect(early == nil)
            outbox.retryRefused(now: start + pause)
        }
        try send(&outbox, as: 5)
        keep(&outbox, 5, start, true)
        let dropped = outbox.drop(lease: lease)
        #expect(dropped != nil && outbox.liveCount == 0)
        outbox.retryRefused(now: start + 8000)
        let none = outbox.next()
        #expect(none == nil && outbox.isIdle)

        var restarted = Outbox()
        restarted.restore([OutboxRow(id: 7, topic: "t", task: task, lease: lease, payload: nil)])
        try send(&restarted, as: 1)
        keep(&restarted, 1, start, true)
        restarted.retryRefused(now: start + 1000)
        try send(&restarted, as: 2)
        let delivered = restarted.delivered(2)
        #expect(delivered?.id == 7 && restarted.isIdle)
    }

    private func keep(_ outbox: inout Outbox, _ packet: Int32, _ now: Timestamp, _ isKept: Bool) {
        let kept = outbox.keep(unheard: packet, now: now)
        #expect(kept == isKept)
    }
}
