/// The work that is left for an evaluation. What costs more than one step says so before it begins.
struct Budget {
    private(set) var steps: Int

    init(steps: Int) { self.steps = steps }

    mutating func spend(_ count: Int = 1) throws(BudgetExceeded) {
        guard count <= steps else { throw BudgetExceeded() }
        steps -= count
    }

    /// For work that grows with a text; a step is 64 bytes.
    mutating func spend(bytes: Int) throws(BudgetExceeded) { try spend(bytes / 64) }
}

/// Thrown rather than returned, so that no `||` can absorb it.
struct BudgetExceeded: Error {}
