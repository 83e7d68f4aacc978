import BatonMessages

/// Leases that are over, remembered for an hour: a command or a beat for one that comes late must not revive it.
struct LeaseMemory {
    static let keptMilliseconds: Int64 = 3_600_000
    /// The oldest give way beyond, so that a flood of cancels costs bounded memory.
    static let maxCount = 100_000

    private var leases: Set<Identifier> = []
    private var order: [(lease: Identifier, until: Int64)] = []
    private var first = 0

    func contains(_ lease: Identifier) -> Bool { leases.contains(lease) }

    mutating func insert(_ lease: Identifier, now: Int64) {
        if leases.insert(lease).inserted { order.append((lease, now + Self.keptMilliseconds)) }
        while first < order.count, order[first].until <= now || leases.count > Self.maxCount {
            leases.remove(order[first].lease)
            first += 1
        }
        if first > 1024, first > order.count / 2 {
            order.removeSubrange(0..<first)
            first = 0
        }
    }
}
