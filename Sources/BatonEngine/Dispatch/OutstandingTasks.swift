import OrderedCollections

/// The dispatches that are out, by their leases.
public struct OutstandingTasks: Sendable {
    private var byLease: [Identifier: Outstanding] = [:]
    /// Those whose agent is in doubt.
    private(set) var doubtful: Set<Identifier> = []
    private var counts: [Identifier: Int] = [:]

    public var count: Int { byLease.count }
    public var isEmpty: Bool { byLease.isEmpty }
    package var all: Dictionary<Identifier, Outstanding>.Values { byLease.values }

    public subscript(lease: Identifier) -> Outstanding? { byLease[lease] }

    /// How many of a run are out.
    public func count(of run: Identifier) -> Int { counts[run] ?? 0 }

    mutating func insert(_ out: Outstanding) {
        byLease[out.lease] = out
        counts[out.task.key.run, default: 0] += 1
        if out.status == .doubtful { doubtful.insert(out.lease) }
    }

    mutating func remove(_ lease: Identifier) -> Outstanding? {
        guard let out = byLease.removeValue(forKey: lease) else { return nil }
        let run = out.task.key.run
        counts[run]! -= 1
        if counts[run] == 0 { counts[run] = nil }
        doubtful.remove(lease)
        return out
    }

    /// Changes one, if it is out.
    mutating func change(_ lease: Identifier, _ body: (inout Outstanding) -> Void) {
        guard byLease[lease] != nil else { return }
        body(&byLease[lease]!)
        if byLease[lease]!.status == .doubtful { doubtful.insert(lease) } else { doubtful.remove(lease) }
    }

    /// In the order in which they were sent: what is decided over them is always the same.
    func inOrder(_ leases: some Sequence<Identifier>) -> [Outstanding] {
        leases.compactMap { byLease[$0] }.sorted { $0.number < $1.number }
    }
}
