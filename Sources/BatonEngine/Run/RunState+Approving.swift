/// Holding a run at a checkpoint until people are content with what was made.
///
/// A task whose result has been accepted stays open, waiting for its approval; so does one that would begin a phase
/// while the phase before it is to be approved. An answer of
/// - `approve` lets them go on, when as many people have given it as are needed,
/// - `reject` ends the run, which has failed; `retry` opens it again, and the work is done anew,
/// - `amend` makes a task of the author, beside the tree of activations, with the feedback and the newest versions in
///   hand; once it has ended, with whatever result, the question is asked again, as a new one: nobody approves what
///   they have not seen.
extension RunState {
    // MARK: Asking

    /// Whether the task, which has a result, is to be approved, and has been asked for.
    mutating func holdForApproval(_ index: Int, _ work: AgentWork, _ turn: inout Turn) -> Bool {
        guard !tasks[index].isBesideTree, let approval = approval(afterTask: index, work, turn.now) else {
            return false
        }
        let ordinal = tasks[index].ordinal
        askApproval(approval, [index], reporter: ordinal, scope: tasks[index].scope, &turn)
        return true
    }

    /// Whether the phase before the task's is to be approved before it begins, and has been asked for.
    mutating func holdForPhase(_ index: Int, _ turn: inout Turn) -> Bool {
        let step = plan.steps[tasks[index].step]
        guard options.checkpoints.includesPhases, step.beginsWork, let phase, step.phase > phase else { return false }
        let earlier = decisions.last { $0.approval?.phase == phase && $0.status != .withdrawn }
        switch (earlier?.status, earlier?.answer) {
        case (.answered, .string(Decision.approve)): return false
        case (.answered, .string(Decision.amend)):
            // The author is at it.
            tasks[index].decision = earlier!.ordinal
            wait(index, "waits for \(earlier!.name) to be amended", &turn)
        default:
            let approval = Approval(versions: versions(of: phase), policy: ApprovalPolicy(), phase: phase)
            askApproval(approval, [index], reporter: 0, scope: "", &turn)
        }
        return true
    }

    private mutating func askApproval(
        _ approval: Approval, _ waiting: [Int], reporter: UInt32, scope: String, note: String = "", _ turn: inout Turn
    ) {
        let task = tasks[waiting[0]]
        let question = Question(
            name: approval.phase.map { "phase_\($0.rawValue)" } ?? "approve_\(plan.steps[task.step].id)", scope: scope,
            text: text(of: approval, task) + note, answers: .oneOf(Decision.approvalAnswers), reporter: reporter)
        let ordinal = decision(question, .approval, approval, task: task.ordinal, &turn)
        for index in waiting {
            tasks[index].decision = ordinal
            wait(index, "waits for an approval: \(question.name)", &turn)
        }
        if let dueAt = approval.dueAt { turn.output.effects.append(.wakeDecision(ordinal, at: dueAt)) }
    }

    mutating func wait(_ index: Int, _ reason: String, _ turn: inout Turn) {
        tasks[index].status = .waiting
        tasks[index].reason = reason
        turn.output.tasks.append(tasks[index].ordinal)
    }

    private func approval(afterTask index: Int, _ work: AgentWork, _ now: Timestamp) -> Approval? {
        let task = tasks[index]
        if let policy = work.approval {
            let named = policy.artifacts.flatMap { artifacts(named: $0, from: task.scope) }
            return Approval(
                versions: (policy.artifacts.isEmpty ? made(by: task) : named).map(\.ordinal), policy: policy,
                dueAt: policy.timeoutMilliseconds.map { now + $0 })
        }
        guard options.checkpoints == .documents || options.checkpoints == .all else { return nil }
        let versions = made(by: task).map(\.ordinal)
        if versions.isEmpty, options.checkpoints == .documents { return nil }
        return Approval(versions: versions, policy: ApprovalPolicy())
    }

    /// The newest versions of the documents that the task made, or had amended.
    func made(by task: TaskState) -> [ArtifactVersion] {
        let makers = Set(tasks.lazy.filter { $0.amendment?.maker == task.ordinal }.map(\.ordinal)).union([task.ordinal])
        let keys = Set(artifacts.lazy.filter { makers.contains($0.task) }.map(\.name.key))
        return currentArtifacts.filter { keys.contains($0.name.key) && !$0.isExtra }
    }

