import BatonEngine
import BatonMessages
import BatonStore

/// What only the program's own code can tell: that history leads to the state, and that contents are what they are
/// called.
extension Auditor {
    func checkHistories(of copy: String, _ report: inout AuditReport) throws {
        let store = try Store(reading: copy)
        for text in try DatabaseShell(path: copy).query("SELECT id FROM runs ORDER BY number") {
            do {
                guard let id = Identifier(text), let stored = try store.run(id) else {
                    report.find(.wrong, "the run \(text) is not there under its id")
                    continue
                }
                try checkArtifacts(of: stored, in: store, &report)
                try checkHandoffs(of: stored, in: store, &report)
                if try replay(stored, from: store) != stored {
                    report.find(.wrong, "replaying the history of \(id) gives another state")
                }
            } catch { report.find(.wrong, "the run \(text) can't be read: \(error)") }
        }
    }

    /// What the history leads to; nil when an event in it does not fit what came before.
    private func replay(_ stored: RunState, from store: Store) throws -> RunState? {
        var replayed = RunState(id: stored.id, plan: stored.plan)
        for input in try store.inputs(of: stored.id) {
            guard replayed.accepts(input.event) else { return nil }
            _ = replayed.apply(input)
        }
        return replayed
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
