/// Runs the automaton: all states at once, one character after the other.
extension Pattern {
    /// Steps of the automaton that cost one step of the budget.
    private static let statesPerStep = 64

    func occurs(in text: String, budget: inout Budget) throws(BudgetExceeded) -> Bool {
        var current = PatternStates(capacity: instructions.count)
        var following = PatternStates(capacity: instructions.count)
        var scalars = text.unicodeScalars.lazy.map(\.value).makeIterator()
        var previous: UInt32?
        var next = scalars.next()
        var work = 0
        while true {
            // The match may begin anywhere.
            if previous == nil || !isAnchored { work += add(0, to: &current, between: previous, and: next) }
            if current.hasMatched { return true }
            guard let scalar = next, !(isAnchored && current.members.isEmpty) else { return false }
            next = scalars.next()
            for state in current.members where takes(scalar, at: state) {
                work += add(state + 1, to: &following, between: scalar, and: next)
            }
            work += current.members.count + 1
            try budget.spend(work / Self.statesPerStep)
            work %= Self.statesPerStep
            swap(&current, &following)
            following.removeAll()
            previous = scalar
        }
    }

    /// Whether a match can begin only where the text does.
    private var isAnchored: Bool {
        if case .assertion(.textStart) = instructions[0] { true } else { false }
    }

    private func takes(_ scalar: UInt32, at state: Int) -> Bool {
        switch instructions[state] {
        case .scalar(let expected): scalar == expected
        case .set(let set): set.contains(scalar)
        case .any(let withNewline): withNewline || scalar != 0x0A
        case .assertion, .split, .jump, .match: false
        }
    }

    /// Adds a state, and those that follow from it without a character.
    ///
    /// - Returns: How many were looked at.
    private func add(
        _ first: Int, to states: inout PatternStates, between previous: UInt32?, and next: UInt32?
    ) -> Int {
        var count = 0
        states.open.append(first)
        while let state = states.open.popLast() {
            count += 1
            guard states.visit(state) else { continue }
            switch instructions[state] {
            case .jump(let target): states.open.append(target)
            case .split(let left, let right):
                states.open.append(right)
                states.open.append(left)
            case .assertion(let assertion):
                if assertion.holds(between: previous, and: next) { states.open.append(state + 1) }
            case .match: states.hasMatched = true
            case .scalar, .set, .any: states.members.append(state)
            }
        }
        return count
    }
}

/// The states that an automaton is in.
private struct PatternStates {
    /// Those that wait for a character.
    var members: [Int] = []
    /// Those that are still to be looked at.
    var open: [Int] = []
    var hasMatched = false
    /// For each state, the round in which it was visited last.
    private var visited: [Int]
    private var round = 1

    init(capacity: Int) { visited = Array(repeating: 0, count: capacity) }

    /// - Returns: Whether it had not been visited yet.
    mutating func visit(_ state: Int) -> Bool {
        guard visited[state] != round else { return false }
        visited[state] = round
        return true
    }

    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        hasMatched = false
        round += 1
    }
}
