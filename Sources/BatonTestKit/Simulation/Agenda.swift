import HeapModule

/// What is to happen, in the order of its time; what is due at once happens in the order in which it was decided.
struct Agenda {
    private struct Entry: Comparable {
        let at: Int64
        let number: UInt64
        let action: () -> Void

        static func < (left: Entry, right: Entry) -> Bool { (left.at, left.number) < (right.at, right.number) }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
    }

    private var entries = Heap<Entry>()
    private var lastNumber: UInt64 = 0

    var count: Int { entries.count }

    mutating func add(at time: Int64, _ action: @escaping () -> Void) {
        lastNumber += 1
        entries.insert(Entry(at: time, number: lastNumber, action: action))
    }

    mutating func next() -> (at: Int64, action: () -> Void)? {
        entries.popMin().map { ($0.at, $0.action) }
    }
}
