import BatonDocuments
import BatonEngine
import BatonMessages

/// Sections that a role may write in documents of its item that others make, such as a story's QA Results.
extension Coordinator {
    /// A document that a task was given, and the sections of it that the template gives to the task's role.
    struct Contribution {
        let version: ArtifactVersion
        let template: String
        let outline: Outline
        /// Their ids.
        let sections: [String]
    }

    /// Those of a task that is out, or about to be: of its own item, or of the run outside of every item; not what it
    /// has to bring anyway.
    func contributions(of task: TaskState, _ work: AgentWork, as role: String, in run: RunState) -> [Contribution] {
        guard task.amendment == nil else { return [] }
        let shared = outlines.sharedDocuments(of: run.plan).filter { $0.roles.contains(RoleName.normalized(role)) }
        guard !shared.isEmpty, let handoff = run.handoffs[task.ordinal] else { return [] }
        return handoff.contextIDs.compactMap { id in
            guard let given = run.artifactVersion(id.ordinal), given.scope == task.scope,
                let version = run.artifact(given.name), !version.isExtra
            else { return nil }
            let prefix = version.scope.isEmpty ? "" : version.scope + "/"
            let plain = ArtifactName(String(version.name.text.dropFirst(prefix.count)))
            guard let document = shared.first(where: { $0.product.covers(plain) }),
                run.resolve(version.name, work, scope: task.scope).product == nil,
                let outline = outlines.outline(of: document.template, in: run.plan)
            else { return nil }
            let sections = outline.contributions(of: role)
            guard !sections.isEmpty else { return nil }
            return Contribution(version: version, template: document.template, outline: outline, sections: sections)
        }
    }

    /// The same as a command has it.
    func contributions(of task: TaskState, _ work: AgentWork, in run: RunState) -> [CommandContribution] {
        guard let role = task.dispatch?.role else { return [] }
        return contributions(of: task, work, as: role, in: run).compactMap { contribution in
            outlines.json(of: contribution.template, for: role, in: run.plan).map { outline in
                CommandContribution(
                    name: contribution.version.name.text, sections: contribution.sections,
                    template: .init(name: contribution.template, outline: outline))
            }
        }
    }
}
