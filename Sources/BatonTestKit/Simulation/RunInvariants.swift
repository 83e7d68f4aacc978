import BatonEngine

/// What must hold of a run after every input.
public enum RunInvariants {
    /// The first that does not; nil when all do.
    ///
    /// - Parameter mayReopen: something was tried again, and so may belong to a phase that was over.
    public static func fault(in state: RunState, mayReopen: Bool = false) -> String? {
        var leases: Set<Identifier> = []
        var open: [UInt32: Int] = [:]
        for task in state.tasks where !task.status.isEnded { open[task.parent, default: 0] += 1 }
        for task in state.tasks {
            let step = state.plan.steps[task.step]
            if task.status.isEnded {
                if open[task.ordinal] != nil { return "\(step.id) ended over something that is open" }
                if state.handoffs[task.ordinal] != nil { return "\(step.id) ended and keeps its handoff" }
            } else if state.status.isFinal {
                return "\(step.id) is open in a run that has ended"
            }
            if task.status == .running, let lease = task.dispatch?.lease, !leases.insert(lease).inserted {
                return "two tasks under one lease"
            }
            if task.decision != 0, state.decision(task.decision)?.status != .open, !isBeingAmended(task, in: state) {
                return "\(step.id) waits for a decision that is not open"
            }
            guard let fault = fault(of: task, step, in: state, mayReopen: mayReopen) else { continue }
            return fault
        }
        if let fault = faultInSpending(of: state) { return fault }
        let awaited = Set(state.tasks.map(\.decision))
        for decision in state.decisions where decision.status == .open {
            if !awaited.contains(decision.ordinal) && decision.kind != .completion {
                return "nobody waits for \(decision.name)"
            }
        }
        return nil
    }

    /// Who wants something otherwise has answered, and the task goes on, or is asked about again, when the author has
    /// done it.
    private static func isBeingAmended(_ task: TaskState, in state: RunState) -> Bool {
        guard let decision = state.decision(task.decision) else { return false }
        let wantsMore = [Decision.amend, Decision.feedback].contains(decision.answer?.string)
        return (decision.kind == .handoff || wantsMore)
            && state.tasks.contains { $0.amendment?.decision == task.decision && !$0.status.isEnded }
    }

    /// The run has used what its tasks have, and a budget that is used up holds it.
    private static func faultInSpending(of state: RunState) -> String? {
        let sum = state.tasks.reduce(into: Usage()) { $0 += $1.usage }
        if sum != state.spending.usage { return "the run has used something else than its tasks" }
        let isGoing = !state.status.isFinal && !state.isHeld
        if isGoing != (state.spending.since != nil) { return "the run's time runs while nothing of it does, or stands" }
        if state.status.isFinal, state.spending.stop != nil { return "its budget holds a run that has ended" }
        let isOver = state.options.budget.run.tokens.map { state.spending.usage.tokens >= $0 } ?? false
        if isOver, !state.status.isFinal, state.spending.stop == nil { return "a used up budget holds nothing" }
        if state.spending.stop != nil, state.pause == nil, state.status != .attention {
            return "a run that its budget holds needs nobody"
        }
        return nil
    }

    private static func fault(of task: TaskState, _ step: Step, in state: RunState, mayReopen: Bool) -> String? {
        switch step.kind {
        case .agent where task.status == .waiting && task.decision == 0:
            guard let handoff = state.handoffs[task.ordinal] else { return "\(step.id) is ready without a handoff" }
            for context in handoff.contextIDs where state.artifactVersion(context.ordinal) == nil {
                return "\(step.id) is handed something that is not there"
            }
        // What is made again belongs to a phase that may be over.
        case .agent
        where !mayReopen && !task.status.isEnded && task.rework == nil && task.amendment == nil
            && state.milestones.keys.contains(where: { $0 >= step.phase }):
            return "\(step.id) is open although the milestone of its phase was reached"
        case .block(.parallel(let parallel)) where task.status == .completed:
            let done = state.tasks.count {
                $0.parent == task.ordinal && [.completed, .skipped, .provided].contains($0.status)
            }
            if done < parallel.join.needed(of: parallel.elements.count) { return "\(step.id) joined early" }
        case .block(.sequence(let elements)):
            // What follows in a sequence begins when all before it has ended.
            let inside = state.tasks.filter { $0.parent == task.ordinal }
            guard let last = inside.last(where: { !$0.status.isEnded }),
                let position = elements.firstIndex(of: last.step)
            else { break }
            let before = Set(elements[..<position])
            for other in inside where before.contains(other.step) && !other.status.isEnded {
                return "\(state.plan.steps[last.step].id) began before \(state.plan.steps[other.step].id) had ended"
            }
        default: break
        }
        return nil
    }
}
