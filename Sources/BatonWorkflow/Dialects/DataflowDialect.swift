/// `steps: [{id, agent, inputs, outputs}]` at the top, each of which starts when its inputs exist. Recognised; not run
/// yet.
enum DataflowDialect {
    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        guard let entry = header.entry("steps") else { return [] }
        guard let steps = entry.value.sequence, !steps.isEmpty else {
            findings.error("steps must be a list of steps", at: entry.value)
            return []
        }
        return Dialect.unsupported("steps (\(entry.value.abridged))", name: "steps", at: entry)
    }
}
