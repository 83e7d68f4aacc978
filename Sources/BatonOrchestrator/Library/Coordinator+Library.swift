import BatonEngine
import BatonStore
import BatonWorkflow
import Logging

/// Taking a library that was loaded again: new runs start its revisions, those that are open keep theirs.
extension Coordinator {
    func adopt(_ library: Library) {
        let before = revisions(of: catalogue.library)
        let now = revisions(of: library)
        catalogue.replaceLibrary(library)
        let changed = now.filter { before[$0.key] != $0.value }.keys.sorted()
        let removed = before.keys.filter { now[$0] == nil }.sorted()
        for id in catalogue.definitions.keys where now[id] != nil && before[id] == nil {
            logger.warning("a file of the library hides the workflow \(id), which was defined by a request")
        }
        if let team = catalogue.team, library.team(team.name) == nil {
            logger.error("the team \(team.name) is no longer in the library; it stays as it was")
        }
        if !changed.isEmpty { logger.logMissingRoles(of: catalogue.team, in: library) }
        logger.info(
            "library reloaded",
            metadata: [
                "workflows": "\(library.workflows.count)", "changed": "\(changed.joined(separator: " "))",
                "removed": "\(removed.joined(separator: " "))",
                "broken": "\(library.broken.count + library.workflows.count(where: \.isStale))",
            ])
    }

    private func revisions(of library: Library) -> [String: String] {
        Dictionary(uniqueKeysWithValues: library.workflows.map { ($0.plan.workflow, $0.plan.revision) })
    }

    /// What was defined before, as the database has it.
    package func restoreDefinitions() throws(StoreError) {
        catalogue.restore(try store.definitions()) { stored in
            let (workflow, diagnostics) = compile(stored.source, file: stored.file)
            if workflow == nil {
                for diagnostic in diagnostics { logger.log(diagnostic) }
                logger.error("the workflow \(stored.id), which a request defined, cannot be run by this version")
            }
            return workflow
        }
    }
}
