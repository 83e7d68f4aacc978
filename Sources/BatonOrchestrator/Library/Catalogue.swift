import BatonEngine
import BatonMessages
import BatonStore
import BatonWorkflow
import OrderedCollections

/// All workflows that can be started: those of the library, and those that came with `define` requests.
package struct Catalogue {
    private(set) var library: Library
    /// Who works here; nil: everybody.
    private(set) var team: Team?
    /// By id.
    private(set) var definitions: OrderedDictionary<String, LoadedWorkflow> = [:]

    package init(library: Library, team: Team? = nil) {
        self.library = library
        self.team = team
    }

    /// The workflow that a start means by `name`: an id, a file name, or a trigger; the library's goes first.
    func find(_ name: String) -> LoadedWorkflow? {
        library.workflow(id: name) ?? definitions[name] ?? library.find(name)
            ?? definitions.values.first { $0.triggers.contains(name) }
    }

    /// The ids of all workflows, sorted.
    var ids: [String] { (library.workflows.map(\.plan.workflow) + definitions.keys).sorted() }

    /// Why no run of the plan can be started here; nil if one can.
    ///
    /// What the team's own file lists is started with whom there is: its other steps wait for somebody.
    func refusal(of plan: Plan) -> String? {
        let file = library.workflow(id: plan.workflow)?.file
        guard let team, !team.isMeant(for: plan, file: file) else { return nil }
        let missing = team.missingRoles(of: plan)
        guard !missing.isEmpty else { return nil }
        return "the team \(team.name) has nobody for \(missing.joined(separator: ", ")), which the workflow "
            + "\(plan.workflow) needs"
    }

    // MARK: Changes

    /// Takes a library that was loaded again; a team that it has no more stays as it was.
    mutating func replaceLibrary(_ library: Library) {
        self.library = library
        if let team { self.team = library.team(team.name) ?? team }
    }

    /// From now on, a start of the workflow's id means this one.
    package mutating func define(_ workflow: LoadedWorkflow) { definitions[workflow.plan.workflow] = workflow }

    /// Takes what the database has: what was defined before, and nothing that did not get there.
    mutating func restore(_ stored: [StoredDefinition], compile: (StoredDefinition) -> LoadedWorkflow?) {
        definitions = [:]
        for definition in stored {
            let workflow =
                definition.plan.map {
                    LoadedWorkflow(
                        plan: $0, source: definition.source, file: definition.file, triggers: definition.triggers,
                        diagnostics: [])
                } ?? compile(definition)
            if let workflow { definitions[definition.id] = workflow }
        }
    }
}

extension Catalogue {
    /// What a client is told about them.
    var entries: [WorkflowEntry] {
        let ready = library.workflows.map { entry($0, .library) }
        let broken = library.broken.map { file in
            WorkflowEntry(
                id: file.name, title: "", revision: "", roles: [], file: file.file,
                state: .broken, problems: file.problems.map(\.description))
        }
        // A file of the same id that came later hides a definition.
        let defined = definitions.values.filter { library.workflow(id: $0.plan.workflow) == nil }
        return ready + broken + defined.map { entry($0, .defined) }
    }

    private func entry(_ workflow: LoadedWorkflow, _ origin: WorkflowEntry.Origin) -> WorkflowEntry {
        let plan = workflow.plan
        var entry = WorkflowEntry(
            id: plan.workflow, title: plan.title, revision: plan.revision, roles: plan.roles, file: workflow.file,
            state: workflow.isStale ? .stale : .ready, origin: origin,
            problems: workflow.problems.map(\.description) + (refusal(of: plan).map { [$0] } ?? []))
        entry.summary = plan.summary
        entry.inputs = plan.inputs.map {
            WorkflowInput(
                name: $0.name, type: $0.type, isRequired: $0.isRequired, defaultValue: $0.defaultValue,
                summary: $0.summary)
        }
        entry.paths = plan.paths?.routes.map(\.name) ?? []
        return entry
    }
}
