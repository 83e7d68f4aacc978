import BatonEngine
import HeapModule

/// When tasks, questions (by their own numbers) and runs (0) want to be looked at again.
struct Wakeups {
    private struct Entry: Comparable {
        let at: Timestamp
        let key: TaskKey

        static func < (left: Entry, right: Entry) -> Bool { left.at < right.at }
        static func == (left: Entry, right: Entry) -> Bool { left.at == right.at && left.key == right.key }
    }

    private var entries = Heap<Entry>()

    var next: Timestamp? { entries.min?.at }

    mutating func add(_ key: TaskKey, at moment: Timestamp) { entries.insert(Entry(at: moment, key: key)) }

    /// Takes out the tasks whose time has come.
    mutating func due(_ now: Timestamp) -> [TaskKey] {
        var due: [TaskKey] = []
        while let first = entries.min, first.at <= now {
            entries.removeMin()
            due.append(first.key)
        }
        return due
    }
}
