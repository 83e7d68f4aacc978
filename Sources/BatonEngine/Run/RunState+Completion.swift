/// Phases, milestones, and the end of a run.
extension RunState {
    mutating func enter(phase next: Phase, _ turn: inout Turn) {
        if let phase, phase >= next { return }
        phase = next
        turn.output.headerChanged = true
        turn.log(.phaseEntered(next))
    }

    /// A phase is finished when no outermost element remains that holds a step of it, or of an earlier one.
    mutating func reachMilestones(after child: TaskState, _ turn: inout Turn) {
        guard let next = plan.phases.first(where: { milestones[$0] == nil }) else { return }
        let position = plan.positions[child.step]
        guard plan.lowestPhases[position] <= next else { return }
        let lowest = lowestPhaseLeft(after: position)
        for phase in plan.phases where milestones[phase] == nil {
            if let lowest, phase >= lowest { break }
            reach(phase, &turn)
        }
    }

    private func lowestPhaseLeft(after position: Int) -> Phase? {
        if case .sequence(let elements) = plan.body {
            return position + 1 < elements.count ? plan.lowestPhasesLeft[position + 1] : nil
        }
        var lowest: Phase?
        for (position, element) in plan.body.elements.enumerated() {
            let phase = plan.lowestPhases[position]
            if let lowest, phase >= lowest { continue }
            let isOpen = activations.latest(of: element, in: "").flatMap(task).map { !$0.status.isEnded } ?? true
            if isOpen { lowest = phase }
        }
        return lowest
    }

    private mutating func reach(_ milestone: Phase, _ turn: inout Turn) {
        milestones[milestone] = turn.now
        turn.output.headerChanged = true
        turn.log(.milestone(milestone))
    }

    /// Everything is done: the run is completed, if what it should have made is there.
    mutating func complete(isAccepted: Bool = false, _ turn: inout Turn) {
        // The run comes here again when the last of it is made.
        if isReworking && !isAccepted { return }
        let missing = plan.completion.filter { criterion in
            guard let artifact = criterion.artifact else { return false }
            return artifacts(named: artifact).allSatisfy(\.isExtra)
        }
        if !missing.isEmpty && !isAccepted {
            let text = "not met at the end: " + missing.map(\.text).joined(separator: "; ")
            let question = Question(
                name: "completion", text: text, answers: .oneOf([Decision.accept, Decision.cancel]))
            _ = decision(question, .completion, task: 0, &turn)
            return needAttention(text, &turn)
        }
        for phase in plan.phases where milestones[phase] == nil { reach(phase, &turn) }
        publishClosingNotes(&turn)
        end(.completed, reason: nil, &turn)
    }

    /// A route ends the run: nothing that follows it is run, and the phases behind it are never reached.
    mutating func complete(afterRoute route: String, _ turn: inout Turn) {
        let reached = phase ?? .discovery
        for phase in plan.phases where milestones[phase] == nil && phase <= reached { reach(phase, &turn) }
        publishClosingNotes(&turn)
        end(.completed, reason: "the route \(route) ends the run", &turn)
    }

    /// The handoff to whoever reads the end: `complete`, or `<path>_complete`.
    private func closingPrompt() -> HandoffPrompt? {
        let path = fact("path")?.value.string.map(ArtifactName.key)
        return plan.handoffPrompts.first { prompt in
            let key = ArtifactName.key(of: prompt.key)
            guard let path else { return key == "complete" }
            return key == path + "-complete" || key == path.prefix { $0 != "-" } + "-complete"
        }
    }

    private mutating func publishClosingNotes(_ turn: inout Turn) {
        guard let prompt = closingPrompt() else { return }
        turn.log(.guidance(step: prompt.key, notes: fill(prompt.text, from: ""), condition: nil))
    }

    mutating func end(_ final: RunStatus, reason: String?, _ turn: inout Turn) {
        status = final
        self.reason = reason
        pause = nil
        spending.stop = nil
        endedAt = turn.now
        for index in tasks.indices where !tasks[index].status.isEnded {
            cancel(index, reason ?? "the run is \(final.rawValue)", &turn)
        }
        withdrawDecisions(&turn)
        turn.output.headerChanged = true
        turn.log(.runEnded(final, reason: reason))
        turn.output.effects.append(.ended)
    }
}
