import BatonEngine

/// Gives each step its id: `id`, `step`, `action`, `task`, else `<role>-<first artifact>`; repeats get `-2`, `-3`, ….
enum StepNaming {
    /// - Returns: one id a step, unique when compared as names are.
    static func ids(of steps: [StepDefinition], findings: Findings) -> [String] {
        var taken: [String: Int] = [:]
        // What a file calls `id` is meant to be unique, and keeps its name wherever it stands.
        for (index, step) in steps.enumerated() {
            guard let id = step.id else { continue }
            if let other = taken.updateValue(index, forKey: ArtifactName.key(of: id.value)) {
                findings.error(
                    "the id \(id.value.clipped) is already that of the step in line \(steps[other].line)", at: id)
            }
        }
        var counts: [String: Int] = [:]
        return steps.map { step in
            if let id = step.id { return id.value }
            let base = base(of: step)
            let key = ArtifactName.key(of: base)
            var count = counts[key, default: 0] + 1
            var name = count == 1 ? base : "\(base)-\(count)"
            while taken[ArtifactName.key(of: name)] != nil {
                count += 1
                name = "\(base)-\(count)"
            }
            counts[key] = count
            taken[ArtifactName.key(of: name)] = 0
            return name
        }
    }

    /// The id of a step that has none of its own, before it is made unique.
    static func base(of step: StepDefinition) -> String {
        for name in [step.id?.value, step.name, step.action, step.task] {
            if let slug = name?.slug, !slug.isEmpty { return slug }
        }
        let artifacts =
            (step.creates + step.updates).map(\.name.text) + (step.validates + step.requires).map(\.value)
        let artifact = artifacts.first.map {
            ArtifactName.key(of: $0).split(separator: "/").joined(separator: "-").slug
        }
        let words = [step.roles.first?.slug ?? step.placeholder, artifact ?? ""].filter { !$0.isEmpty }
        return words.joined(separator: "-")
    }
}

extension StepDefinition {
    /// What a step is called that has neither a name nor a role.
    fileprivate var placeholder: String {
        switch nested {
        case nil: isFixTask ? "fix" : "guidance"
        case .steps: "group"
        case .parallel: "parallel"
        case .forEach: "for-each"
        case .loop: "loop"
        case .choice: "switch"
        case .routes: "routes"
        case .workflow(let workflow, _): workflow.value.slug
        }
    }
}
