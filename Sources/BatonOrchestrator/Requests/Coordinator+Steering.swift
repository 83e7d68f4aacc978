import BatonEngine
import BatonMessages
import BatonStore

/// What people do to runs. Whatever is as it should be already is answered with `changed: false`.
extension Coordinator {
    func cancel(_ request: RunRequest, client: String, now: Timestamp) throws -> Reply.Body {
        let run = try steerable(request.run)
        return steer(run, .cancelled(by: client, reason: request.reason ?? ""), now: now)
    }

    func pause(_ request: RunRequest, client: String, now: Timestamp) throws -> Reply.Body {
        let run = try steerable(request.run)
        guard !run.status.isFinal else { throw hasEnded(run) }
        return steer(run, .paused(by: client, reason: request.reason ?? ""), now: now)
    }

    func resume(_ request: RunRequest, client: String, now: Timestamp) throws -> Reply.Body {
        let run = try steerable(request.run)
        guard !run.status.isFinal else { throw hasEnded(run) }
        guard let budget = request.budget, !budget.isEmpty else {
            if run.pause == nil, let stop = run.spending.stop {
                throw ReplyError(.notPossible, "nothing but a larger budget helps", reasons: [stop.text])
            }
            return steer(run, .resumed(by: client), now: now)
        }
        let raised = try raise(budget, of: run, client: client, now: now)
        return raised.pause == nil
            ? .steered(RunReply(run: run.id, status: raised.status, hasChanged: true))
            : steer(raised, .resumed(by: client), now: now)
    }

    /// Sets limits of a run's budget; gives the run as it is then.
    private func raise(_ budget: RunBudget, of run: RunState, client: String, now: Timestamp) throws -> RunState {
        let faults = run.plan.faults(in: budget, "budget")
        guard faults.isEmpty else {
            throw ReplyError(.invalidRequest, "the budget does not fit the workflow", reasons: faults)
        }
        _ = steer(run, .budgeted(budget, by: client), now: now)
        return runs[run.id]?.state ?? run
    }

    func retry(_ request: StepRequest, client: String, now: Timestamp) throws -> Reply.Body {
        var run = try steerable(request.run)
        guard run.status != .completed, run.status != .cancelled else { throw hasEnded(run) }
        let named = try run.tasks(named: request)
        try requireOpenable(run)
        if let budget = request.budget, !budget.isEmpty {
            run = try raise(budget, of: run, client: client, now: now)
        }
        guard let named else {
            // A run that failed is taken up where it was; one that goes on has what waits for help.
            let tasks = run.status == .failed ? [] : run.tasks.filter(run.canRetry).filter { $0.status == .attention }
            if run.status != .failed && tasks.isEmpty {
                if request.budget != nil {
                    return .steered(RunReply(run: run.id, status: run.status, hasChanged: true))
                }
                return try nothingToRetry(in: run)
            }
            try requireBudget(run, tasks)
            return steer(run, .retried(tasks: tasks.map(\.ordinal), by: client), tasks, now: now)
        }
        let tasks = named.filter(run.canRetry)
        guard !tasks.isEmpty else {
            if named.contains(where: { !$0.status.isEnded && $0.decision == 0 }) { return unchanged(run) }
            throw notPossible("tried again", named, in: run)
        }
        try requireBudget(run, tasks)
        return steer(run, .retried(tasks: tasks.map(\.ordinal), by: client), tasks, now: now)
    }

    /// What has used up its budget would need help again at once.
    private func requireBudget(_ run: RunState, _ tasks: [TaskState]) throws {
        let over = tasks.filter(run.isOverBudget)
        guard !over.isEmpty else { return }
        throw ReplyError(
            .notPossible, "nothing but a larger budget helps",
            reasons: over.prefix(WireLimits.reasonsPerFault).map { "\(run.describe($0)): \($0.reason ?? "")" })
    }

    func skip(_ request: StepRequest, client: String, now: Timestamp) throws -> Reply.Body {
        let run = try steerable(request.run)
        guard let named = try run.tasks(named: request) else { throw stepIsMissing }
        guard let task = try run.one(of: named.filter(run.canSkip)) else {
            if named.contains(where: { $0.status == .skipped }) { return unchanged(run) }
            if run.status.isFinal, run.status != .failed { throw hasEnded(run) }
            throw notPossible("skipped", named, in: run)
        }
        try requireOpenable(run)
        let event = RunEvent.skipped(task: task.ordinal, by: client, reason: request.reason ?? "")
        return steer(run, event, [task], now: now)
    }

