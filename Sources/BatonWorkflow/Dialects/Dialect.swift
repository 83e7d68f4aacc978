/// The ways in which a file may write its steps down.
enum Dialect: CaseIterable {
    /// `workflow.sequence`: strict order.
    case sequence
    /// `workflow.<path>_sequence`, of which a start picks one.
    case paths
    /// `workflow.phases`: stages with a barrier between them.
    case stages
    /// `steps` at the top: pure dataflow.
    case dataflow

    /// The dialect of a file and the mapping that holds its header; nil, with an error, when the file is no workflow.
    static func recognise(_ root: YAMLNode, findings: Findings) -> (dialect: Dialect, header: YAMLNode)? {
        guard root.mapping != nil else {
            findings.error("a workflow must be a mapping, not \(root.kind)", at: root)
            return nil
        }
        guard let workflow = root.entry("workflow") else {
            if root.entry("steps") != nil { return (.dataflow, root) }
            findings.error(
                "not a workflow: there is neither workflow nor steps", at: root,
                hint: "begin with workflow: and put id, name and sequence below it")
            return nil
        }
        guard workflow.value.mapping != nil else {
            findings.error("workflow must be a mapping, not \(workflow.value.kind)", at: workflow.value)
            return nil
        }
        if workflow.value.entry("sequence") != nil { return (.sequence, workflow.value) }
        if !PathsDialect.paths(workflow.value).isEmpty { return (.paths, workflow.value) }
        if workflow.value.entry("phases") != nil { return (.stages, workflow.value) }
        if workflow.value.entry("steps") != nil { return (.dataflow, workflow.value) }
        findings.error(
            "the workflow has no steps", at: workflow, hint: "put them under sequence, one list item a step")
        return nil
    }

    /// Reads the steps, and how the outermost of them run.
    func read(_ header: YAMLNode, into definition: inout WorkflowDefinition, findings: Findings) {
        switch self {
        case .sequence: definition.steps = SequenceDialect.steps(header, findings: findings)
        case .paths: definition.steps = PathsDialect.steps(header, findings: findings)
        case .stages: definition.steps = StagesDialect.steps(header, findings: findings)
        case .dataflow:
            definition.steps = DataflowDialect.steps(header, findings: findings)
            definition.order = .dataflow
        }
    }

    /// More than any person reads; a definition over the network must end somewhere.
    static let maxSteps = 10_000
}
