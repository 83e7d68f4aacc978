import BatonEngine
import BatonMessages
import BatonStore
import BatonWorkflow

/// Runs that stand for steps of other runs.
extension Coordinator {
    /// How deep runs may stand for steps of runs.
    private static let maxDepth = 8

    func startChild(_ id: Identifier, for task: Identifier, now: Timestamp) {
        func refuse(_ reason: String) {
            let report = ChildReport(task: task.ordinal, run: id, status: .failed, reason: reason)
            apply(.childEnded(report), to: task.run(among: runs), now: now)
        }
        let parent = task.run(among: runs)
        guard let (name, start) = runs[parent]?.state.childStart(task.ordinal) else {
            return refuse("an input of the workflow has no value")
        }
        guard depth(of: parent) < Self.maxDepth else {
            return refuse("workflows stand for steps of workflows more than \(Self.maxDepth) deep")
        }
        guard let workflow = catalogue.find(name) else { return refuse("there is no workflow \(name)") }
        if let refusal = catalogue.refusal(of: workflow.plan) { return refuse(refusal) }
        if !batch.workflows.contains(where: { $0.plan.revision == workflow.plan.revision }) {
            batch.workflows.append(WorkflowRow(plan: workflow.plan, source: workflow.source, firstUsedAt: now))
        }
        begin(id, workflow.plan, start, now: now)
        if let state = runs[parent]?.state, state.isHeld {
            pauseChild(id, reason: state.pause?.reason ?? state.spending.stop?.text ?? "", of: parent, now: now)
        }
    }

    /// A run waits with the one that it is a step of.
    func pauseChild(_ id: Identifier, reason: String, of parent: Identifier, now: Timestamp) {
        let event = RunEvent.paused(by: Pause.name(ofRun: parent), reason: reason)
        guard runs[id]?.state.accepts(event) == true else { return }
        apply(event, to: id, now: now)
    }

    /// It goes on with it, unless somebody paused it by itself.
    func resumeChild(_ id: Identifier, of parent: Identifier, now: Timestamp) {
        let name = Pause.name(ofRun: parent)
        guard runs[id]?.state.pause?.client == name else { return }
        apply(.resumed(by: name), to: id, now: now)
    }

    func cancelChild(_ id: Identifier, reason: String, of parent: Identifier, now: Timestamp) {
        let event = RunEvent.cancelled(by: Pause.name(ofRun: parent), reason: reason)
        guard runs[id]?.state.accepts(event) == true else { return }
        apply(event, to: id, now: now)
    }

    /// A run has ended: the step that it stood for ends with it.
    func tellParent(of id: Identifier, now: Timestamp) {
        guard let run = runs[id]?.state, let task = run.parent else { return }
        let parent = task.run(among: runs)
        let event = RunEvent.childEnded(run.childReport(task: task.ordinal))
        guard runs[parent]?.state.accepts(event) == true else { return }
        apply(event, to: parent, now: now)
    }

    private func depth(of id: Identifier) -> Int {
        var depth = 0
        var next = runs[id]?.state.parent
        while let task = next, depth <= Self.maxDepth {
            depth += 1
            next = runs[task.run(among: runs)]?.state.parent
        }
        return depth
    }
}

extension Identifier {
    /// The run that the task belongs to; a run that a client named may have any number in its last 32 bits.
    fileprivate func run(among runs: [Identifier: OpenRun]) -> Identifier {
        if runs[run] != nil { return run }
        return runs.keys.first { $0.run == run } ?? run
    }
}
