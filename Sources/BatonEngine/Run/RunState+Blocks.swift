/// Elements in a row, side by side, and by what they require.
extension RunState {
    /// `owner` is the activation that holds the block; 0: the run itself.
    mutating func open(_ block: Block, _ owner: UInt32, scope: String, _ turn: inout Turn) {
        if block.elements.isEmpty { return finish(owner, &turn) }
        switch block {
        case .sequence(let elements): turn.enter(elements[0], in: owner, scope: scope)
        case .parallel(let parallel):
            for element in parallel.elements { turn.enter(element, in: owner, scope: scope) }
        case .dataflow(let dataflow):
            for (position, element) in dataflow.elements.enumerated() where dataflow.after[position].isEmpty {
                turn.enter(element, in: owner, scope: scope)
            }
        }
    }

    mutating func advance(
        _ block: Block, _ owner: UInt32, scope: String, after child: TaskState, _ turn: inout Turn
    ) {
        switch block {
        case .sequence(let elements):
            if child.status == .failed { return fail(owner, failure(of: child), &turn) }
            let next = plan.positions[child.step] + 1
            guard next < elements.count else { return finish(owner, &turn) }
            turn.enter(elements[next], in: owner, scope: scope)
        case .parallel(let parallel): advance(parallel, owner, after: child, &turn)
        case .dataflow(let dataflow): advance(dataflow, owner, scope: scope, after: child, &turn)
        }
    }

    private mutating func advance(
        _ parallel: Parallel, _ owner: UInt32, after child: TaskState, _ turn: inout Turn
    ) {
        let children = activations.children(of: owner)
        let needed = parallel.join.needed(of: parallel.elements.count)
        if child.status == .failed && parallel.failsFast {
            let reason = failure(of: child)
            cancelChildren(of: owner, "another branch failed: \(reason)", &turn)
            return fail(owner, reason, &turn)
        }
        if children.completed >= needed {
            if children.ended < parallel.elements.count {
                cancelChildren(of: owner, "the join is met without it", &turn)
            }
            return finish(owner, &turn)
        }
        guard children.ended == parallel.elements.count else { return }
        fail(owner, failures(of: children, needed: needed, of: parallel.elements.count), &turn)
    }

    private mutating func advance(
        _ dataflow: Dataflow, _ owner: UInt32, scope: String, after child: TaskState, _ turn: inout Turn
    ) {
        if child.status != .failed {
            for position in dataflow.before[plan.positions[child.step]] {
                let element = dataflow.elements[position]
                // Two that it waited for may have ended in one turn.
                let hasBegun = turn.isEntering(owner, element) || activation(of: element, in: scope, owner) != nil
                let isReady = dataflow.after[position].allSatisfy { predecessor in
                    let before = activation(of: dataflow.elements[predecessor], in: scope, owner)
                    return before.map { $0.status.isEnded && $0.status != .failed } ?? false
                }
                if isReady && !hasBegun { turn.enter(element, in: owner, scope: scope) }
            }
        }
        let children = activations.children(of: owner)
        if children.ended == dataflow.elements.count && children.failed == 0 { return finish(owner, &turn) }
        // What waits for a failed element never begins; the others run to their ends.
        guard children.failed > 0, children.open == 0, !turn.isEntering(owner) else { return }
        fail(owner, failures(of: children, needed: dataflow.elements.count, of: dataflow.elements.count), &turn)
    }

    /// The activation of an element that `owner` holds.
    private func activation(of element: Int, in scope: String, _ owner: UInt32) -> TaskState? {
        activations.latest(of: element, in: scope).flatMap(task).flatMap { $0.parent == owner ? $0 : nil }
    }

    /// What a join says of the branches that failed.
    func failures(of children: ActivationIndex.Children, needed: Int, of total: Int) -> String {
        let failed = children.ordinals.compactMap(task).filter { $0.status == .failed }
        let reasons = failed.prefix(5).map { failure(of: $0) }.joined(separator: "; ")
        let more = failed.count > 5 ? "; and \(failed.count - 5) more" : ""
        if needed == total && failed.count == 1 { return reasons }
        return "\(failed.count) of \(total) failed, \(needed) must complete: \(reasons)\(more)"
    }
}
