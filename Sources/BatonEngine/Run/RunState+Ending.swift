/// How activations end, and what holds them goes on.
extension RunState {
    mutating func close(_ index: Int, _ final: StepStatus, reason: String? = nil, _ turn: inout Turn) {
        tasks[index].status = final
        tasks[index].reason = reason
        tasks[index].decision = 0
        tasks[index].retryAt = nil
        tasks[index].endedAt = turn.now
        tasks[index].endedSequence = sequence
        handoffs[tasks[index].ordinal] = nil
        activations.end(tasks[index])
        turn.output.tasks.append(tasks[index].ordinal)
        turn.signal(.ended(tasks[index].ordinal))
    }

    mutating func skip(_ index: Int, _ reason: String, _ turn: inout Turn) {
        turn.log(.stepSkipped(step: plan.steps[tasks[index].step].id, reason: reason))
        close(index, .skipped, reason: reason, &turn)
    }

    mutating func fail(_ index: Int, _ reason: String, _ turn: inout Turn) {
        turn.log(.stepFailed(step: plan.steps[tasks[index].step].id, reason: reason))
        close(index, .failed, reason: reason, &turn)
    }

    /// Ends an activation that holds others, or, with 0, the run itself.
    mutating func finish(_ ordinal: UInt32, _ turn: inout Turn) {
        guard let index = index(ofTask: ordinal) else { return complete(&turn) }
        close(index, .completed, &turn)
    }

    /// Something that an activation holds has failed: it fails too, unless its step says otherwise.
    mutating func fail(_ ordinal: UInt32, _ reason: String, _ turn: inout Turn) {
        guard let index = index(ofTask: ordinal) else { return end(.failed, reason: reason, &turn) }
        let step = plan.steps[tasks[index].step]
        switch step.onFailure {
        case .fail: fail(index, reason, &turn)
        case .skip: skip(index, reason, &turn)
        case .attention: needAttention(index, reason, &turn)
        }
    }

    /// Why an activation failed, with the name of its step; what only passes on a reason adds nothing.
    func failure(of task: TaskState) -> String {
        let reason = task.reason ?? "failed"
        return reason.hasPrefix("step ") ? reason : "step \(describe(task)): \(reason)"
    }

    /// The step's id, with the item when there is one.
    public func describe(_ task: TaskState) -> String {
        let id = plan.steps[task.step].id
        return task.scope.isEmpty ? id : "\(id) of \(task.scope)"
    }

    /// An activation has ended: what holds it decides what comes next.
    mutating func goOn(after ordinal: UInt32, _ turn: inout Turn) {
        guard let child = task(ordinal) else { return }
        if let rework = child.rework { return goOn(after: rework, &turn) }
        if let amendment = child.amendment { return goOn(after: amendment, child, &turn) }
        guard let index = index(ofTask: child.parent) else {
            advance(plan.body, 0, scope: "", after: child, &turn)
            if !status.isFinal { reachMilestones(after: child, &turn) }
            return
        }
        let parent = tasks[index]
        guard !parent.status.isEnded else { return }
        switch plan.steps[parent.step].kind {
        case .agent, .guidance, .childRun: break
        case .block(let block): advance(block, parent.ordinal, scope: parent.scope, after: child, &turn)
        case .forEach(let forEach): advance(forEach, index, after: child, &turn)
        case .loop(let loop): advance(loop, index, after: child, &turn)
        case .review(let loop): advance(loop, index, after: child, &turn)
        case .fixFlagged: advanceFix(parent.ordinal, after: child, &turn)
        case .routes(let routes): advance(routes, parent.ordinal, after: child, &turn)
        case .choice: pass(on: child, to: parent.ordinal, &turn)
        }
    }

    /// What holds a single element ends as it does.
    mutating func pass(on child: TaskState, to parent: UInt32, _ turn: inout Turn) {
        if child.status == .failed {
            fail(parent, failure(of: child), &turn)
        } else {
            finish(parent, &turn)
        }
    }

    /// Ends everything that the activation still holds, itself not.
    mutating func cancelChildren(of ordinal: UInt32, _ reason: String, _ turn: inout Turn) {
        var open = [ordinal]
        while let next = open.popLast() {
            for child in activations.children(of: next).ordinals {
                guard let index = index(ofTask: child), !tasks[index].status.isEnded else { continue }
                open.append(child)
                cancel(index, reason, &turn)
            }
        }
        withdrawDecisions(&turn)
    }

    /// Cancels one activation; what waits for it is not told, since it is ending too.
    mutating func cancel(_ index: Int, _ reason: String, _ turn: inout Turn) {
        let task = tasks[index]
        takeBack(index, reason, &turn)
        tasks[index].status = .cancelled
        tasks[index].reason = reason
        tasks[index].decision = 0
        tasks[index].retryAt = nil
        tasks[index].endedAt = turn.now
        tasks[index].endedSequence = sequence
        handoffs[task.ordinal] = nil
        activations.end(tasks[index])
        turn.output.tasks.append(task.ordinal)
    }

    /// Has the shell give up what an open activation waits for.
    mutating func takeBack(_ index: Int, _ reason: String, _ turn: inout Turn) {
        let task = tasks[index]
        if case .agent = plan.steps[task.step].kind {
            turn.output.effects.append(.withdraw(task: task.ordinal, lease: task.dispatch?.lease, reason: reason))
        }
        if case .childRun(let run) = task.detail {
            turn.output.effects.append(.cancelChild(run: run, reason: reason))
        }
    }
}