    func fail(_ request: StepRequest, client: String, now: Timestamp) throws -> Reply.Body {
        let run = try steerable(request.run)
        let reason = request.reason ?? ""
        guard let named = try run.tasks(named: request) else {
            guard !run.status.isFinal || run.status == .failed else { throw hasEnded(run) }
            return steer(run, .failed(task: nil, by: client, reason: reason), now: now)
        }
        guard let task = try run.one(of: named.filter { !run.status.isFinal && !$0.status.isEnded }) else {
            if named.contains(where: { $0.status == .failed }) { return unchanged(run) }
            throw notPossible("failed", named, in: run)
        }
        return steer(run, .failed(task: task.ordinal, by: client, reason: reason), [task], now: now)
    }

    // MARK: Parts

    func steerable(_ id: Identifier) throws -> RunState {
        guard let run = try run(id) else { throw unknownRun(id) }
        return run
    }

    /// Refuses to take up a run that has ended and that others have gone on without, or that would be one too many.
    func requireOpenable(_ run: RunState) throws {
        guard run.status.isFinal else { return }
        if let parent = run.parent {
            throw ReplyError(
                .notPossible, "run \(run.id) was a step of another run (task \(parent)), which has gone on: see there")
        }
        try requireRoom()
    }

    /// Applies the event if it can happen; a run that has ended is taken into memory again.
    func steer(
        _ run: RunState, _ event: RunEvent, _ tasks: [TaskState] = [], now: Timestamp
    ) -> Reply.Body {
        guard run.accepts(event) else { return unchanged(run) }
        if runs[run.id] == nil {
            runs[run.id] = ended.remove(run.id) ?? OpenRun(run)
            logger.info("run taken up again", metadata: ["run": "\(run.id)"])
        }
        apply(event, to: run.id, now: now)
        return .steered(
            RunReply(
                run: run.id, status: runs[run.id]!.state.status, hasChanged: true,
                steps: tasks.prefix(WireLimits.reasonsPerFault).map(run.describe)))
    }

    private func unchanged(_ run: RunState) -> Reply.Body {
        .steered(RunReply(run: run.id, status: run.status, hasChanged: false))
    }

    private func nothingToRetry(in run: RunState) throws -> Reply.Body {
        let stuck = run.openChildRuns.filter { runs[$0]?.state.status == .attention }
        if !stuck.isEmpty {
            throw ReplyError(
                .notPossible, "what waits for help is in runs that are steps of this one: retry those",
                reasons: stuck.prefix(WireLimits.reasonsPerFault).map { "run \($0)" })
        }
        if let stop = run.spending.stop {
            throw ReplyError(.notPossible, "nothing but a larger budget helps", reasons: [stop.text])
        }
        let asked = run.decisions.filter { $0.status == .open && $0.kind != .fact }
        if run.status == .attention, !asked.isEmpty {
            throw ReplyError(
                .notPossible, "the run waits for answers, which nothing but an answer helps",
                reasons: asked.prefix(WireLimits.reasonsPerFault).map(\.name))
        }
        return unchanged(run)
    }

    private var stepIsMissing: ReplyError {
        ReplyError(.invalidRequest, "the request can't be carried out as it is", reasons: ["step is missing"])
    }

    func hasEnded(_ run: RunState) -> ReplyError {
        ReplyError(.notPossible, "run \(run.id) is \(run.status.rawValue), for good")
    }

    private func notPossible(_ done: String, _ tasks: [TaskState], in run: RunState) -> ReplyError {
        ReplyError(
            .notPossible, "as the run stands, the step can't be \(done)",
            reasons: tasks.suffix(WireLimits.reasonsPerFault).map { task in
                let why = task.decision == 0 ? task.status.rawValue : "waiting for an answer"
                return "\(run.describe(task)) is \(why)"
                    + (task.status == .failed ? ", and the run has gone on without it" : "")
            })
    }
}

extension RunState {
    /// The activations that a request means, in their order; nil: it names none.
    fileprivate func tasks(named request: StepRequest) throws -> [TaskState]? {
        if let id = request.task {
            guard let task = task(id.ordinal), self.id.child(id.ordinal) == id else {
                throw ReplyError(.unknownStep, "run \(self.id) has no task \(id)")
            }
            return [task]
        }
        guard let name = request.step else { return nil }
        let key = ArtifactName.key(of: name)
        guard let step = plan.steps.firstIndex(where: { ArtifactName.key(of: $0.id) == key }) else {
            throw ReplyError(.unknownStep, "the workflow of run \(id) has no step \(name)")
        }
        let named = tasks.filter { $0.step == step && (request.item == nil || request.item == $0.scope) }
        guard !named.isEmpty else {
            let item = request.item.map { " of \($0)" } ?? ""
            throw ReplyError(.unknownStep, "run \(id) has not got to \(plan.steps[step].id)\(item)")
        }
        return named
    }

    /// The only one; nil if there is none.
    fileprivate func one(of tasks: [TaskState]) throws -> TaskState? {
        guard tasks.count > 1 else { return tasks.first }
        throw ReplyError(
            .unknownStep, "the step is there for several items: say which with item",
            reasons: tasks.prefix(WireLimits.reasonsPerFault).map(\.scope))
    }
}
