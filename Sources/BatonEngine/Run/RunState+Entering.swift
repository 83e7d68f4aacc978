/// Activating elements, one signal after the other.
extension RunState {
    mutating func begin(_ start: RunStart, _ turn: inout Turn) {
        project = start.project
        client = start.client
        parent = start.parent
        inputs = start.inputs
        options = start.options
        startedAt = turn.now
        turn.output.headerChanged = true
        for (name, value) in start.facts.object ?? [:] {
            keep(Fact(name: name, value: value, origin: "start", task: 0), &turn)
        }
        for artifact in start.artifacts {
            let content = ArtifactContent(
                name: plan.kept(artifact.name), digest: artifact.digest, size: artifact.size,
                mediaType: artifact.mediaType)
            keep(content, scope: "", task: 0, role: "user", madeFrom: [], isExtra: false, &turn)
        }
        open(plan.body, 0, scope: "", &turn)
    }

    /// Works off what follows from the input until nothing is left to do, or the run has ended.
    mutating func settle(_ turn: inout Turn) {
        while !status.isFinal, let signal = turn.nextSignal() {
            switch signal {
            case .enter(let entry): enter(entry, &turn)
            case .ended(let ordinal): goOn(after: ordinal, &turn)
            }
        }
    }

    private mutating func enter(_ entry: Turn.Entry, _ turn: inout Turn) {
        // What held it may have ended since: a join that was met, a branch that failed fast.
        if let parent = task(entry.parent), parent.status.isEnded { return }
        let round = activations.rounds(of: entry.step, in: entry.scope) + 1
        let task = TaskState(
            ordinal: nextOrdinal(), step: entry.step, parent: entry.parent, scope: entry.scope, round: round,
            detail: entry.detail, status: .waiting, createdAt: turn.now)
        tasks.append(task)
        activations.add(task)
        turn.output.tasks.append(task.ordinal)
        consider(tasks.count - 1, &turn)
    }

    /// Begins an activation if its guards let it; also when an answer has come that they waited for.
    mutating func consider(_ index: Int, _ turn: inout Turn) {
        let step = plan.steps[tasks[index].step]
        if holdForPhase(index, &turn) { return }
        if step.beginsWork { enter(phase: step.phase, &turn) }
        switch gate(step, scope: tasks[index].scope, &turn) {
        case .open: begin(index, &turn)
        case .closed(let reason): skip(index, reason, &turn)
        case .unknown(let question):
            if case .guidance(let guidance) = step.kind {
                turn.log(.guidance(step: step.id, notes: guidance.notes, condition: question.name))
                close(index, .completed, &turn)
            } else {
                ask(question, .fact, for: index, &turn)
            }
        case .fault(let reason): needAttention(index, reason, &turn)
        }
    }

    private mutating func begin(_ index: Int, _ turn: inout Turn) {
        let step = plan.steps[tasks[index].step]
        let (ordinal, scope) = (tasks[index].ordinal, tasks[index].scope)
        tasks[index].status = .running
        turn.output.tasks.append(ordinal)
        switch step.kind {
        case .agent: beginTask(index, step, &turn)
        case .guidance(let guidance):
            turn.log(.guidance(step: step.id, notes: guidance.notes, condition: nil))
            close(index, .completed, &turn)
        case .block(let block):
            if !step.isImplied { turn.log(.blockEntered(step: step.id, scope: scope, items: nil)) }
            open(block, ordinal, scope: scope, &turn)
        case .forEach(let forEach): begin(forEach, index, &turn)
        case .loop(let loop):
            turn.log(.blockEntered(step: step.id, scope: scope, items: nil))
            turn.enter(loop.body, in: ordinal, scope: scope)
        case .review(let loop): turn.enter(loop.review, in: ordinal, scope: scope)
        case .fixFlagged(let fix): begin(fix, index, &turn)
        case .routes(let routes): begin(routes, index, &turn)
        case .choice(let choice): begin(choice, index, &turn)
        case .childRun(let child): begin(child, index, &turn)
        }
    }

    private mutating func beginTask(_ index: Int, _ step: Step, _ turn: inout Turn) {
        if isProvided(tasks[index]) {
            turn.log(.stepProvided(step: step.id))
            return close(index, .provided, &turn)
        }
        let ordinal = tasks[index].ordinal
        tasks[index].status = .waiting
        handOver(index, &turn)
        turn.log(.stepReady(step: step.id, task: ordinal))
        turn.output.effects.append(.ready(task: ordinal))
    }

    mutating func handOver(_ index: Int, _ turn: inout Turn) {
        let handoff = makeHandoff(for: tasks[index], turn.now)
        tasks[index].handoff = handoff.id.ordinal
        handoffs[tasks[index].ordinal] = handoff
        turn.output.handoffs.append(handoff)
    }

    /// A step that creates only what the start brought has nothing to do.
    private func isProvided(_ task: TaskState) -> Bool {
        // What the start brought comes before everything else.
        guard artifacts.first?.task == 0, let work = work(of: task), work.updates.isEmpty else { return false }
        let needed = work.creates.filter { !$0.isOptional }
        return !needed.isEmpty
            && needed.allSatisfy { product in
                let present = artifacts(named: product.name, from: "")
                return !present.isEmpty && present.allSatisfy { $0.task == 0 }
            }
    }
}
