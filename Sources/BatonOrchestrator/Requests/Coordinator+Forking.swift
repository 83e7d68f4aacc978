import BatonEngine
import BatonMessages
import BatonStore

/// Forks: runs that begin with what another run had done before one of its steps.
extension Coordinator {
    func fork(_ request: ForkRequest, client: String, now: Timestamp) throws -> Reply.Body {
        try requireRoom()
        guard let source = try run(request.source) else { throw unknownRun(request.source) }
        let plan = source.plan
        if let workflows = access?.client(client)?.workflows, !workflows.contains(plan.workflow) {
            let reason = "\(client) may not start \(plan.workflow)"
            report(client, reason)
            throw ReplyError(.notAllowed, reason)
        }
        if let refusal = catalogue.refusal(of: plan) { throw ReplyError(.invalidRequest, refusal) }
        let id = request.run ?? Identifier(run: makeSeed(), now: now)
        guard try isFree(id) else {
            throw ReplyError(.runExists, "there is a run \(id) already: choose another run_id")
        }
        let cut = try cut(request, source)
        guard case .started(let old)? = (cut.before.first?.event ?? cut.event) as RunEvent? else {
            throw ReplyError(.internal, "the history of run \(source.id) does not begin with its start")
        }
        var start = old
        start.client = client
        start.parent = nil
        start.project = request.project ?? (old.project == source.id.description ? id.description : old.project)
        let step = plan.steps[try index(of: request.step, in: plan)].id
        var origin = RunFork(run: source.id, step: step, facts: request.facts, leftAt: cut.at, by: client)
        guard !cut.before.isEmpty else {
            begin(id, plan, start, now: now)
            origin.facts = [:]
            if runs[id]?.state.accepts(.forked(origin)) == true { apply(.forked(origin), to: id, now: now) }
            return reply(id, plan)
        }
        origin.keeping = cut.event.attemptedTask
        carry(
            [RunInput(now: cut.before[0].now, seed: cut.before[0].seed, event: .started(start))]
                + cut.before.dropFirst(), to: id, plan)
        logger.info(
            "run forked", metadata: ["run": "\(id)", "from": "\(source.id)", "workflow": "\(plan.workflow)"])
        apply(.forked(origin), to: id, now: now)
        // The facts may have led there by themselves.
        if runs[id]?.state.accepts(cut.event) == true { apply(cut.event, to: id, now: now) }
        guard let run = runs[id]?.state, !run.status.isFinal else { return reply(id, plan) }
        resumeWork(of: run, now: now)
        for decision in run.decisions where decision.status == .open {
            progress.changed(decision: id.child(decision.ordinal), of: id)
        }
        return reply(id, plan)
    }

    private func reply(_ id: Identifier, _ plan: Plan) -> Reply.Body {
        .started(StartReply(run: id, workflow: plan.workflow, revision: plan.revision))
    }

    private func index(of name: String, in plan: Plan) throws -> Int {
        let key = ArtifactName.key(of: name)
        guard let index = plan.steps.firstIndex(where: { ArtifactName.key(of: $0.id) == key }) else {
            throw ReplyError(.unknownStep, "the workflow \(plan.workflow) has no step \(name.prefix(80))")
        }
        return index
    }

    private func cut(_ request: ForkRequest, _ source: RunState) throws -> RunState.Cut {
        let step = try index(of: request.step, in: source.plan)
        let events = batch.runs[source.id]?.events ?? []
        let history = try store.inputs(of: source.id) + events.map { try $0.restored() }
        let cut = RunState.cut(
            history, of: source.id, source.plan, at: step, scope: request.item, with: request.facts)
        guard let cut else {
            let item = request.item.map { " of \($0)" } ?? ""
            throw ReplyError(
                .notPossible, "run \(source.id) has not reached the step \(request.step)\(item): nothing to begin from")
        }
        var state = RunState(id: source.id, plan: source.plan)
        for input in cut.before { _ = state.apply(input) }
        let inner = state.tasks.first { task in
            guard case .childRun? = task.detail else { return false }
            return task.status == .running
        }
        if let inner, cut.event.childTask != inner.ordinal {
            throw ReplyError(
                .notPossible,
                "when run \(source.id) reached \(request.step), the run of its step "
                    + "\(source.plan.steps[inner.step].id) was going on: fork from that step, or from a later one")
        }
        return cut
    }

    /// Puts a new run into the batch that has this history; nothing of it is carried out again.
    private func carry(_ history: [RunInput], to id: Identifier, _ plan: Plan) {
        let run = OpenRun(RunState(id: id, plan: plan))
        runs[id] = run
        var delta = RunDelta()
        delta.isNew = true
        for input in history {
            let output = run.state.apply(input)
            delta.add(output, EventRow(input, output, of: run.state), of: run.state)
        }
        batch.runs[id] = delta
        progress.changed(id)
    }
}

extension RunEvent {
    fileprivate var childTask: UInt32? {
        guard case .childEnded(let report) = self else { return nil }
        return report.task
    }
}
