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

    func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        switch self {
        case .sequence: SequenceDialect.steps(header, findings: findings)
        case .paths: PathsDialect.steps(header, findings: findings)
        case .stages: StagesDialect.steps(header, findings: findings)
        case .dataflow: DataflowDialect.steps(header, findings: findings)
        }
    }

    /// A whole dialect that cannot be run yet: one step that stands for all.
    static func unsupported(_ construct: String, name: String, at place: some Located) -> [StepDefinition] {
        var step = StepDefinition(at: place)
        step.name = name
        step.unsupported = [Written(construct, at: place)]
        return [step]
    }
}
