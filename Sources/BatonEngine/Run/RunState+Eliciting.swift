/// Talking sections over with a person while a document is written: the run's option `elicitation: interactive`.
///
/// A task whose result has been accepted stays open while the sections that its templates mark are asked about, one
/// after the other, in the order of the documents. An answer of
/// - `proceed` goes on to the next; behind the last the task goes on to its approval, or is done,
/// - `feedback` makes a task of the author for that section alone, with the feedback and the newest version in hand;
///   once it has ended, with whatever result, the section is asked about again, as a new question.
extension RunState {
    /// Whether there is a section to ask about, and it has been asked about.
    mutating func holdForElicitation(
        _ index: Int, _ sections: [ElicitedSection], note: String = "", _ turn: inout Turn
    ) -> Bool {
        guard options.elicitation == .interactive, let section = sections.first else { return false }
        let task = tasks[index]
        let versions = currentArtifacts.filter { $0.name.key == section.document.key }.map(\.ordinal)
        var approval = Approval(versions: versions, policy: ApprovalPolicy())
        approval.sections = sections
        let question = Question(
            name: "elicit_\(plan.steps[task.step].id)_\(section.section)", scope: task.scope,
            text: "Is “\(section.title)” of \(section.document.text) as you want it?" + note,
            answers: .oneOf(Decision.elicitationAnswers), reporter: task.ordinal)
        let ordinal = decision(question, .elicitation, approval, task: task.ordinal, &turn)
        tasks[index].decision = ordinal
        wait(index, "waits for a word on “\(section.title)”: \(question.name)", &turn)
        return true
    }

    /// What of the task is still to be asked about, as it was when it was last.
    func sectionsLeft(of task: TaskState) -> [ElicitedSection] {
        let last = decisions.last { $0.kind == .elicitation && $0.task == task.ordinal }
        guard let last, let sections = last.approval?.sections else { return [] }
        return last.answer == .string(Decision.proceed) ? Array(sections.dropFirst()) : sections
    }

    /// The person is content with the section.
    mutating func proceed(_ decision: Decision, _ turn: inout Turn) {
        for index in tasks.indices where isWaiting(index, for: decision) {
            tasks[index].decision = 0
            tasks[index].reason = nil
            finish(index, talkingOver: Array((decision.approval?.sections ?? []).dropFirst()), &turn)
        }
    }

    /// A task with a result: what people are asked, one after the other, and then its end.
    mutating func finish(_ index: Int, talkingOver sections: [ElicitedSection], _ turn: inout Turn) {
        guard let work = work(of: tasks[index]) else { preconditionFailure("a result for a step without an agent") }
        if !tasks[index].isBesideTree, holdForElicitation(index, sections, &turn) { return }
        if !holdForApproval(index, work, &turn) { close(index, .completed, &turn) }
    }

    /// A section was written anew, or was not: it is asked about again.
    mutating func goOn(
        after amendment: Amendment, talkedOver decision: Decision, _ child: TaskState, _ turn: inout Turn
    ) {
        guard !status.isFinal, let before = decision.approval?.sections else { return }
        let note = child.status == .completed ? "" : " It was not changed: \(child.reason ?? child.status.rawValue)."
        // What is not in the document any more is not asked about, but for the section itself.
        let now = before.enumerated().compactMap { place, old in
            if child.status != .completed || old.document.key != before[0].document.key { return old }
            return child.amendment?.drafts.first { $0.isSame(as: old) } ?? (place == 0 ? old : nil)
        }
        for index in tasks.indices where isWaiting(index, for: decision) {
            _ = holdForElicitation(index, now, note: note, &turn)
        }
    }
}
