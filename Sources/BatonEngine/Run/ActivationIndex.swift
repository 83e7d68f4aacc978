/// What a run looks up in its activations. It follows from them, so it is made anew when a run is restored.
struct ActivationIndex: Sendable {
    /// How the activations that one holds stand.
    struct Children: Sendable {
        var ordinals: [UInt32] = []
        var ended = 0
        var failed = 0
        /// Ended, and neither failed nor cancelled.
        var completed: Int { ended - failed - cancelled }
        var cancelled = 0
        var open: Int { ordinals.count - ended }
    }

    private struct Place: Hashable {
        let step: Int
        let scope: String
    }

    private struct Rounds {
        var count = 0
        var latest: UInt32 = 0

        mutating func add(_ ordinal: UInt32) {
            count += 1
            latest = ordinal
        }
    }

    private var children: [UInt32: Children] = [:]
    /// Outside of every item, by the index of the step.
    private var outer: [Rounds] = []
    private var inner: [Place: Rounds] = [:]
    private var items: [String: Item] = [:]
    /// The agent tasks that were completed last, the oldest first.
    private(set) var finished: [Finished] = []
    /// The open tasks that amend something.
    private(set) var amendments: Set<UInt32> = []

    /// A completed agent task, and the input that completed it.
    struct Finished: Sendable {
        let task: UInt32
        let sequence: Int
    }

    static let rememberedFinished = 3

    /// Those that the activation holds; 0: the run itself.
    func children(of ordinal: UInt32) -> Children { children[ordinal] ?? Children() }

    /// How often the step was activated in the scope.
    func rounds(of step: Int, in scope: String) -> Int { find(step, scope)?.count ?? 0 }

    /// The last activation of the step in this scope or the nearest one around it.
    func latest(of step: Int, from scope: String) -> UInt32? {
        for scope in Scope.chain(scope) {
            if let rounds = find(step, scope) { return rounds.latest }
        }
        return nil
    }

    /// The last activation of the step in exactly this scope.
    func latest(of step: Int, in scope: String) -> UInt32? { find(step, scope)?.latest }

    private func find(_ step: Int, _ scope: String) -> Rounds? {
        if !scope.isEmpty { return inner[Place(step: step, scope: scope)] }
        return step < outer.count && outer[step].count > 0 ? outer[step] : nil
    }

    /// The item whose scope this is.
    func item(of scope: String) -> Item? { items[scope] }

    mutating func add(_ task: TaskState) {
        // What is made again is beside the tree, and no round of its step.
        if task.isBesideTree {
            if task.amendment != nil, !task.status.isEnded { amendments.insert(task.ordinal) }
            if task.status.isEnded { end(task) }
            return
        }
        children[task.parent, default: Children()].ordinals.append(task.ordinal)
        if task.scope.isEmpty {
            while outer.count <= task.step { outer.append(Rounds()) }
            outer[task.step].add(task.ordinal)
        } else {
            inner[Place(step: task.step, scope: task.scope), default: Rounds()].add(task.ordinal)
        }
        if case .item(let item) = task.detail, !item.isNameless { items[task.scope] = item }
        if task.status.isEnded { end(task) }
    }

    /// One that failed or was cancelled goes on; `task` as it was.
    mutating func reopen(_ task: TaskState) {
        children[task.parent]!.ended -= 1
        switch task.status {
        case .failed: children[task.parent]!.failed -= 1
        case .cancelled: children[task.parent]!.cancelled -= 1
        default: break
        }
    }

    mutating func end(_ task: TaskState) {
        amendments.remove(task.ordinal)
        if !task.isBesideTree {
            children[task.parent, default: Children()].ended += 1
            switch task.status {
            case .failed: children[task.parent]!.failed += 1
            case .cancelled: children[task.parent]!.cancelled += 1
            default: break
            }
        }
        guard task.status == .completed, task.dispatch != nil else { return }
        finished.append(Finished(task: task.ordinal, sequence: task.endedSequence))
        // A restored run adds its tasks in the order in which they began.
        if finished.count > 1, finished[finished.count - 2].sequence > task.endedSequence {
            finished.sort { $0.sequence < $1.sequence }
        }
        if finished.count > Self.rememberedFinished { finished.removeFirst() }
    }
}
