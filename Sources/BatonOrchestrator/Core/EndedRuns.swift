import BatonEngine
import OrderedCollections

/// The runs that ended last, for the index and for their retained snapshots.
struct EndedRuns {
    let capacity: Int
    private(set) var runs: OrderedDictionary<Identifier, RunState> = [:]

    init(capacity: Int) { self.capacity = capacity }

    subscript(id: Identifier) -> RunState? { runs[id] }

    /// Gives the run that has to go for the new one.
    mutating func append(_ run: RunState) -> Identifier? {
        runs[run.id] = run
        guard runs.count > capacity else { return nil }
        return runs.removeFirst().key
    }
}
