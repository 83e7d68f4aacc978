import BatonEngine
import BatonMessages
import BatonStore
import BatonWorkflow

/// Starting runs.
extension Coordinator {
    func start(_ request: StartRequest, client: String, now: Timestamp) throws -> Reply.Body {
        try requireRoom()
        guard let workflow = catalogue.find(request.workflow) else { throw unknownWorkflow(request.workflow) }
        if let refusal = catalogue.refusal(of: workflow.plan) { throw ReplyError(.invalidRequest, refusal) }
        var faults: [String] = []
        let facts = self.facts(request, of: workflow.plan, &faults)
        let inputs = self.inputs(request.inputs, of: workflow, &faults)
        faults += workflow.plan.faults(in: request.options.budget, "options.budget")
        faults += self.faults(in: request.options, of: workflow.plan)
        for document in request.artifacts {
            let size = document.bytes?.count ?? 0
            if size > settings.limits.artifactBytes { faults.append(tooLarge(document, size)) }
        }
        faults += workflow.plan.fileFaults(inNames: request.artifacts.map(\.name))
        guard faults.isEmpty else {
            throw ReplyError(.invalidInputs, "the start does not fit the workflow", reasons: faults)
        }
        let id = request.run ?? Identifier(run: makeSeed(), now: now)
        guard try isFree(id) else {
            throw ReplyError(.runExists, "there is a run \(id) already: choose another run_id")
        }
        if !batch.workflows.contains(where: { $0.plan.revision == workflow.plan.revision }) {
            batch.workflows.append(WorkflowRow(plan: workflow.plan, source: workflow.source, firstUsedAt: now))
        }
        var artifacts: [ArtifactContent] = []
        for document in request.artifacts {
            guard let bytes = document.bytes else { continue }
            let content = ArtifactContent(document, bytes)
            batch.blobs[content.digest] = bytes
            artifacts.append(content)
        }
        let start = RunStart(
            project: request.project ?? id.description, client: client, inputs: inputs, facts: facts,
            artifacts: artifacts, options: request.options)
        begin(id, workflow.plan, start, now: now)
        return .started(StartReply(run: id, workflow: workflow.plan.workflow, revision: workflow.plan.revision))
    }

    /// Refuses what would open a run too many.
    func requireRoom() throws {
        guard runs.count >= settings.limits.openRuns else { return }
        throw ReplyError(.busy, "\(runs.count) runs are open, which is the limit: wait until some have ended")
    }

    /// Puts a new run into the batch.
    func begin(_ id: Identifier, _ plan: Plan, _ start: RunStart, now: Timestamp) {
        runs[id] = OpenRun(RunState(id: id, plan: plan))
        var delta = RunDelta()
        delta.isNew = true
        batch.runs[id] = delta
        logger.info("run started", metadata: ["run": "\(id)", "workflow": "\(plan.workflow)"])
        apply(.started(start), to: id, now: now)
    }

    /// The facts of the start, with the path that it picks.
    private func facts(_ request: StartRequest, of plan: Plan, _ faults: inout [String]) -> JSON {
        guard let path = request.path else { return request.facts }
        guard let paths = plan.paths else {
            faults.append("path: the workflow has only one")
            return request.facts
        }
        guard paths.routes.contains(where: { $0.means(path) }) else {
            faults.append("path must be one of \(paths.routes.map(\.name).joined(separator: ", "))")
            return request.facts
        }
        var members = request.facts.object ?? [:]
        members["path"] = .string(path)
        return .object(members)
    }

    /// Whether no run has this identifier, or one whose tasks would have the same ones as this run's.
    func isFree(_ id: Identifier) throws -> Bool {
        guard try !store.hasRun(sharingIdentifiersWith: id) else { return false }
        return !batch.runs.contains { $0.value.isNew && $0.key.run == id.run }
    }

    private func unknownWorkflow(_ name: String) -> ReplyError {
        if let broken = catalogue.library.findBroken(name) {
            return ReplyError(
                .unknownWorkflow, "the file \(broken.file) cannot be run", reasons: broken.problems.map(\.description))
        }
        let known = catalogue.ids
        return ReplyError(
            .unknownWorkflow,
            "there is no workflow \"\(name)\"; known are: " + (known.isEmpty ? "none" : known.joined(separator: ", ")))
    }
}

extension Plan {
    /// Why the budget does not fit the plan.
    func faults(in budget: RunBudget, _ path: String) -> [String] {
        budget.steps.keys.compactMap { name in
            let key = ArtifactName.key(of: name)
            guard let step = steps.first(where: { ArtifactName.key(of: $0.id) == key }) else {
                return "\(path).steps.\(name.prefix(80)): the workflow has no such step"
            }
            switch step.kind {
            case .agent, .childRun: return nil
            default: return "\(path).steps.\(name): only a step that an agent or a workflow does can have a budget"
            }
        }
    }
}
