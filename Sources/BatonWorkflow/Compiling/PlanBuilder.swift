import BatonEngine

/// Makes a plan of a definition: what the prose leaves open is settled here, by the rules of the language.
struct PlanBuilder {
    let findings: Findings
    let files: LibraryFiles?

    func build(_ definition: WorkflowDefinition, source: [UInt8], digest: ([UInt8]) -> String) -> Plan {
        let layout = PlanLayout(ElementBuilder(findings: findings).elements(definition.steps, definition.order))
        if layout.entries.count > Dialect.maxSteps, let step = layout.entries[Dialect.maxSteps...].first?.step {
            findings.error("\(layout.entries.count) steps; more than \(Dialect.maxSteps)", at: step)
        }
        let ids = StepNaming.ids(of: layout.steps, findings: findings)
        NameRules.check(layout.steps, findings: findings)
        let phases = PhaseRules.phases(of: layout, ids: ids, findings: findings)
        var reports = ReportBook(layout)
        CycleRules.ask(layout, inputs: definition.inputs, &reports)
        let conditions = ConditionRules(layout, reports: &reports, findings: findings)
        var expressions = ExpressionRules(layout, inputs: definition.inputs, reports: reports, findings: findings)
        let guards = layout.entries.indices.map { expressions.guardian(of: $0) }
        let containers = layout.entries.indices.map { container(at: $0, layout, conditions, &expressions) }
        reports = expressions.reports

        let requirements = RequirementRules(
            layout, inputs: definition.inputs, reports: reports.reports, findings: findings)
        var attachments = AttachmentRules(files: files, findings: findings)
        var steps: [Step] = []
        steps.reserveCapacity(layout.entries.count)
        for (index, entry) in layout.entries.enumerated() {
            let step = entry.step
            let kind: Step.Kind
            if let container = containers[index] {
                kind = container
            } else if step.isGuidance {
                kind = .guidance(Guidance(action: step.action, notes: step.notes))
            } else if case .workflow(let workflow, _) = entry.element.shape {
                // One of its inputs is in error.
                kind = .childRun(ChildRun(workflow: workflow.value))
            } else {
                let requires = requirements.requirements(of: step, at: index)
                let resolved = attachments.resolve(step)
                kind = .agent(work(step, resolved, requires: requires, reports: reports.reports[index]))
            }
            let isSelector = if case .routes = entry.element.shape { true } else { false }
            let condition = isSelector ? nil : conditions.conditions[index]
            steps.append(
                Step(
                    id: ids[index], title: step.title, phase: phases[index], kind: kind, condition: condition,
                    when: guards[index], isOptional: step.isOptional || isEnabledByUser(step, condition),
                    onFailure: entry.isLeaf ? .fail : step.onFailure ?? .fail, isImplied: entry.element.isImplied,
                    line: step.line))
        }
        noteUnreachable(layout)
        let roles = layout.steps.flatMap(\.roles)
        let attached =
            attachments.attachments + PersonaRules.attachments(forRoles: roles, in: files)
            + ProjectSettings.attachments(in: files)
        let plan = Plan(
            workflow: definition.identity, title: definition.title, summary: definition.summary,
            revision: revision(source, attached, digest), steps: steps, body: body(definition.order, layout),
            completion: definition.completion, inputs: definition.inputs,
            handoffPrompts: definition.handoffPrompts.map(\.value), attachments: attached)
        noteUnused(definition, plan)
        return plan
    }

    /// What the file says beside its steps, and what does not go with them.
    private func noteUnused(_ definition: WorkflowDefinition, _ plan: Plan) {
        for prompt in definition.handoffPrompts where !plan.mayUse(prompt.value) {
            findings.note("no handoff between these steps uses the text \(prompt.value.key.clipped)", at: prompt)
        }
        guard let diagram = definition.flowDiagram else { return }
        for difference in FlowDiagramRules(FlowDiagram(diagram.value), plan).differences {
            findings.note(difference, at: diagram)
        }
    }

    private func body(_ order: Order, _ layout: PlanLayout) -> Block { block(layout.roots, order, layout) }

    private func block(_ elements: [Int], _ order: Order, _ layout: PlanLayout) -> Block {
        switch order {
        case .sequence: .sequence(elements)
        case .dataflow:
            .dataflow(
                Dataflow(
                    elements: elements, after: DataflowRules(findings: findings).order(elements, in: layout)))
        }
    }

