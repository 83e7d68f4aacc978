import BatonEngine
import BatonMessages
import BatonStore

/// What only the program's own code can tell: that history leads to the state, and that contents are what they are
/// called.
extension Auditor {
    func checkHistories(of copy: String, _ report: inout AuditReport) throws {
        let store = try Store(path: copy)
        for text in try DatabaseShell(path: copy).query("SELECT id FROM runs ORDER BY number") {
            guard let id = Identifier(text), let stored = try store.run(id) else {
                report.find(.wrong, "the run \(text) can't be read")
                continue
            }
            var replayed = RunState(id: id, plan: stored.plan)
            for input in try store.inputs(of: id) { _ = replayed.apply(input) }
            if replayed != stored { report.find(.wrong, "replaying the history of \(id) gives another state") }
            try checkArtifacts(of: stored, in: store, &report)
            try checkHandoffs(of: stored, in: store, &report)
        }
    }

    private func checkArtifacts(of run: RunState, in store: Store, _ report: inout AuditReport) throws {
        for version in run.artifacts {
            guard let content = try store.blob(version.digest) else {
                report.find(.lost, "the content of \(version.name) of \(run.id) is missing")
                continue
            }
            if ContentHash.of(content) != version.digest || content.count != version.size {
                report.find(.wrong, "the content of \(version.name) of \(run.id) is not what its hash says")
            }
            for origin in version.madeFrom where run.artifactVersion(origin) == nil {
                report.find(.wrong, "\(version.name) of \(run.id) was made from something that is not there")
            }
        }
    }

    private func checkHandoffs(of run: RunState, in store: Store, _ report: inout AuditReport) throws {
        for handoff in try store.handoffs(of: run.id) {
            for fault in handoff.validate() { report.find(.wrong, "a handoff of \(run.id): \(fault)") }
            for context in handoff.contextIDs where run.artifactVersion(context.ordinal) == nil {
                report.find(.wrong, "a handoff of \(run.id) names a document that is not there")
            }
        }
    }
}
