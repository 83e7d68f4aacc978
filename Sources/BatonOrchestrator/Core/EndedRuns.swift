import BatonEngine
import OrderedCollections

/// The runs that ended last, for the index and for their retained snapshots.
package struct EndedRuns {
    let capacity: Int
    package private(set) var runs: OrderedDictionary<Identifier, OpenRun> = [:]

    init(capacity: Int) { self.capacity = capacity }

    package subscript(id: Identifier) -> OpenRun? { runs[id] }

    /// Takes a run out that does not belong here any more.
    mutating func remove(_ id: Identifier) -> OpenRun? { runs.removeValue(forKey: id) }

    /// Gives the run that has to go for the new one.
    mutating func append(_ run: OpenRun) -> Identifier? {
        runs[run.state.id] = run
        guard runs.count > capacity else { return nil }
        return runs.removeFirst().key
    }
}