    /// What an element is that holds others, or stands for a run; nil for a leaf, and for what is in error.
    private func container(
        at index: Int, _ layout: PlanLayout, _ conditions: ConditionRules, _ expressions: inout ExpressionRules
    ) -> Step.Kind? {
        let entry = layout.entries[index]
        let step = entry.step
        switch entry.element.shape {
        case .leaf: return nil
        case .block(_, let order): return .block(block(entry.children, order, layout))
        case .parallel(_, let join, let failsFast):
            return .block(.parallel(Parallel(elements: entry.children, join: join, failsFast: failsFast)))
        case .forEach(let cycle, _):
            let items: ForEach.Items
            switch cycle.source {
            case .items(let known): items = known
            case .expression(let written):
                items = expressions.items(written, at: index).map { .expression($0) } ?? .list([])
            }
            return .forEach(
                ForEach(
                    items: items, item: cycle.item, body: entry.children[0], maxParallel: step.maxParallel ?? 1,
                    maxItems: step.maxItems ?? 1000, failsFast: step.failsFast))
        case .loop(let until, _):
            guard let until = expressions.until(until, of: index) else { return .block(.sequence(entry.children)) }
            return .loop(Loop(until: until, body: entry.children[0], maxRounds: step.maxRounds ?? 3))
        case .review:
            return .review(
                ReviewLoop(review: entry.children[0], fix: entry.children[1], maxRounds: step.maxRounds ?? 3))
        case .fixFlagged:
            // The review stands right before it in the loop that holds both.
            let review = entry.parent.map { layout.entries[$0].children[0] } ?? index
            return .fixFlagged(FixFlagged(review: review, task: entry.children[0]))
        case .routes(let routes, let isPaths):
            return .routes(self.routes(routes, isPaths: isPaths, entry, conditions.conditions[index]))
        case .choice(let cases):
            return .choice(
                Switch(
                    cases: zip(cases, entry.children).map { option, body in
                        Switch.Case(when: option.when.flatMap { expressions.condition($0, at: index) }, body: body)
                    }))
        case .workflow(let workflow, let inputs):
            var values: [String: Expression] = [:]
            for (name, value) in inputs { values[name] = expressions.value(value, at: index) }
            return .childRun(
                ChildRun(workflow: workflow.value, inputs: values, requires: step.requires.map { .anyOf([$0.value]) }))
        }
    }

    private func routes(
        _ routes: [(name: String, body: Element?, endsRun: Bool)], isPaths: Bool, _ entry: PlanLayout.Entry,
        _ selector: Condition?
    ) -> Routes {
        var bodies = entry.children.makeIterator()
        let names = routes.map(\.name).joined(separator: ", ")
        let notes = entry.step.notes.trimmed
        return Routes(
            selector: selector ?? Condition(symbol: "route", source: .start),
            routes: routes.map { route in
                Routes.Route(
                    name: route.name, body: route.body == nil ? nil : bodies.next(), endsRun: route.endsRun)
            }, question: notes.isEmpty ? "Which way: \(names)?" : notes, defaultsToFirst: isPaths)
    }

    /// Behind a routing step all of whose routes end the run, nothing is ever reached.
    private func noteUnreachable(_ layout: PlanLayout) {
        for (root, next) in zip(layout.roots, layout.roots.dropFirst()) where layout.entries[root].step.endsRun {
            findings.error(
                "this step is never reached: every route before it ends the run", at: layout.entries[next].step)
        }
    }

    private func work(
        _ step: StepDefinition, _ resolved: (uses: [String], creates: [Product], updates: [Product]),
        requires: [Requirement], reports: [Report]
    ) -> AgentWork {
        AgentWork(
            roles: step.roles, action: step.action ?? step.task ?? step.name, creates: resolved.creates,
            updates: resolved.updates, requires: requires, validates: step.validates.map(\.value),
            takesAnyProduct: step.uses.contains { $0.value.contains(" OR ") }, uses: resolved.uses,
            optionalSteps: step.optionalSteps, reports: reports, notes: step.notes,
            acceptanceCriteria: step.acceptanceCriteria, priority: step.priority, retry: step.retry,
            timeoutMilliseconds: step.timeoutMilliseconds, heartbeatMilliseconds: step.heartbeatMilliseconds,
            onFailure: step.onFailure ?? .attention, approval: step.approval?.value)
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