    /// The documents in force that steps of the phase made.
    private func versions(of phase: Phase) -> [UInt32] {
        currentArtifacts.filter { version in
            !version.isExtra && task(version.task).map { plan.steps[$0.step].phase == phase } ?? false
        }.map(\.ordinal)
    }

    private func text(of approval: Approval, _ task: TaskState) -> String {
        let names = approval.versions.compactMap(artifactVersion).map { "\($0.name.text) (version \($0.version))" }
        let list = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        if let phase = approval.phase {
            let next = plan.steps[task.step].phase.rawValue
            return "Go on from \(phase.rawValue) to \(next)?" + (names.isEmpty ? "" : " It made \(list).")
        }
        return names.isEmpty ? "Approve what \(describe(task)) did?" : "Approve \(list)?"
    }

    // MARK: Answering

    /// Why this person can't give this answer; nil when it counts. What `by` asks for is the shell's to know.
    public func fault(
        inAnswer value: JSON, to decision: Decision, by client: String, _ words: AnswerWords = AnswerWords()
    ) -> String? {
        if let fault = decision.fault(in: value) { return fault }
        guard let approval = decision.approval else {
            return words.about == nil ? nil : "only an approval is about a document"
        }
        if words.document != nil, value.string != Decision.amend { return "a document goes with amend only" }
        switch value.string {
        case Decision.approve:
            if approval.votes.contains(where: { $0.by == client && $0.answer == Decision.approve }) {
                return "\(client) has approved it already, and \(approval.missing) more must"
            }
        case Decision.amend:
            if words.comment.isEmpty && words.document == nil { return "amend needs a comment, or an edited document" }
            if let about = words.about, version(of: about, in: approval) == nil {
                let names = approval.versions.compactMap(artifactVersion).map(\.name.text)
                return "\(about.text.prefix(80)) is not what is looked at: \(names.joined(separator: ", "))"
            }
            if author(for: decision, words.about) == nil {
                return "no step of this run made it: reject it, or approve it"
            }
        default: break
        }
        return nil
    }

    /// Everybody who wrote on what is looked at: agents, and people who edited it.
    public func authors(of approval: Approval) -> Set<String> {
        let keys = Set(approval.versions.compactMap(artifactVersion).map(\.name.key))
        let edited = decisions.lazy.flatMap { $0.approval?.votes ?? [] }
        var authors: Set<String> = []
        for version in artifacts where keys.contains(version.name.key) {
            if let vote = edited.first(where: { $0.version == version.ordinal }) {
                authors.insert(vote.by)
            } else if version.task == 0 {
                authors.insert(client)
            } else if let agent = task(version.task)?.dispatch?.agent {
                authors.insert(agent)
            }
        }
        return authors
    }

    private func version(of document: ArtifactName, in approval: Approval) -> ArtifactVersion? {
        approval.versions.compactMap(artifactVersion).first { $0.name.key == document.key }
    }

    /// The task whose step makes it again.
    private func author(for decision: Decision, _ document: ArtifactName?) -> TaskState? {
        guard let approval = decision.approval else { return nil }
        guard let phase = approval.phase else { return task(decision.task) }
        let versions = approval.versions.compactMap(artifactVersion)
        let chosen = document.flatMap { version(of: $0, in: approval) } ?? versions.max { $0.task < $1.task }
        let maker = chosen.flatMap { task($0.task) } ?? tasks.last { isDone($0, in: phase) }
        guard let maker else { return nil }
        return maker.amendment.flatMap { task($0.maker) } ?? maker
    }

    private func isDone(_ task: TaskState, in phase: Phase) -> Bool {
        let step = plan.steps[task.step]
        guard step.phase == phase, case .agent = step.kind else { return false }
        return task.status == .completed && task.dispatch != nil
    }

