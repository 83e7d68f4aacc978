/// What a run uses, and what it may use.
///
/// A limit of the run that is reached holds it as a pause does: what is out may finish and counts, nothing more is
/// given out, and the run needs a person, who raises the limit. Nobody is asked when all is done by then. A step's
/// limit is looked at before a task of it is given out; then the task needs a person, and the other branches go on.
/// What a step has left of its time bounds each attempt.
extension RunState {
    /// Counts what an attempt took.
    mutating func spend(_ reported: JSON?, on index: Int, wallMilliseconds: Int64, _ turn: inout Turn) {
        tasks[index].spentMilliseconds += max(0, wallMilliseconds)
        let usage = Usage(reported)
        if usage.isZero { return }
        tasks[index].usage += usage
        spending.usage += usage
        turn.output.headerChanged = true
    }

    /// When the run's time will be used up; nil: never, or not while it stands as it does.
    public var timeDueAt: Timestamp? {
        guard !status.isFinal, let limit = options.budget.run.wallMilliseconds, let since = spending.since else {
            return nil
        }
        return since + max(0, limit - spending.elapsedMilliseconds)
    }

    /// What is left of the run's budget for a run that is a step of it.
    var budgetLeft: RunBudget {
        let limits = options.budget.run
        let wall = spending.wallMilliseconds(at: updatedAt)
        return RunBudget(
            run: RunBudget.Limits(
                tokens: limits.tokens.map { max(1, $0 - spending.usage.tokens) },
                costMillionths: limits.costMillionths.map { max(1, $0 - spending.usage.costMillionths) },
                wallMilliseconds: limits.wallMilliseconds.map { max(1, $0 - wall) }))
    }

    /// What all attempts at a step took, over all of its activations.
    public func usage(ofStep step: Int) -> (usage: Usage, wallMilliseconds: Int64) {
        var sum = Usage()
        var wall: Int64 = 0
        for task in tasks where task.step == step {
            sum += task.usage
            wall += task.spentMilliseconds
        }
        return (sum, wall)
    }

    /// What conditions read as `facts.usage`; `wall_time` is how long the run has been going, in seconds.
    public var usageFact: JSON {
        guard case .object(var members) = spending.usage.json else { return [:] }
        members["wall_time"] = .double(Double(spending.wallMilliseconds(at: updatedAt)) / 1000)
        return .object(members)
    }

    // MARK: Limits

    mutating func raise(_ budget: RunBudget, _ turn: inout Turn) {
        options.budget.take(budget)
        turn.output.headerChanged = true
    }

    /// At the end of each turn: holds what has used up its budget, lets go what has not any more, and keeps the time.
    mutating func keepToBudget(before dueBefore: Timestamp?, _ turn: inout Turn) {
        if !status.isFinal {
            holdSteps(&turn)
            holdRun(&turn)
        }
        let runs = !status.isFinal && pause == nil && spending.stop == nil
        if runs != (spending.since != nil) {
            spending.setClock(running: runs, at: turn.now)
            turn.output.headerChanged = true
        }
        if let due = timeDueAt, due != dueBefore { turn.output.effects.append(.wakeRun(at: due)) }
    }

    private mutating func holdRun(_ turn: inout Turn) {
        let wall = spending.wallMilliseconds(at: turn.now)
        guard let (limit, most, used) = options.budget.run.reached(spending.usage, wallMilliseconds: wall) else {
            guard spending.stop != nil else { return }
            spending.stop = nil
            settleStatus(&turn)
            if pause == nil { letGo(&turn) }
            return
        }
        let text =
            "the run's budget is used up: \(Self.text(used, limit)) of \(Self.text(most, limit)). Raise it to go on: "
            + "baton resume \(id) --budget \(Self.raised(limit, most, used))"
        guard spending.stop?.text != text else { return }
        let wasHeld = spending.stop != nil || pause != nil
        spending.stop = Spending.Stop(limit: limit, text: text)
        settleStatus(&turn)
        turn.log(.budgetReached(limit: limit.rawValue, reason: text))
        if !wasHeld { hold(text, &turn) }
    }

    private mutating func hold(_ reason: String, _ turn: inout Turn) {
        turn.output.effects.append(.pause)
        for run in openChildRuns { turn.output.effects.append(.pauseChild(run: run, reason: reason)) }
    }

    private mutating func letGo(_ turn: inout Turn) {
        turn.output.effects.append(.resume)
        for run in openChildRuns { turn.output.effects.append(.resumeChild(run: run)) }
    }

    private mutating func holdSteps(_ turn: inout Turn) {
        for (name, limits) in options.budget.steps where !limits.isEmpty {
            let key = ArtifactName.key(of: name)
            guard let step = plan.steps.firstIndex(where: { ArtifactName.key(of: $0.id) == key }) else { continue }
            let (usage, wall) = usage(ofStep: step)
            guard let (limit, most, used) = limits.reached(usage, wallMilliseconds: wall) else { continue }
            for index in tasks.indices where tasks[index].step == step && tasks[index].isReady {
                let ordinal = tasks[index].ordinal
                turn.output.effects.removeAll { $0 == .ready(task: ordinal) }
                takeBack(index, "the step's budget is used up", &turn)
                let id = plan.steps[step].id
                needAttention(
                    index,
                    "the step's budget is used up: \(Self.text(used, limit)) of \(Self.text(most, limit)). Raise it to "
                        + "go on: baton retry \(self.id) \(id) --budget \(id).\(Self.raised(limit, most, used))", &turn)
            }
        }
    }

    /// How long an attempt at the task may take: the timeout of its step, or what is left of the step's time, if that
    /// is less; nil: as long as it likes. Activations side by side may each take what is left.
    public func timeoutMilliseconds(of task: TaskState) -> Int64? {
        let step = plan.steps[task.step]
        guard case .agent(let work) = step.kind else { return nil }
        guard let most = options.budget.limits(of: step.id)?.wallMilliseconds else { return work.timeoutMilliseconds }
        let left = max(1, most - usage(ofStep: task.step).wallMilliseconds)
        return min(left, work.timeoutMilliseconds ?? left)
    }

    /// Why nobody can have the task tried again as it is.
    public func isOverBudget(_ task: TaskState) -> Bool {
        guard let limits = options.budget.limits(of: plan.steps[task.step].id) else { return false }
        let (usage, wall) = usage(ofStep: task.step)
        return limits.reached(usage, wallMilliseconds: wall) != nil
    }

    // MARK: Words

    private static func text(_ amount: Int64, _ limit: RunBudget.Limit) -> String {
        switch limit {
        case .tokens: "\(amount) tokens"
        case .cost: "\(decimal(amount, 1_000_000)) of cost"
        case .wallTime: "\(decimal(amount, 1000)) s of time"
        }
    }

    /// Twice the limit, or enough for half as much again as was used.
    private static func raised(_ limit: RunBudget.Limit, _ most: Int64, _ used: Int64) -> String {
        let next = min(max(most, used) * 2, Usage.maxCount)
        return switch limit {
        case .tokens: "tokens=\(next)"
        case .cost: "cost=\(decimal(next, 1_000_000))"
        case .wallTime: "wall_time=\(decimal(next, 1000))"
        }
    }

    /// Whole numbers without a point.
    private static func decimal(_ amount: Int64, _ unit: Int64) -> String {
        amount % unit == 0 ? "\(amount / unit)" : "\(Double(amount) / Double(unit))"
    }
}

extension TaskState {
    /// It waits for nothing but an agent.
    fileprivate var isReady: Bool { status == .waiting && decision == 0 && retryAt == nil }
}
