import BatonEngine

/// Makes a plan of a definition: what the prose leaves open is settled here, by the rules of the language.
struct PlanBuilder {
    let findings: Findings
    let files: LibraryFiles?

    func build(_ definition: WorkflowDefinition, source: [UInt8], digest: ([UInt8]) -> String) -> Plan {
        var definition = definition
        ProseLoops.mark(&definition.steps)
        let ids = StepNaming.ids(of: definition.steps, findings: findings)
        let phases = PhaseRules.phases(of: definition.steps, ids: ids, findings: findings)
        let conditions = ConditionRules(steps: definition.steps, findings: findings)
        let requirements = RequirementRules(definition, reports: conditions.reports, findings: findings)
        var attachments = AttachmentRules(files: files, findings: findings)

        var steps: [Step] = []
        steps.reserveCapacity(definition.steps.count)
        for (index, step) in definition.steps.enumerated() {
            let condition = conditions.conditions[index]
            let requires = requirements.requirements(of: step, at: index)
            let resolved = attachments.resolve(step)
            let work = work(step, resolved, requires: requires, reports: conditions.reports[index])
            steps.append(
                Step(
                    id: ids[index], title: step.title, phase: phases[index], kind: kind(step, work),
                    condition: condition, isOptional: step.isOptional || isEnabledByUser(step, condition),
                    line: step.line))
        }
        return Plan(
            workflow: definition.identity, title: definition.title, summary: definition.summary,
            revision: revision(source, attachments.attachments, digest), steps: steps, inputs: definition.inputs,
            handoffPrompts: definition.handoffPrompts, attachments: attachments.attachments)
    }

    private func kind(_ step: StepDefinition, _ work: AgentWork) -> Step.Kind {
        if let construct = step.unsupported.first {
            let all = step.unsupported.map(\.value).joined(separator: ", ")
            findings.warning(
                "this version cannot run \(all); a run that gets here waits for a person", at: construct)
            return .unsupported(construct: construct.value)
        }
        if step.isGuidance { return .guidance(Guidance(action: step.action, notes: step.notes)) }
        return .agent(work)
    }

    private func work(
        _ step: StepDefinition, _ resolved: (uses: [String], creates: [Product], updates: [Product]),
        requires: [Requirement], reports: [Report]
    ) -> AgentWork {
        AgentWork(
            roles: step.roles, action: step.action ?? step.task ?? step.name, creates: resolved.creates,
            updates: resolved.updates, requires: requires, uses: resolved.uses, optionalSteps: step.optionalSteps,
            reports: reports, notes: step.notes, acceptanceCriteria: step.acceptanceCriteria, priority: step.priority,
            retry: step.retry, timeoutMilliseconds: step.timeoutMilliseconds, onFailure: step.onFailure)
    }

    /// `creates: x (optional)` under a condition that the user answers: the answer enables the step.
    private func isEnabledByUser(_ step: StepDefinition, _ condition: Condition?) -> Bool {
        guard condition?.source == .user, !step.creates.isEmpty else { return false }
        return step.creates.allSatisfy(\.isOptional)
    }

    /// Of the definition and everything attached to it: a changed template is another revision.
    private func revision(_ source: [UInt8], _ attachments: [Attachment], _ digest: ([UInt8]) -> String) -> String {
        var bytes: [UInt8] = []
        func add(_ name: String, _ content: some Collection<UInt8>) {
            bytes += "\(name)\n\(content.count)\n".utf8
            bytes += content
        }
        add("workflow", source)
        for attachment in attachments { add("\(attachment.kind.rawValue)/\(attachment.name)", attachment.content.utf8) }
        return digest(bytes)
    }
}
