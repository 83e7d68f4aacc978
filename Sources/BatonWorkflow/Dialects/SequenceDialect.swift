import BatonEngine

/// `workflow.sequence: [step…]`: the six core workflows and most others. Nothing runs ahead of its turn.
enum SequenceDialect {
    /// More than any person reads; a definition over the network must end somewhere.
    static let maxSteps = 10_000

    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        guard let entry = header.entry("sequence") else { return [] }
        guard let nodes = entry.value.sequence else {
            findings.error("sequence must be a list of steps, not \(entry.value.kind)", at: entry.value)
            return []
        }
        let reader = StepReader(findings: findings)
        var steps: [StepDefinition] = []
        for node in nodes {
            if let group = group(node) {
                for node in group.steps { append(reader.read(node), phase: group.phase) }
            } else {
                append(reader.read(node), phase: nil)
            }
        }

        func append(_ step: StepDefinition?, phase: Written<Phase>?) {
            guard var step else { return }
            step.phase = step.phase ?? phase
            steps.append(step)
        }

        if steps.isEmpty && !findings.hasErrors { findings.error("the workflow has no steps", at: entry) }
        if steps.count > maxSteps {
            findings.error("\(steps.count) steps; more than \(maxSteps)", at: steps[maxSteps])
            steps.removeLast(steps.count - maxSteps)
        }
        return steps
    }

    /// `- phase: design` with `steps` below it; a group that says more than that is read as a step, and not run.
    private static func group(_ node: YAMLNode) -> (phase: Written<Phase>, steps: [YAMLNode])? {
        guard let entries = node.mapping, let steps = node["steps"]?.sequence, let place = node["phase"],
            let phase = place.scalar.flatMap({ Phase(rawValue: $0.text.lowercased()) })
        else { return nil }
        let metadata: Set = ["phase", "steps", "title", "name", "description", "notes"]
        guard entries.allSatisfy({ metadata.contains($0.key) || !StepReader.keys.contains($0.key) }) else { return nil }
        return (Written(phase, at: place), steps)
    }
}
