/// Holding a run at a checkpoint until people are content with what was made.
///
/// A task whose result has been accepted stays open, waiting for its approval; so does one that would begin a phase
/// while the phase before it is to be approved. An answer of
/// - `approve` lets them go on, when as many people have given it as are needed,
/// - `reject` ends the run, which has failed; `retry` opens it again, and it is asked again,
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
        case (.answered, .string(Decision.amend)) where isBeingAmended(earlier!):
            // The author is at it.
            tasks[index].decision = earlier!.ordinal
            wait(index, "waits for \(earlier!.name) to be amended", &turn)
        default:
            let approval = Approval(versions: versions(of: phase), policy: ApprovalPolicy(), phase: phase)
            askApproval(approval, [index], reporter: 0, scope: "", &turn)
        }
        return true
    }

    mutating func askApproval(
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
        if let policy = work.approval, !policy.isOptional || options.checkpoints.includesSteps {
            let named = policy.artifacts.flatMap { artifacts(named: $0, from: task.scope) }
            return Approval(
                versions: (policy.artifacts.isEmpty ? made(by: task) : named).map(\.ordinal), policy: policy,
                dueAt: policy.timeoutMilliseconds.map { now + $0 })
        }
        guard options.checkpoints.includesDocuments else { return nil }
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
    func versions(of phase: Phase) -> [UInt32] {
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
        if words.document != nil, value.string != Decision.amend, value.string != Decision.feedback {
            return "a document goes with \(approval.sections.isEmpty ? Decision.amend : Decision.feedback) only"
        }
        switch value.string {
        case Decision.approve:
            if approval.votes.contains(where: { $0.by == client && $0.answer == Decision.approve }) {
                return "\(client) has approved it already, and \(approval.missing) more must"
            }
        case Decision.amend, Decision.feedback:
            if words.comment.isEmpty && words.document == nil {
                return "\(value.string!) needs a comment, or an edited document"
            }
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
        return Set(artifacts.lazy.filter { keys.contains($0.name.key) }.compactMap(author))
    }

    /// The agent that made the version, or the person; nil when a run that stood for a step brought it.
    public func author(of version: ArtifactVersion) -> String? {
        if version.task == 0 { return client }
        guard version.role == "user" else { return index(ofTask: version.task).flatMap { tasks[$0].dispatch?.agent } }
        return decisions.lazy.flatMap { $0.approval?.votes ?? [] }.first { $0.version == version.ordinal }?.by
    }

    /// What people answered when they looked at that version.
    public func votes(on version: UInt32) -> [Approval.Vote] {
        decisions.compactMap(\.approval).filter { $0.versions.contains(version) }.flatMap(\.votes)
    }

    func version(of document: ArtifactName, in approval: Approval) -> ArtifactVersion? {
        approval.versions.compactMap(artifactVersion).first { $0.name.key == document.key }
    }

    /// The task whose step makes it again.
    func author(for decision: Decision, _ document: ArtifactName?) -> TaskState? {
        guard let approval = decision.approval else { return nil }
        guard let phase = approval.phase else { return task(decision.task) }
        let versions = approval.versions.compactMap(artifactVersion)
        // What a run that stands for a step brought has no author here.
        let makers = versions.filter { $0.name.key == document?.key || document == nil }.compactMap { task($0.task) }
        let latest = makers.filter { work(of: $0) != nil }.max { $0.ordinal < $1.ordinal }
        guard let maker = latest ?? (document == nil ? tasks.last { isDone($0, in: phase) } : nil) else { return nil }
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
        case Decision.proceed: proceed(decision, &turn)
        case Decision.amend, Decision.feedback: amend(decision, by: client, words, &turn)
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
