import BatonEngine

/// Collects the workflows of a library: each id once.
struct OfferedWorkflows {
    private(set) var broken: [BrokenWorkflow] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var fresh: [(place: Int, workflow: LoadedWorkflow)] = []
    private var stale: [(place: Int, workflow: LoadedWorkflow)] = []
    private var indices: [String: Int] = [:]
    private var count = 0

    /// Two files of one id: which of them a start means would depend on luck. Of files in different packs, the first
    /// pack's counts, since a project may well replace a workflow that it was given.
    mutating func add(_ workflow: LoadedWorkflow) {
        defer { count += 1 }
        if let index = indices[workflow.plan.workflow] {
            let other = fresh[index].workflow
            let id = workflow.plan.workflow.clipped
            diagnostics.append(
                other.pack == workflow.pack
                    ? Diagnostic(
                        file: workflow.path, severity: .error, message: "the workflow \(id) is already in \(other.path)"
                    )
                    : Diagnostic(
                        file: workflow.path, severity: .warning,
                        message: "the workflow \(id) of \(other.path) is offered in place of this one"))
            return
        }
        indices[workflow.plan.workflow] = fresh.count
        fresh.append((count, workflow))
    }

    /// Offers what a broken file held when it was last good.
    mutating func keepLastGood(_ path: String, problems: [Diagnostic], of previous: Library?) {
        defer { count += 1 }
        if var workflow = previous?.workflows.first(where: { $0.path == path }) {
            workflow.problems = problems
            stale.append((count, workflow))
        } else {
            broken.append(BrokenWorkflow(path: path, file: FilePath.lastComponent(path), problems: problems))
        }
    }

    /// In the order in which they were added. What a file holds goes before what another one held once.
    var inOrder: [LoadedWorkflow] {
        let kept = stale.filter { indices[$0.workflow.plan.workflow] == nil }
        return (fresh + kept).sorted { $0.place < $1.place }.map(\.workflow)
    }
}
