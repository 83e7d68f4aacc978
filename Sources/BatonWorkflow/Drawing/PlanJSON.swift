import BatonEngine

/// The plan for programs: its elements in the order of the file, each with the ids of those right below it.
extension PlanDrawing {
    public var json: String {
        let words = PlanWords(plan: plan)
        var writer = JSONWriter()
        writer.object { object in
            object.field("workflow", plan.workflow)
            object.field("title", plan.title)
            if !plan.summary.isEmpty { object.field("summary", plan.summary) }
            object.field("revision", plan.revision)
            object.field("phases", plan.phases.map(\.rawValue))
            object.field("roles", plan.roles)
            object.array("inputs") { list in
                for input in plan.inputs { list.object { Self.write(input, to: &$0) } }
            }
            object.field("elements", plan.body.elements.map { plan.steps[$0].id })
            object.array("steps") { list in
                for (index, step) in plan.steps.enumerated() {
                    list.object { write(step, index, words, to: &$0) }
                }
            }
            object.array("completion") { list in
                for criterion in plan.completion {
                    list.object {
                        $0.field("text", criterion.text)
                        $0.field("artifact", criterion.artifact?.text)
                    }
                }
            }
        }
        return writer.text + "\n"
    }

    private static func write(_ input: InputDeclaration, to writer: inout JSONWriter) {
        writer.field("name", input.name)
        writer.field("type", input.type)
        writer.field("required", input.isRequired)
        writer.field("default", input.defaultValue)
        writer.field("description", input.summary)
    }

    private func write(_ step: Step, _ index: Int, _ words: PlanWords, to writer: inout JSONWriter) {
        writer.field("id", step.id)
        writer.field("title", step.title)
        writer.field("kind", PlanWords.kind(step).snake)
        writer.field("phase", step.phase.rawValue)
        writer.field("line", step.line)
        writer.field("implied", step.isImplied)
        writer.field("parent", plan.parents[index].map { plan.steps[$0].id })
        writer.field("about", words.holding(step))
        if step.isOptional { writer.field("optional", true) }
        if let condition = step.condition {
            writer.object("condition") {
                $0.field("symbol", condition.symbol)
                $0.field("source", words.source(of: condition))
            }
        }
        writer.field("when", step.when?.text)
        let elements = step.kind.elements
        if !elements.isEmpty { writer.field("elements", elements.map { plan.steps[$0].id }) }
        write(step.kind, words, to: &writer)
        if let state = state(of: step) {
            writer.field("state", state.status.rawValue)
            writer.field("remark", state.remark)
        }
    }

    private func write(_ kind: Step.Kind, _ words: PlanWords, to writer: inout JSONWriter) {
        switch kind {
        case .agent(let work): write(work, to: &writer)
        case .guidance(let guidance): writer.field("notes", guidance.notes)
        case .forEach(let forEach):
            writer.field("item", forEach.item)
            writer.field("max_parallel", forEach.maxParallel)
            writer.field("max_items", forEach.maxItems)
        case .loop(let loop):
            writer.field("until", loop.until.text)
            writer.field("max_rounds", loop.maxRounds)
        case .review(let loop): writer.field("max_rounds", loop.maxRounds)
        case .routes(let routes):
            writer.field("selector", routes.selector.symbol)
            writer.field("source", words.source(of: routes.selector))
            writer.array("routes") { list in
                for route in routes.routes {
                    list.object {
                        $0.field("name", route.name)
                        $0.field("step", route.body.map { plan.steps[$0].id })
                        $0.field("ends_run", route.endsRun)
                    }
                }
            }
        case .choice(let choice):
            writer.array("cases") { list in
                for option in choice.cases {
                    list.object {
                        $0.field("when", option.when?.text)
                        $0.field("step", plan.steps[option.body].id)
                    }
                }
            }
        case .childRun(let child): writer.field("workflow", child.workflow)
        case .block, .fixFlagged: break
        }
    }

    private func write(_ work: AgentWork, to writer: inout JSONWriter) {
        writer.field("roles", work.roles)
        writer.field("creates", work.creates.map(\.name.text))
        if !work.updates.isEmpty { writer.field("updates", work.updates.map(\.name.text)) }
        if !work.validates.isEmpty { writer.field("validates", work.validates) }
        if !work.uses.isEmpty { writer.field("uses", work.uses) }
        let templates = PlanWords(plan: plan).templates(work)
        if !templates.isEmpty {
            writer.array("templates") { list in
                for (product, template) in templates {
                    list.object {
                        $0.field("document", product)
                        $0.field("template", template)
                    }
                }
            }
        }
        writer.array("requires") { list in
            for requirement in work.requires {
                switch requirement {
                case .allArtifacts: list.value(["*"])
                case .anyOf(let names): list.value(names)
                }
            }
        }
        if let approval = work.approval {
            writer.object("approve") {
                $0.field("artifacts", approval.artifacts.map(\.text))
                $0.field("by", approval.by)
                $0.field("quorum", approval.quorum)
                $0.field("four_eyes", approval.fourEyes)
                $0.field("timeout_ms", approval.timeoutMilliseconds)
                $0.field("on_timeout", approval.onTimeout.rawValue)
                $0.field("optional", approval.isOptional)
            }
        }
        guard !work.reports.isEmpty else { return }
        writer.array("reports") { list in
            for report in work.reports {
                list.object {
                    $0.field("name", report.name)
                    $0.field("type", report.kind.rawValue)
                    $0.field("question", report.question)
                    if !report.options.isEmpty { $0.field("options", report.options) }
                }
            }
        }
    }
}

extension String {
    fileprivate var snake: String { String(map { $0 == " " ? "_" : $0 }) }
}
