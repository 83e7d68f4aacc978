/// Runs of other workflows as steps of this one.
extension RunState {
    mutating func begin(_ child: ChildRun, _ index: Int, _ turn: inout Turn) {
        let ordinal = tasks[index].ordinal
        let bits = turn.seed.bits(at: UInt64(ordinal) << 32)
        let run = Identifier(run: Seed(high: bits.high, low: bits.low), now: turn.now)
        tasks[index].detail = .childRun(run)
        turn.log(.childStarted(step: plan.steps[tasks[index].step].id, run: run))
        turn.output.effects.append(.startChild(task: ordinal, run: run))
    }

    /// What the run begins with that a step stands for; nil: an expression for one of its inputs has no value.
    public func childStart(_ ordinal: UInt32) -> (workflow: String, start: RunStart)? {
        guard let task = task(ordinal), case .childRun(let child) = plan.steps[task.step].kind else { return nil }
        var inputs = self.inputs.object ?? [:]
        for (name, expression) in child.inputs.sorted(by: { $0.key < $1.key }) {
            guard case .value(let value) = expression.evaluate(in: FactsInScope(state: self, scope: task.scope)) else {
                return nil
            }
            inputs[name] = value
        }
        let context = context(of: AgentWork(roles: [], requires: child.requires), from: task.scope)
        let artifacts = context.map { version in
            ArtifactContent(
                name: ArtifactName(plainName(of: version)), digest: version.digest, size: version.size,
                mediaType: version.mediaType)
        }
        var options = options
        options.budget = budgetLeft
        options.traceparent = (options.traceparent ?? TraceParent(run: id)).at(id)
        return (
            child.workflow,
            RunStart(
                project: project, client: client, inputs: .object(inputs), artifacts: artifacts, options: options,
                parent: id.child(ordinal))
        )
    }

    mutating func endChild(_ report: ChildReport, _ turn: inout Turn) {
        let index = index(ofTask: report.task)!
        let scope = tasks[index].scope
        spend(report.usage, on: index, wallMilliseconds: turn.now - tasks[index].createdAt, &turn)
        guard report.status == .completed else {
            let reason = report.reason.map { ": \($0)" } ?? ""
            return fail(report.task, "run \(report.run) \(report.status.rawValue)\(reason)", &turn)
        }
        for artifact in report.artifacts {
            keep(
                artifact, scope: scope, task: report.task, role: "workflow", madeFrom: [], isExtra: false, &turn)
        }
        for (name, value) in report.facts.object ?? [:] {
            keep(Fact(name: name, scope: scope, value: value, origin: "run \(report.run)", task: report.task), &turn)
        }
        close(index, .completed, &turn)
    }

    /// What a run that stands for a step gives back to it.
    public func childReport(task: UInt32) -> ChildReport {
        let artifacts = currentArtifacts.filter { $0.task != 0 && !$0.isExtra }.map { version in
            ArtifactContent(
                name: version.name, digest: version.digest, size: version.size, mediaType: version.mediaType)
        }
        var named: JSON = [:]
        if case .object(var members) = named {
            for fact in facts(visibleFrom: "") where fact.origin != "start" { members[fact.name] = fact.value }
            named = .object(members)
        }
        return ChildReport(
            task: task, run: id, status: status, reason: reason, artifacts: status == .completed ? artifacts : [],
            facts: status == .completed ? named : [:], usage: spending.usage.isZero ? JSON?.none : spending.usage.json)
    }
}
