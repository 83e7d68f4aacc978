import BatonEngine

/// `workflow.sequence: [step…]`: the six core workflows and most others. Nothing runs ahead of its turn.
enum SequenceDialect {
    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        header.entry("sequence").map { steps(of: $0, findings: findings) } ?? []
    }

    /// The steps of a list, with those of its phase groups.
    static func steps(of entry: YAMLEntry, findings: Findings) -> [StepDefinition] {
        guard let nodes = entry.value.sequence else {
            findings.error("\(entry.key) must be a list of steps, not \(entry.value.kind)", at: entry.value)
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
        return steps
    }

    /// `- phase: design` with `steps` below it; a group that says more than that is a step that holds others.
    private static func group(_ node: YAMLNode) -> (phase: Written<Phase>, steps: [YAMLNode])? {
        guard let entries = node.mapping, let steps = node["steps"]?.sequence, let place = node["phase"],
            let phase = place.scalar.flatMap({ Phase(rawValue: $0.text.lowercased()) })
        else { return nil }
        let metadata: Set = ["phase", "steps", "title", "name", "description", "notes"]
        guard entries.allSatisfy({ metadata.contains($0.key) || !StepReader.keys.contains($0.key) }) else { return nil }
        return (Written(phase, at: place), steps)
    }
}
