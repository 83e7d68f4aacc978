/// What a person does about a step that came to nothing: has it tried again, does without it, or lets it fail.
///
/// | activation | retried | skipped | failed |
/// |---|---|---|---|
/// | waiting, running | – | its agent is told, what holds it goes on | the same, as its `on_failure` says |
/// | attention | begins with a fresh set of attempts | the same | the same |
/// | failed, cancelled | opened again, with what holds it | opened again, and skipped | – |
///
/// What failed can only be opened while what holds it has not gone on without it: up to something that is open, or to
/// the run itself when it failed. What was cancelled along with it is opened, too.
extension RunState {
    // MARK: What is possible

    /// Whether a person can have the activation tried again.
    public func canRetry(_ task: TaskState) -> Bool {
        switch task.status {
        case .attention: !status.isFinal && task.decision == 0
        case .failed: canReopen(task)
        default: false
        }
    }

    /// Whether a person can do without the activation.
    public func canSkip(_ task: TaskState) -> Bool {
        task.status == .failed ? canReopen(task) : !status.isFinal && !task.status.isEnded
    }

    /// Whether nothing has gone on without what failed.
    private func canReopen(_ task: TaskState) -> Bool {
        // Nothing waits for what is made again; it can be asked for anew.
        if task.isBesideTree { return false }
        var next = task.parent
        while let holder = self.task(next) {
            switch holder.status {
            case .failed, .cancelled: next = holder.parent
            case .completed, .skipped, .provided: return false
            case .pending, .waiting, .running, .attention: return !status.isFinal
            }
        }
        return status == .failed
    }

    func accepts(retrying tasks: [UInt32]) -> Bool {
        // Without a task: everything that a failed run was at.
        if tasks.isEmpty { return status == .failed }
        return tasks.allSatisfy { task($0).map(canRetry) ?? false }
    }

    // MARK: What is done

    mutating func retry(_ tasks: [UInt32], _ turn: inout Turn) {
        var reviving = Reviving(chosen: Set(tasks))
        reopen(tasks, &reviving, &turn)
    }

    mutating func skip(_ ordinal: UInt32, by client: String, reason: String, _ turn: inout Turn) {
        let index = index(ofTask: ordinal)!
        let text = "skipped by \(client)" + (reason.isEmpty ? "" : ": \(reason)")
        if tasks[index].status.isEnded {
            var reviving = Reviving(chosen: [ordinal], skipped: (ordinal, text))
            return reopen([ordinal], &reviving, &turn)
        }
        giveUp(index, text, &turn)
        skip(index, text, &turn)
        settleAfterHelp(&turn)
    }

    /// Without a task the run itself fails.
    mutating func fail(_ ordinal: UInt32?, by client: String, reason: String, _ turn: inout Turn) {
        let text = "failed by \(client)" + (reason.isEmpty ? "" : ": \(reason)")
        guard let ordinal else { return end(.failed, reason: text, &turn) }
        let index = index(ofTask: ordinal)!
        let step = plan.steps[tasks[index].step]
        var policy = step.onFailure
        if case .agent(let work) = step.kind { policy = work.onFailure }
        giveUp(index, text, &turn)
        switch policy {
        case .skip: skip(index, text, &turn)
        // The person who would be asked has decided.
        case .fail, .attention: fail(index, text, &turn)
        }
        settleAfterHelp(&turn)
    }

    /// Takes back what the activation has out, and ends what it holds.
    private mutating func giveUp(_ index: Int, _ reason: String, _ turn: inout Turn) {
        cancelChildren(of: tasks[index].ordinal, reason, &turn)
        takeBack(index, reason, &turn)
        tasks[index].decision = 0
    }

    private mutating func settleAfterHelp(_ turn: inout Turn) {
        withdrawDecisions(&turn)
        if status == .attention { settleStatus(&turn) }
    }

    // MARK: Opening again

    /// Which of the activations that failed are opened.
    private struct Reviving {
        /// With all that failed below them; empty: everything.
        let chosen: Set<UInt32>
        /// Those that hold what was chosen.
        var holders: Set<UInt32> = []
        /// One that is skipped in place of being tried again, and why.
        var skipped: (task: UInt32, reason: String)?

        init(chosen: Set<UInt32>, skipped: (task: UInt32, reason: String)? = nil) {
            self.chosen = chosen
            self.skipped = skipped
        }
    }

