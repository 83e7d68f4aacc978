/// Entering steps one after the other.
extension RunState {
    mutating func begin(_ start: RunStart, now: Timestamp, _ output: inout RunOutput) {
        project = start.project
        client = start.client
        inputs = start.inputs
        options = start.options
        startedAt = now
        output.headerChanged = true
        for (name, value) in start.facts.object ?? [:] {
            keep(Fact(name: name, value: value, origin: "start", task: 0), &output)
        }
        for artifact in start.artifacts {
            keep(artifact, task: 0, role: "user", madeFrom: [], isExtra: false, now: now, &output)
        }
        advance(now: now, &output)
    }

    /// Enters the next steps until one of them has to wait.
    mutating func advance(now: Timestamp, _ output: inout RunOutput) {
        while status == .running {
            if let current = tasks.last, !current.status.isEnded { return }
            let next = (tasks.last?.step ?? -1) + 1
            guard next < plan.steps.count else { return finish(now: now, &output) }
            enter(next, now: now, &output)
        }
    }

    private mutating func enter(_ index: Int, now: Timestamp, _ output: inout RunOutput) {
        let step = plan.steps[index]
        enter(phase: step.phase, now: now, &output)
        var task = TaskState(ordinal: nextOrdinal(), step: index, status: .waiting, createdAt: now)
        defer {
            if task.status.isEnded { task.endedAt = now }
            tasks.append(task)
            output.changed(task: task.ordinal)
        }

        switch gate(step, &output) {
        case .open: break
        case .closed(let reason):
            task.status = .skipped
            task.reason = reason
            output.log.append(.stepSkipped(step: step.id, reason: reason))
            return
        case .unknown(let reason):
            if case .guidance(let guidance) = step.kind {
                task.status = .completed
                let condition = step.condition?.symbol
                output.log.append(.guidance(step: step.id, notes: guidance.notes, condition: condition))
                return
            }
            task.status = .attention
            task.reason = reason
            needAttention(step, reason, &output)
            return
        }

        switch step.kind {
        case .guidance(let guidance):
            task.status = .completed
            output.log.append(.guidance(step: step.id, notes: guidance.notes, condition: nil))
        case .unsupported(let construct):
            let reason = "this version of Baton cannot run \(construct), at line \(step.line)"
            task.status = .attention
            task.reason = reason
            needAttention(step, reason, &output)
        case .agent(let work) where isProvided(work):
            task.status = .provided
            output.log.append(.stepProvided(step: step.id))
        case .agent(let work):
            let handoff = makeHandoff(for: step, work, now: now)
            task.handoff = handoff.id.ordinal
            handoffs[task.ordinal] = handoff
            output.handoffs.append(handoff)
            output.log.append(.stepReady(step: step.id))
            output.effects.append(.ready(task: task.ordinal))
        }
    }

    /// A step that creates only what the start brought has nothing to do.
    private func isProvided(_ work: AgentWork) -> Bool {
        // What the start brought comes before everything else.
        guard artifacts.first?.task == 0 else { return false }
        let needed = work.creates.filter { !$0.isOptional }
        guard work.updates.isEmpty, !needed.isEmpty else { return false }
        return needed.allSatisfy { product in
            let present = artifacts(named: product.name)
            return !present.isEmpty && present.allSatisfy { $0.task == 0 }
        }
    }

    private mutating func enter(phase next: Phase, now: Timestamp, _ output: inout RunOutput) {
        guard phase != next else { return }
        reachMilestones(before: next, now: now, &output)
        phase = next
        output.headerChanged = true
        output.log.append(.phaseEntered(next))
    }

    /// A phase is finished when no step of it, or of an earlier one, remains; nil: none remains at all.
    private mutating func reachMilestones(before next: Phase?, now: Timestamp, _ output: inout RunOutput) {
        let planned = Set(plan.steps.map(\.phase))
        for phase in Phase.allCases where planned.contains(phase) && milestones[phase] == nil {
            if let next, phase >= next { break }
            milestones[phase] = now
            output.headerChanged = true
            output.log.append(.milestone(phase))
        }
    }

    private mutating func finish(now: Timestamp, _ output: inout RunOutput) {
        reachMilestones(before: nil, now: now, &output)
        end(.completed, reason: nil, now: now, &output)
    }

    mutating func end(_ final: RunStatus, reason: String?, now: Timestamp, _ output: inout RunOutput) {
        status = final
        self.reason = reason
        endedAt = now
        output.headerChanged = true
        output.log.append(.runEnded(final, reason: reason))
        output.effects.append(.ended)
    }

    mutating func needAttention(_ step: Step, _ reason: String, _ output: inout RunOutput) {
        status = .attention
        self.reason = "step \(step.id): \(reason)"
        output.headerChanged = true
        output.log.append(.attention(step: step.id, reason: reason))
    }
}
