/// In which order an element runs those below it. Elements are indices into ``Plan/steps``.
public enum Block: Codable, Sendable, Equatable {
    /// One after the other.
    case sequence([Int])
    /// Side by side.
    case parallel(Parallel)
    /// Each as soon as those that it waits for have ended.
    case dataflow(Dataflow)

    /// The elements, in the order of the file.
    public var elements: [Int] {
        switch self {
        case .sequence(let elements): elements
        case .parallel(let parallel): parallel.elements
        case .dataflow(let dataflow): dataflow.elements
        }
    }
}

/// Branches that run side by side.
public struct Parallel: Codable, Sendable, Equatable {
    public let elements: [Int]
    public let join: Join
    /// The first branch that fails ends the others; otherwise they run to their ends.
    public let failsFast: Bool

    public init(elements: [Int], join: Join = .all, failsFast: Bool = false) {
        self.elements = elements
        self.join = join
        self.failsFast = failsFast
    }
}

/// How many branches have to complete before what follows them begins; the rest is then cancelled.
public enum Join: Codable, Sendable, Equatable {
    case all
    case any
    case count(Int)

    /// How many of `total` branches have to complete.
    public func needed(of total: Int) -> Int {
        switch self {
        case .all: total
        case .any: min(1, total)
        case .count(let count): min(count, total)
        }
    }
}

/// Elements that start when what they require has been made.
public struct Dataflow: Codable, Sendable, Equatable {
    public let elements: [Int]
    /// For each element, the positions (in `elements`) of those that have to end before it.
    public let after: [[Int]]
    /// For each element, the positions of those that wait for it.
    public let before: [[Int]]

    /// A precondition is that `after` has no cycle.
    public init(elements: [Int], after: [[Int]]) {
        self.elements = elements
        self.after = after
        var before = [[Int]](repeating: [], count: elements.count)
        for (position, predecessors) in after.enumerated() {
            for predecessor in predecessors { before[predecessor].append(position) }
        }
        self.before = before
    }
}
