/// The lines that differ between two versions of a text.
///
/// Myers' algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986), after lines that are the same at both
/// ends are set aside. Where the texts differ too much for it, the answer is coarse: the rest is replaced as a whole.
public struct LineDiff: Sendable, Equatable {
    public enum Change: Sendable, Equatable {
        case same(String)
        case removed(String)
        case added(String)
    }

    /// All lines of both texts, with their line ends, in order.
    public let changes: [Change]
    /// Whether the middle was not compared line by line.
    public let isCoarse: Bool

    /// How many lines may be removed and added until the answer is coarse.
    static let maxDistance = 2_000
    /// How many comparisons are made until it is.
    static let maxWork = 40_000_000

    public init(from old: String, to new: String) {
        self.init(from: old, to: new, maxDistance: Self.maxDistance, maxWork: Self.maxWork)
    }

    init(from old: String, to new: String, maxDistance: Int, maxWork: Int) {
        let before = Self.lines(old)
        let after = Self.lines(new)
        // By their bytes: texts that look the same can be stored in more than one way.
        var ids: [ArraySlice<UInt8>: Int32] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int32 {
            if let id = ids[line] { return id }
            let id = Int32(truncatingIfNeeded: ids.count)
            ids[line] = id
            return id
        }
        let left = before.map(number)
        let right = after.map(number)
        var start = 0
        while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
        var end = 0
        while end < min(left.count, right.count) - start, left[left.count - 1 - end] == right[right.count - 1 - end] {
            end += 1
        }
        let path = EditPath(
            from: Array(left[start..<(left.count - end)]), to: Array(right[start..<(right.count - end)]),
            maxDistance: maxDistance, maxWork: maxWork)
        var changes = before[..<start].map { Change.same(Self.text($0)) }
        var (x, y) = (start, start)
        for step in path.steps {
            switch step {
            case .keep(let count):
                changes += before[x..<(x + count)].map { .same(Self.text($0)) }
                x += count
                y += count
            case .remove(let count):
                changes += before[x..<(x + count)].map { .removed(Self.text($0)) }
                x += count
            case .add(let count):
                changes += after[y..<(y + count)].map { .added(Self.text($0)) }
                y += count
            }
        }
        changes += before[(before.count - end)...].map { .same(Self.text($0)) }
        self.changes = changes
        isCoarse = path.isCoarse
    }

    public var isEmpty: Bool {
        changes.allSatisfy { if case .same = $0 { true } else { false } }
    }

    private static func lines(_ text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == .newline {
            lines.append(bytes[start...index])
            start = index + 1
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String { String(decoding: line, as: UTF8.self) }
}

/// The shortest way from one list of numbers to another.
private struct EditPath {
    enum Step {
        case keep(Int)
        case remove(Int)
        case add(Int)
    }

    private(set) var steps: [Step] = []
    private(set) var isCoarse = false

    init(from old: [Int32], to new: [Int32], maxDistance: Int, maxWork: Int) {
        guard let ends = Self.search(old, new, maxDistance: maxDistance, maxWork: maxWork) else {
            isCoarse = true
            steps = [.remove(old.count), .add(new.count)]
            return
        }
        trace(ends, old.count, new.count)
    }

    /// For each distance, how far each diagonal gets; nil when it is too much work.
    private static func search(
        _ old: [Int32], _ new: [Int32], maxDistance: Int, maxWork: Int
    ) -> [[Int32]]? {
        var ends: [[Int32]] = []
        var work = 0
        for distance in 0...min(maxDistance, old.count + new.count) {
            let before = ends.last ?? []
            // Diagonals run from -distance to distance, every second one: number i is the diagonal 2i - distance.
            var row = [Int32](repeating: 0, count: distance + 1)
            for index in 0...distance {
                let diagonal = 2 * index - distance
                var x = 0
                if distance > 0 {
                    let down = index < distance ? Int(before[index]) : -1
                    let right = index > 0 ? Int(before[index - 1]) + 1 : -1
                    x = index == 0 || index < distance && right <= down ? down : right
                }
                var y = x - diagonal
                while x < old.count, y < new.count, y >= 0, old[x] == new[y] {
                    x += 1
                    y += 1
                    work += 1
                }
                row[index] = Int32(truncatingIfNeeded: x)
                if x >= old.count, y >= new.count {
                    ends.append(row)
                    return ends
                }
            }
            ends.append(row)
            work += distance + 1
            guard work <= maxWork else { return nil }
        }
        return nil
    }

    /// Walks back from the end.
    private mutating func trace(_ ends: [[Int32]], _ oldCount: Int, _ newCount: Int) {
        var reversed: [Step] = []
        var (x, y) = (oldCount, newCount)
        for distance in stride(from: ends.count - 1, to: 0, by: -1) {
            let before = ends[distance - 1]
            let index = (x - y + distance) / 2
            let down = index < distance ? Int(before[index]) : -1
            let right = index > 0 ? Int(before[index - 1]) + 1 : -1
            let isDown = index == 0 || index < distance && right <= down
            let startX = isDown ? down : right
            if x > startX { reversed.append(.keep(x - startX)) }
            let diagonal = 2 * index - distance
            x = startX
            y = startX - diagonal
            if isDown {
                reversed.append(.add(1))
                y -= 1
            } else {
                reversed.append(.remove(1))
                x -= 1
            }
        }
        if x > 0 { reversed.append(.keep(x)) }
        steps = reversed.reversed()
    }
}
