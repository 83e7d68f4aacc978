import BatonEngine

/// The elements of a plan in the order of the file, each before those that it holds.
struct PlanLayout {
    struct Entry {
        let element: Element
        let parent: Int?
        /// Those right below, in the order of ``Element/children``.
        var children: [Int] = []
        /// The index behind its last descendant.
        var end = 0
        /// The names that the for-eaches around it give to their items.
        let variables: [String]

        var step: StepDefinition { element.step }

        var isLeaf: Bool {
            if case .leaf = element.shape { true } else { false }
        }

        /// A task that an agent is asked to do, and could be asked to report something with.
        var isReporter: Bool { isLeaf && !step.isGuidance && !step.isFixTask }
    }

    private(set) var entries: [Entry] = []
    /// The outermost.
    private(set) var roots: [Int] = []
    /// For each entry, the last one before it that can report; nil: none.
    private(set) var nearestReporter: [Int?] = []

    init(_ elements: [Element]) {
        roots = elements.map { add($0, parent: nil, variables: []) }
        var nearest: Int?
        for (index, entry) in entries.enumerated() {
            nearestReporter.append(nearest)
            if entry.isReporter { nearest = index }
        }
    }

    var steps: [StepDefinition] { entries.map(\.step) }

    /// The last entry inside the element that can report.
    func lastReporter(in index: Int) -> Int? {
        entries[index..<entries[index].end].lastIndex { $0.isReporter }
    }

    /// The first entry inside the element that can report.
    func firstReporter(in index: Int) -> Int? {
        entries[index..<entries[index].end].firstIndex { $0.isReporter }
    }

    private mutating func add(_ element: Element, parent: Int?, variables: [String]) -> Int {
        let index = entries.count
        entries.append(Entry(element: element, parent: parent, variables: variables))
        var inner = variables
        if case .forEach(let cycle, _) = element.shape, !inner.contains(cycle.item) { inner.append(cycle.item) }
        for child in element.children {
            let child = add(child, parent: index, variables: inner)
            entries[index].children.append(child)
        }
        entries[index].end = entries.count
        return index
    }
}