    mutating func vote(_ index: Int, _ answer: String, by client: String, _ words: AnswerWords, _ turn: inout Turn) {
        let ordinal = decisions[index].ordinal
        turn.output.decisions.append(ordinal)
        turn.output.effects.append(.decision(ordinal))
        let version = words.document.flatMap { edit($0, by: client, decisions[index], &turn) }
        decisions[index].approval!.votes.append(
            Approval.Vote(by: client, answer: answer, comment: words.comment, version: version, at: turn.now))
        let decision = decisions[index]
        let missing = decision.approval!.missing
        if answer == Decision.approve, missing > 0 {
            return turn.log(
                .answered(
                    decision: ordinal, name: decision.name, answer: .string(answer), by: client, comment: words.comment,
                    missing: missing))
        }
        decisions[index].status = .answered
        decisions[index].answer = .string(answer)
        decisions[index].answeredBy = client
        decisions[index].answeredAt = turn.now
        turn.log(
            .decided(
                decision: ordinal, name: decision.name, answer: .string(answer), by: client, comment: words.comment))
        switch answer {
        case Decision.approve: approve(decision, &turn)
        case Decision.amend: amend(decision, by: client, words, &turn)
        default: reject(decision, by: client, words.comment, &turn)
        }
        if status == .attention { settleStatus(&turn) }
    }

    private mutating func approve(_ decision: Decision, _ turn: inout Turn) {
        for index in tasks.indices where isWaiting(index, for: decision) {
            tasks[index].decision = 0
            tasks[index].reason = nil
            if decision.approval?.phase == nil { close(index, .completed, &turn) } else { consider(index, &turn) }
        }
    }

    private mutating func reject(_ decision: Decision, by client: String, _ comment: String, _ turn: inout Turn) {
        let reason = "\(decision.name) was rejected by \(client)" + (comment.isEmpty ? "" : ": \(comment)")
        for index in tasks.indices where isWaiting(index, for: decision) { fail(index, reason, &turn) }
        end(.failed, reason: reason, &turn)
    }

    func isWaiting(_ index: Int, for decision: Decision) -> Bool {
        tasks[index].decision == decision.ordinal && !tasks[index].status.isEnded
    }

    // MARK: Amending

    /// A person's version of a document; nil when it is as it was.
    private mutating func edit(
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

    private mutating func amend(_ decision: Decision, by client: String, _ words: AnswerWords, _ turn: inout Turn) {
        guard let approval = decision.approval, let maker = author(for: decision, words.about) else {
            preconditionFailure("an amendment that nobody can make")
        }
        for index in tasks.indices where isWaiting(index, for: decision) {
            wait(index, "waits for \(decision.name) to be amended", &turn)
        }
        begin(
            Amendment(
                decision: decision.ordinal, maker: maker.ordinal, by: client, feedback: words.comment,
                documents: amended(approval, maker, words.about)), &turn)
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

    /// Takes back amendments that nobody waits for any more.
    mutating func withdrawAmendments(_ turn: inout Turn) {
        guard !status.isFinal else { return }
        for ordinal in activations.amendments.sorted() {
            guard let index = index(ofTask: ordinal), let amendment = tasks[index].amendment else { continue }
            let isAwaited = tasks.contains { $0.decision == amendment.decision && !$0.status.isEnded }
            if !isAwaited { cancel(index, "nobody waits for it any more", &turn) }
        }
    }

    // MARK: Time

    func isDue(_ ordinal: UInt32) -> Bool {
        guard !status.isFinal, let decision = decision(ordinal), let approval = decision.approval else { return false }
        return decision.status == .open && approval.dueAt != nil && !approval.isOverdue
    }

    mutating func answerDue(_ ordinal: UInt32, _ turn: inout Turn) {
        let index = index(ofDecision: ordinal)!
        let policy = decisions[index].approval!.policy
        let words = AnswerWords(comment: "nobody answered in time")
        switch policy.onTimeout {
        case .approve:
            // It counts as everybody's.
            decisions[index].approval!.policy.quorum = 1
            vote(index, Decision.approve, by: "on_timeout", words, &turn)
        case .reject: vote(index, Decision.reject, by: "on_timeout", words, &turn)
        case .attention:
            decisions[index].approval!.isOverdue = true
            turn.output.decisions.append(ordinal)
            settleStatus(&turn)
            let step = task(decisions[index].task).map { plan.steps[$0.step].id } ?? ""
            turn.log(.attention(step: step, reason: "\(decisions[index].name): nobody answered in time"))
        }
    }
}

extension Step {
    /// Entering it enters its phase.
    var beginsWork: Bool {
        switch kind {
        case .agent, .guidance, .childRun: true
        case .block, .forEach, .loop, .review, .fixFlagged, .routes, .choice: false
        }
    }
}
