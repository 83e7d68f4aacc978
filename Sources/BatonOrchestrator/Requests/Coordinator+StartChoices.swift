import BatonEngine
import BatonMessages
import BatonWorkflow

/// What a start chooses by name has to be there: in the workflow, or in one that is a step of it and takes the choice
/// over.
extension Coordinator {
    /// How many names a refusal lists.
    private static let maxListed = 20

    func faults(in options: RunOptions, of plan: Plan) -> [String] {
        var plans: [Plan] = []
        collect(plan, &plans)
        return Self.faults(
            options.optional, "options.optional: there is no step", among: plans.flatMap { $0.steps.map(\.id) },
            "optional steps", plans.flatMap(\.optionalSteps))
            + Self.faults(
                options.optionalSteps, "options.optional_steps: no step has an optional activity",
                among: plans.flatMap(\.optionalActivities), "optional activities", plans.flatMap(\.optionalActivities))
    }

    private static func faults(
        _ chosen: RunOptions.Enabled, _ sentence: String, among known: [String], _ kind: String, _ valid: [String]
    ) -> [String] {
        guard case .only(let names) = chosen else { return [] }
        let keys = Set(known.map { ArtifactName.key(of: $0) })
        var listed: [String] = []
        for name in valid where !listed.contains(name) { listed.append(name) }
        let more = listed.count > maxListed ? ", …" : ""
        let advice =
            listed.isEmpty
            ? "the workflow has no \(kind)" : "\(kind): \(listed.prefix(maxListed).joined(separator: ", "))\(more)"
        return names.filter { !keys.contains(ArtifactName.key(of: $0)) }.map {
            "\(sentence) \"\($0.prefix(80))\" (\(advice))"
        }
    }

    /// The plan, and those of workflows that are steps of it, each once.
    private func collect(_ plan: Plan, _ plans: inout [Plan]) {
        guard !plans.contains(where: { $0.revision == plan.revision }) else { return }
        plans.append(plan)
        for step in plan.steps {
            guard case .childRun(let child) = step.kind, let inner = catalogue.find(child.workflow) else { continue }
            collect(inner.plan, &plans)
        }
    }
}

extension Plan {
    /// The ids of the steps that run only when the start enables them.
    fileprivate var optionalSteps: [String] {
        steps.filter { step in
            if step.isOptional { return step.condition?.source != .user }
            guard step.condition != nil, case .agent(let work) = step.kind, !work.creates.isEmpty else { return false }
            return work.creates.allSatisfy(\.isOptional)
        }.map(\.id)
    }

    fileprivate var optionalActivities: [String] {
        steps.flatMap { step in
            if case .agent(let work) = step.kind { work.optionalSteps } else { [String]() }
        }
    }
}
