import BatonEngine

/// `workflow.phases: {name: [step…]}`: stages one after the other; inside one, steps run as soon as their inputs exist.
enum StagesDialect {
    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        guard let entry = header.entry("phases") else { return [] }
        guard let stages = entry.value.mapping, !stages.isEmpty else {
            findings.error("phases must map names to lists of steps", at: entry.value)
            return []
        }
        return stages.compactMap { stage($0, findings: findings) }
    }

    private static func stage(_ entry: YAMLEntry, findings: Findings) -> StepDefinition? {
        guard let nodes = entry.value.sequence, !nodes.isEmpty else {
            findings.error("the phase \(entry.key.clipped) must be a list of steps", at: entry.value)
            return nil
        }
        let reader = StepReader(findings: findings, depth: 1)
        var steps = nodes.compactMap(reader.read)
        var stage = StepDefinition(at: entry)
        stage.name = entry.key
        stage.title = entry.key
        // `story-cycle`: what its first step is repeated over, the whole of it is.
        let key = ArtifactName.key(of: entry.key)
        if key.hasSuffix("-loop") || key.hasSuffix("-cycle"), let cycle = steps.first?.cycle {
            stage.cycle = cycle
            stage.maxItems = steps[0].maxItems
            stage.maxParallel = steps[0].maxParallel
            steps[0].cycle = nil
        }
        stage.nested = .steps(steps, .dataflow)
        return stage
    }
}
