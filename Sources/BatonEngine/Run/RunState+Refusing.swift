/// An agent that refuses what it was handed, and says what is missing.
///
/// Who handed over makes its part again, beside the tree of activations, with what is missing as feedback; then the
/// task is handed over anew. That is done once for each activation: the second time a person is needed. The refusal is
/// kept as a decision that its agent has answered.
extension RunState {
    mutating func refuse(_ index: Int, by agent: TaskState.Dispatch, _ missing: String, _ turn: inout Turn) {
        let task = tasks[index]
        let step = plan.steps[task.step]
        // What comes next is other work than what was refused.
        tasks[index].idempotencyKey = nextOrdinal()
        let isAgain = decisions.contains { $0.kind == .handoff && $0.task == task.ordinal }
        guard !isAgain, let work = work(of: task), let sender = handedOver(work, to: task) else {
            let reason = isAgain ? "refuses the handoff again" : "refuses the handoff, which no agent made"
            return needAttention(index, "\(agent.agent) \(reason): \(missing)", &turn)
        }
        let decision = Decision(
            ordinal: nextOrdinal(), kind: .handoff, name: "handoff_\(step.id)", scope: task.scope,
            question: "What is missing for \(agent.role) to begin?", answers: .anything, task: task.ordinal,
            askedAt: turn.now, status: .answered, answer: .string(missing), answeredBy: agent.agent,
            answeredAt: turn.now)
        decisions.append(decision)
        turn.output.decisions.append(decision.ordinal)
        tasks[index].decision = decision.ordinal
        let id = plan.steps[sender.step].id
        wait(index, "waits for \(id) to add what is missing", &turn)
        turn.log(.handoffRefused(step: step.id, by: agent.agent, to: id, reason: missing))
        begin(
            Amendment(
                decision: decision.ordinal, maker: sender.ordinal, by: "\(agent.agent) (\(agent.role))",
                feedback: missing,
                documents: made(by: sender).map(\.name.text)), &turn)
    }

    /// The task of an agent that handed over, as the plan led to it.
    private func handedOver(_ work: AgentWork, to task: TaskState) -> TaskState? {
        guard let sender = sender(of: context(of: work, for: task)), sender.dispatch != nil else { return nil }
        let maker = sender.amendment.map(\.maker) ?? sender.rework.map(\.maker)
        return maker.flatMap { self.task($0) } ?? sender
    }

    /// What was missing has been added, or has not: the task is handed over anew, or needs a person.
    mutating func goOn(after refusal: Decision, _ child: TaskState, _ turn: inout Turn) {
        guard !status.isFinal else { return }
        for index in tasks.indices where isWaiting(index, for: refusal) {
            tasks[index].decision = 0
            tasks[index].reason = nil
            guard child.status == .completed else {
                let missing = refusal.answer?.string ?? ""
                let why = child.reason ?? child.status.rawValue
                needAttention(index, "what is missing was not added (\(why)): \(missing)", &turn)
                continue
            }
            handOver(index, &turn)
            turn.output.tasks.append(tasks[index].ordinal)
            turn.output.effects.append(.ready(task: tasks[index].ordinal))
        }
    }
}
