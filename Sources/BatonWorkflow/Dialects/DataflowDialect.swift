/// `steps: [{id, agent, inputs, outputs}]` at the top: each starts when its inputs exist, side by side with others.
enum DataflowDialect {
    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        guard let entry = header.entry("steps") else { return [] }
        guard entry.value.sequence?.isEmpty == false else {
            findings.error("steps must be a list of steps", at: entry.value)
            return []
        }
        return SequenceDialect.steps(of: entry, findings: findings)
    }
}