    private mutating func reopen(_ tasks: [UInt32], _ reviving: inout Reviving, _ turn: inout Turn) {
        var tops: [UInt32] = []
        for task in tasks {
            var top = task
            var next: UInt32? = self.task(task)?.parent
            while let holder = next.flatMap({ self.task($0) }) {
                if self.task(top)?.status.isEnded == true { top = holder.ordinal }
                reviving.holders.insert(holder.ordinal)
                next = holder.parent
            }
            tops.append(top)
        }
        if status == .failed {
            status = .running
            endedAt = nil
            tops = [0]
        }
        // What is chosen twice, or below something that is chosen, is opened once.
        for top in tops where top == 0 || self.task(top).map({ !isOpenBelowChoice($0, reviving) }) ?? false {
            revive(top, all: reviving.chosen.isEmpty || reviving.chosen.contains(top), reviving, &turn)
        }
        settleStatus(&turn)
    }

    /// Whether the activation was chosen, and has been opened since.
    private func isOpenBelowChoice(_ task: TaskState, _ reviving: Reviving) -> Bool {
        reviving.chosen.contains(task.ordinal) && task.status != .attention && !task.status.isEnded
    }

    private mutating func revive(_ ordinal: UInt32, all: Bool, _ reviving: Reviving, _ turn: inout Turn) {
        var kind = Step.Kind.block(plan.body)
        if let index = index(ofTask: ordinal) {
            kind = plan.steps[tasks[index].step].kind
            open(index, &turn)
            if let (task, reason) = reviving.skipped, task == ordinal { return skip(index, reason, &turn) }
            guard kind.holdsActivations else { return beginAgain(index, kind, &turn) }
            guard tasks[index].decision == 0 else { return }
            tasks[index].status = .running
        }
        let children = activations.children(of: ordinal)
        var untouched: [UInt32] = []
        for child in children.ordinals {
            guard let task = task(child), task.status.isEnded else { continue }
            let isChosen = all || reviving.chosen.contains(child)
            switch task.status {
            case .failed where isChosen || reviving.holders.contains(child), .cancelled:
                revive(child, all: isChosen, reviving, &turn)
            default: untouched.append(child)
            }
        }
        goOn(ordinal, kind, untouched, of: children.ordinals, &turn)
    }

    /// What an activation was about to do when it was cancelled is found out anew.
    private mutating func goOn(
        _ ordinal: UInt32, _ kind: Step.Kind, _ untouched: [UInt32], of children: [UInt32], _ turn: inout Turn
    ) {
        if children.isEmpty {
            if let index = index(ofTask: ordinal) { consider(index, &turn) }
        } else if case .block(.dataflow) = kind {
            for child in untouched { turn.signal(.ended(child)) }
        } else if untouched.count == children.count, let last = children.last {
            turn.signal(.ended(last))
        }
    }

    /// Opens an activation that has ended.
    private mutating func open(_ index: Int, _ turn: inout Turn) {
        if tasks[index].status.isEnded {
            activations.reopen(tasks[index])
            // A result that was accepted stays so: it is looked at again.
            let hasResult = tasks[index].summary != nil
            if tasks[index].status == .cancelled, !hasResult, let dispatch = tasks[index].dispatch {
                turn.output.attempts.append(
                    AttemptRecord(
                        task: tasks[index].ordinal, attempt: tasks[index].attempt, agent: dispatch.agent,
                        lease: dispatch.lease, sentAt: dispatch.sentAt, endedAt: tasks[index].endedAt ?? turn.now,
                        outcome: .cancelled, message: tasks[index].reason ?? ""))
                tasks[index].idempotencyKey = nextOrdinal()
            }
            tasks[index].status = .waiting
            tasks[index].endedAt = nil
            tasks[index].endedSequence = 0
            if !hasResult { tasks[index].dispatch = nil }
        }
        if tasks[index].decision == 0 { tasks[index].reason = nil }
        turn.output.tasks.append(tasks[index].ordinal)
    }

    /// Begins a step again that holds no others.
    private mutating func beginAgain(_ index: Int, _ kind: Step.Kind, _ turn: inout Turn) {
        let ordinal = tasks[index].ordinal
        tasks[index].status = .waiting
        tasks[index].attemptsBefore = tasks[index].attempt
        switch kind {
        case .agent where tasks[index].summary != nil:
            finish(index, talkingOver: sectionsLeft(of: tasks[index]), &turn)
        case .agent where tasks[index].handoff != 0:
            if handoffs[ordinal] == nil { handOver(index, &turn) }
            turn.log(.stepReady(step: plan.steps[tasks[index].step].id, task: ordinal))
            turn.output.effects.append(.ready(task: ordinal))
        case .childRun(let child) where tasks[index].detail != nil:
            tasks[index].status = .running
            begin(child, index, &turn)
        default: consider(index, &turn)
        }
    }
}

extension Step.Kind {
    /// Its activations hold those of other elements.
    fileprivate var holdsActivations: Bool {
        switch self {
        case .agent, .guidance, .childRun: false
        case .block, .forEach, .loop, .review, .fixFlagged, .routes, .choice: true
        }
    }
}
