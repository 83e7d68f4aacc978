import BatonEngine
import HeapModule
import OrderedCollections

/// When which run's snapshot is to be published again.
///
/// Each run's at most four times a second, and all together at most so many a second: with thousands of runs at once,
/// the snapshots would otherwise cost more than the runs.
struct Progress {
    private static let gapMilliseconds: Int64 = 250
    private static let indexGapMilliseconds: Int64 = 1000

    private struct Entry: Comparable {
        let due: Timestamp
        /// Of those that are due at the same time, the first comes first.
        let number: Int
        let run: Identifier

        static func < (left: Entry, right: Entry) -> Bool { (left.due, left.number) < (right.due, right.number) }
    }

    private let snapshotsPerSecond: Int
    private var entries = Heap<Entry>()
    private var nextNumber = 0
    private var queued: Set<Identifier> = []
    private var published: [Identifier: Timestamp] = [:]
    /// Questions that are to be published or taken back, with their runs.
    private var decisions: OrderedDictionary<Identifier, Identifier> = [:]
    /// Runs whose retained snapshot is to be cleared.
    private var forgotten: [Identifier] = []
    /// A bucket of snapshots that may be published now.
    private var allowance: Double
    private var refilledAt = Timestamp(milliseconds: 0)
    private var indexChanged = true
    private var indexPublishedAt = Timestamp(milliseconds: 0)

    init(snapshotsPerSecond: Int) {
        self.snapshotsPerSecond = snapshotsPerSecond
        allowance = Double(snapshotsPerSecond) / 4
    }

    /// How much it remembers.
    var size: Int { entries.count + queued.count + published.count }

    mutating func changed(_ run: Identifier) {
        indexChanged = true
        guard queued.insert(run).inserted else { return }
        let last = published[run] ?? Timestamp(milliseconds: -Self.gapMilliseconds)
        entries.insert(Entry(due: last + Self.gapMilliseconds, number: nextNumber, run: run))
        nextNumber += 1
    }

    mutating func changed(decision: Identifier, of run: Identifier) { decisions[decision] = run }

    mutating func takeDecisions() -> OrderedDictionary<Identifier, Identifier> {
        defer { decisions = [:] }
        return decisions
    }

    mutating func forget(_ run: Identifier) {
        published[run] = nil
        queued.remove(run)
        forgotten.append(run)
        indexChanged = true
    }

    /// Runs whose snapshots are to be published now.
    mutating func takeDue(_ now: Timestamp) -> [Identifier] {
        refill(now)
        var due: [Identifier] = []
        while allowance >= 1, let entry = entries.min, entry.due <= now {
            entries.removeMin()
            // Forgotten since: with more runs than snapshots a second, most are.
            guard queued.remove(entry.run) != nil else { continue }
            published[entry.run] = now
            allowance -= 1
            due.append(entry.run)
        }
        return due
    }

    mutating func takeForgotten() -> [Identifier] {
        defer { forgotten = [] }
        return forgotten
    }

    /// Whether the index of runs is to be published now.
    mutating func takeIndex(_ now: Timestamp) -> Bool {
        guard indexChanged, indexPublishedAt + Self.indexGapMilliseconds <= now else { return false }
        indexChanged = false
        indexPublishedAt = now
        return true
    }

    /// When something is to be published next; nil: nothing waits.
    func nextFlush(now: Timestamp) -> Timestamp? {
        var next = indexChanged ? indexPublishedAt + Self.indexGapMilliseconds : nil
        if let entry = entries.min {
            let missing = max(0, 1 - allowance) / Double(snapshotsPerSecond)
            let due = max(entry.due, refilledAt + Int64((missing * 1000).rounded(.up)))
            next = min(next ?? due, due)
        }
        return next
    }

    private mutating func refill(_ now: Timestamp) {
        let seconds = Double(max(0, now - refilledAt)) / 1000
        allowance = min(allowance + seconds * Double(snapshotsPerSecond), Double(snapshotsPerSecond) / 4)
        refilledAt = now
    }
}
