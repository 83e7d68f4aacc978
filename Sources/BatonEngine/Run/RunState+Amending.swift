/// Having something made again, as a person wants it or the next role needs it: a task beside the tree of activations.
extension RunState {
    /// A person's version of a document; nil when it is as it was.
    mutating func edit(
        _ content: ArtifactContent, by client: String, _ decision: Decision, _ turn: inout Turn
    ) -> UInt32? {
        guard let old = decision.approval.flatMap({ version(of: content.name, in: $0) }) else { return nil }
        let last = artifacts.last?.ordinal
        let task = author(for: decision, content.name)?.ordinal ?? decision.task
        let current = artifact(old.name) ?? old
        keep(
            content, scope: old.scope, task: task, role: "user", madeFrom: [current.ordinal], isExtra: false, &turn)
        return artifacts.last.flatMap { $0.ordinal == last ? nil : $0.ordinal }
    }

    mutating func amend(_ decision: Decision, by client: String, _ words: AnswerWords, _ turn: inout Turn) {
        guard let approval = decision.approval, let maker = author(for: decision, words.about) else {
            preconditionFailure("an amendment that nobody can make")
        }
        for index in tasks.indices where isWaiting(index, for: decision) {
            wait(index, "waits for \(decision.name) to be amended", &turn)
        }
        begin(
            Amendment(
                decision: decision.ordinal, maker: maker.ordinal, by: client, feedback: words.comment,
                documents: amended(approval, maker, words.about), section: approval.sections.first), &turn)
    }

    /// Makes the task of who is to make it again.
    mutating func begin(_ amendment: Amendment, _ turn: inout Turn) {
        guard let maker = task(amendment.maker) else { preconditionFailure("an amendment that nobody can make") }
        let (step, scope) = (maker.step, maker.scope)
        let task = TaskState(
            ordinal: nextOrdinal(), step: step, scope: scope,
            round: 1 + tasks.count { $0.step == step && $0.scope == scope }, detail: .amendment(amendment),
            status: .waiting, createdAt: turn.now)
        tasks.append(task)
        activations.add(task)
        handOver(tasks.count - 1, &turn)
        turn.output.tasks.append(task.ordinal)
        turn.log(.stepReady(step: plan.steps[step].id, task: task.ordinal))
        turn.output.effects.append(.ready(task: task.ordinal))
    }

    /// What the author gets in hand: what is looked at and is its own.
    private func amended(_ approval: Approval, _ maker: TaskState, _ named: ArtifactName?) -> [String] {
        let looked = Set(approval.versions.compactMap(artifactVersion).map(\.name.key))
        let own = made(by: maker).filter { version in
            looked.contains(version.name.key) && (named == nil || named?.key == version.name.key)
        }
        if !own.isEmpty { return own.map(\.name.text) }
        return approval.phase == nil ? approval.versions.compactMap(artifactVersion).map(\.name.text) : []
    }

    /// A task that amends something has ended: the question is asked again.
    mutating func goOn(after amendment: Amendment, _ child: TaskState, _ turn: inout Turn) {
        guard let decision = decision(amendment.decision) else { return }
        if decision.kind == .handoff { return goOn(after: decision, child, &turn) }
        if decision.kind == .elicitation { return goOn(after: amendment, talkedOver: decision, child, &turn) }
        guard let old = decision.approval else { return }
        let waiting = tasks.indices.filter { isWaiting($0, for: decision) }
        guard let first = waiting.first, !status.isFinal else { return }
        let note = child.status == .completed ? "" : " It was not amended: \(child.reason ?? child.status.rawValue)."
        let approval: Approval
        if let phase = old.phase {
            approval = Approval(versions: versions(of: phase), policy: old.policy, phase: phase)
        } else {
            let keys = Set(old.versions.compactMap(artifactVersion).map(\.name.key))
            let made = made(by: tasks[first])
            let looked = old.policy.artifacts.isEmpty ? made : currentArtifacts.filter { keys.contains($0.name.key) }
            approval = Approval(
                versions: looked.map(\.ordinal), policy: old.policy,
                dueAt: old.policy.timeoutMilliseconds.map { turn.now + $0 })
        }
        askApproval(approval, waiting, reporter: decision.reporter, scope: decision.scope, note: note, &turn)
    }

    /// Whether somebody is at what the answer asked for.
    func isBeingAmended(_ decision: Decision) -> Bool {
        activations.amendments.contains { task($0)?.amendment?.decision == decision.ordinal }
    }

    /// Takes back amendments that nobody waits for any more.
    mutating func withdrawAmendments(_ turn: inout Turn) {
        guard !status.isFinal else { return }
        for ordinal in activations.amendments.sorted() {
            guard let index = index(ofTask: ordinal), let amendment = tasks[index].amendment else { continue }
            let isAwaited = tasks.contains { $0.decision == amendment.decision && !$0.status.isEnded }
            if !isAwaited { cancel(index, "nobody waits for it any more", &turn) }
        }
    }
}
