/// `workflow.phases: {name: [step…]}`, stages with a barrier between them. Recognised; not run yet.
enum StagesDialect {
    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        guard let entry = header.entry("phases") else { return [] }
        guard let stages = entry.value.mapping, !stages.isEmpty else {
            findings.error("phases must map names to lists of steps", at: entry.value)
            return []
        }
        return Dialect.unsupported("phases (\(entry.value.abridged))", name: "phases", at: entry)
    }
}
