import BatonEngine
import BatonStore
import DequeModule

/// The messages that the broker has not taken yet, in memory as they are in the database.
///
/// A row leaves when the broker has acknowledged it. A connection that ends puts everything in flight back in the row;
/// the library's own memory of unsent messages dies with its client object, so there is one way to send again, not two.
package struct Outbox {
    /// How many messages may be on their way at once.
    static let window = 100

    private(set) var nextID: Int64 = 1
    private var waiting: Deque<OutboxRow> = []
    /// By the packet identifier of the connection.
    private var inFlight: [Int32: OutboxRow] = [:]
    /// Rows that the broker refused, with the time of the next try and the pause before it.
    private var refused: [(row: OutboxRow, at: Timestamp)] = []
    /// Rows that another connection may have delivered already.
    private var repeated: Set<Int64> = []
    /// How long the last pause of a refused row was, in milliseconds.
    private var pauses: [Int64: Int64] = [:]
    /// Rows that are not to be sent any more although they still wait here.
    private var dropped: Set<Int64> = []
    /// The rows of commands by their leases.
    private var commands: [Identifier: Int64] = [:]

    var isIdle: Bool { waiting.isEmpty && inFlight.isEmpty && refused.isEmpty }
    /// Rows that are still to leave.
    package var liveCount: Int { count - dropped.count }
    package var count: Int { waiting.count + inFlight.count + refused.count }
    var canSend: Bool { !waiting.isEmpty && inFlight.count < Self.window }
    /// When the next refused row is due.
    var nextRetry: Timestamp? { refused.map(\.at).min() }

    /// Makes a row for the batch, and puts it in the row.
    mutating func add(topic: String, task: TaskKey? = nil, lease: Identifier? = nil, payload: [UInt8]?) -> OutboxRow {
        let row = OutboxRow(id: nextID, topic: topic, task: task, lease: lease, payload: payload)
        nextID += 1
        if let lease { commands[lease] = row.id }
        waiting.append(row)
        return row
    }

    /// Takes over what the database has.
    mutating func restore(_ rows: [OutboxRow]) {
        for row in rows {
            waiting.append(row)
            repeated.insert(row.id)
            if let lease = row.lease { commands[lease] = row.id }
        }
        nextID = max(nextID, (rows.last?.id ?? 0) + 1)
    }

    /// Drops the command under this lease if the broker has not taken it; gives the id of its row.
    mutating func drop(lease: Identifier) -> Int64? {
        guard let id = commands.removeValue(forKey: lease) else { return nil }
        dropped.insert(id)
        return id
    }

    /// Whether the command under this lease waits to be sent.
    func isUnsent(lease: Identifier) -> Bool {
        commands[lease] != nil && !inFlight.values.contains { $0.lease == lease }
    }

    /// The next row to send.
    mutating func next() -> OutboxRow? {
        while inFlight.count < Self.window, let row = waiting.popFirst() {
            if !wasDropped(row) { return row }
        }
        return nil
    }

    /// Whether the row is not to be sent any more: then nothing of it stays.
    private mutating func wasDropped(_ row: OutboxRow) -> Bool {
        guard dropped.remove(row.id) != nil else { return false }
        forget(row)
        return true
    }

    private mutating func forget(_ row: OutboxRow) {
        if let lease = row.lease, commands[lease] == row.id { commands[lease] = nil }
        pauses[row.id] = nil
        repeated.remove(row.id)
    }

    mutating func sent(_ row: OutboxRow, as packet: Int32) { inFlight[packet] = row }

    /// The broker took the message; gives its row, nil if it was none of the outbox.
    mutating func delivered(_ packet: Int32) -> OutboxRow? {
        guard let row = inFlight.removeValue(forKey: packet) else { return nil }
        forget(row)
        return dropped.remove(row.id) == nil ? row : nil
    }

    /// The broker refused the message: this row alone waits before the next try, unless it is a command, which goes to
    /// somebody else.
    mutating func refuse(_ packet: Int32, now: Timestamp) -> OutboxRow? {
        guard let row = inFlight.removeValue(forKey: packet), !wasDropped(row) else { return nil }
        if row.lease == nil { postpone(row, now: now) } else { forget(row) }
        return row
    }

    /// Nobody listened to the message. True if it is a command that an earlier connection may have delivered: then its
    /// agent may be at work on it, and on its way back, and the command is tried again until its lease is over.
    mutating func keep(unheard packet: Int32, now: Timestamp) -> Bool {
        guard let row = inFlight[packet], row.lease != nil, repeated.contains(row.id), !dropped.contains(row.id) else {
            return false
        }
        inFlight[packet] = nil
        postpone(row, now: now)
        return true
    }

    /// Until the next try: 1 s, doubling to 60 s.
    private mutating func postpone(_ row: OutboxRow, now: Timestamp) {
        let pause = min(pauses[row.id].map { $0 * 2 } ?? 1000, 60_000)
        pauses[row.id] = pause
        refused.append((row, now + pause))
    }

    /// Puts refused rows whose time has come back in the row.
    mutating func retryRefused(now: Timestamp) {
        guard !refused.isEmpty else { return }
        for entry in refused where entry.at <= now { waiting.append(entry.row) }
        refused.removeAll { $0.at <= now }
    }

    /// The connection is gone: what was in flight is to be sent again, before everything else.
    mutating func connectionLost() {
        let again = inFlight.values.sorted { $0.id < $1.id }
        inFlight = [:]
        repeated.formUnion(again.map(\.id))
        waiting.prepend(contentsOf: again)
    }
}
