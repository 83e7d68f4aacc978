import BatonEngine

/// Walks a plan and puts down nodes and arrows on the way.
struct PlanGraphBuilder {
    /// An end of an arrow that is still loose.
    private struct Loose: Hashable {
        let node: String
        let label: String?
    }

    private let plan: Plan
    private let words: PlanWords
    /// The frames that are open, the outermost first.
    private(set) var frames = [PlanGraph.Frame(name: "root", title: [])]
    private(set) var edges: [PlanGraph.Edge] = []
    /// What ends the run before its end.
    private var endings: [Loose] = []

    init(_ plan: Plan) {
        self.plan = plan
        words = PlanWords(plan: plan)
    }

    mutating func build() {
        add("begin", .start, ["start"])
        let last = draw(plan.body, name: "body", from: [Loose(node: "begin", label: nil)])
        let criteria = plan.completion.compactMap { $0.artifact == nil ? nil : PlanWords.line($0.text) }
        add("finish", .end, ["end"] + criteria)
        connect(last + endings, to: "finish")
    }

    // MARK: Elements

    private mutating func draw(_ index: Int, from incoming: [Loose]) -> [Loose] {
        let (open, closed) = drawGuard(of: index, from: incoming)
        return drawBody(of: index, from: open) + closed
    }

    /// The ways in and past a step that may be left out.
    private mutating func drawGuard(of index: Int, from incoming: [Loose]) -> (open: [Loose], closed: [Loose]) {
        let guards = words.guards(of: plan.steps[index])
        guard !guards.isEmpty else { return (incoming, []) }
        let name = "c\(index)"
        add(name, .question, guards)
        connect(incoming, to: name)
        return ([Loose(node: name, label: "yes")], [Loose(node: name, label: "no")])
    }

    private mutating func drawBody(of index: Int, from incoming: [Loose]) -> [Loose] {
        let step = plan.steps[index]
        let name = "s\(index)"
        switch step.kind {
        case .agent, .guidance, .childRun:
            add(name, shape(step), label(step, index), step: index)
            connect(incoming, to: name)
            return [Loose(node: name, label: nil)]
        case .block(let block):
            guard !step.isPlainBlock else { return draw(block, name: name, from: incoming) }
            return framed(step, name) { $0.draw(block, name: name, from: incoming) }
        case .forEach(let forEach):
            return framed(step, name) { builder in
                builder.add(name, .loop, ["for each \(forEach.item)"], step: index)
                builder.connect(incoming, to: name)
                let last = builder.draw(forEach.body, from: [Loose(node: name, label: nil)])
                builder.connect(last, to: name, "next \(forEach.item)", .back)
                return [Loose(node: name, label: "done")]
            }
        case .loop(let loop):
            return framed(step, name) { builder in
                builder.add(name, .loop, ["round"], step: index)
                builder.connect(incoming, to: name)
                let last = builder.draw(loop.body, from: [Loose(node: name, label: nil)])
                builder.add("u\(index)", .question, [PlanWords.line(loop.until.text)])
                builder.connect(last, to: "u\(index)")
                builder.connect([Loose(node: "u\(index)", label: "no")], to: name, nil, .back)
                return [Loose(node: "u\(index)", label: "yes")]
            }
        case .review(let loop):
            return framed(step, name) { builder in
                builder.add(name, .loop, ["round"], step: index)
                builder.connect(incoming, to: name)
                let reviewed = builder.draw(loop.review, from: [Loose(node: name, label: nil)])
                let (open, closed) = builder.drawGuard(of: loop.fix, from: reviewed)
                let fixed = builder.drawBody(of: loop.fix, from: open)
                builder.connect(fixed, to: name, "again", .back)
                return closed
            }
        case .fixFlagged(let fix): return draw(fix.task, from: incoming)
        case .routes(let routes):
            add(
                name, .question, [step.id, "by \(routes.selector.symbol)", words.source(of: routes.selector)],
                step: index)
            connect(incoming, to: name)
            return routes.routes.flatMap { draw($0, from: name) }
        case .choice(let choice):
            add(name, .question, [step.id], step: index)
            connect(incoming, to: name)
            let ways = choice.cases.flatMap { option in
                let label = option.when.map { PlanWords.line($0.text, max: 60) } ?? "else"
                return draw(option.body, from: [Loose(node: name, label: label)])
            }
            let hasElse = choice.cases.contains { $0.when == nil }
            return hasElse ? ways : ways + [Loose(node: name, label: "else")]
        }
    }

    private mutating func draw(_ route: Routes.Route, from name: String) -> [Loose] {
        let way = [Loose(node: name, label: route.name)]
        let last = route.body.map { draw($0, from: way) } ?? way
        guard route.endsRun else { return last }
        endings += last
        return []
    }

    private mutating func draw(_ block: Block, name: String, from incoming: [Loose]) -> [Loose] {
        switch block {
        case .sequence(let elements):
            return elements.reduce(incoming) { draw($1, from: $0) }
        case .parallel(let parallel):
            let last = parallel.elements.flatMap { draw($0, from: incoming) }
            let text: String
            switch parallel.join {
            case .all: text = "all"
            case .any: text = "any"
            case .count(let count): text = "\(count) of \(parallel.elements.count)"
            }
            return join(last, name: name, text, always: true)
        case .dataflow(let dataflow):
            return join(draw(dataflow, from: incoming), name: name, "all", always: false)
        }
    }

    /// The loose ends of what nothing waits for.
    private mutating func draw(_ dataflow: Dataflow, from incoming: [Loose]) -> [Loose] {
        var missing = dataflow.after.map(\.count)
        var ready = missing.indices.filter { missing[$0] == 0 }[...]
        var ends = [[Loose]](repeating: [], count: missing.count)
        while let position = ready.popFirst() {
            let before = dataflow.after[position]
            let from = before.isEmpty ? incoming : before.flatMap { ends[$0] }
            ends[position] = draw(dataflow.elements[position], from: from)
            for next in dataflow.before[position] {
                missing[next] -= 1
                if missing[next] == 0 { ready.append(next) }
            }
        }
        return ends.indices.filter { dataflow.before[$0].isEmpty }.flatMap { ends[$0] }
    }

    private mutating func join(_ loose: [Loose], name: String, _ text: String, always: Bool) -> [Loose] {
        guard loose.count > 1 || (always && !loose.isEmpty) else { return loose }
        add("j\(name)", .join, [text])
        connect(loose, to: "j\(name)")
        return [Loose(node: "j\(name)", label: nil)]
    }

    // MARK: Parts

    private mutating func framed(
        _ step: Step, _ name: String, _ body: (inout PlanGraphBuilder) -> [Loose]
    ) -> [Loose] {
        let title = ["\(step.id): \(PlanWords.kind(step))", words.holding(step) ?? ""]
        frames.append(PlanGraph.Frame(name: "f\(name)", title: title))
        let last = body(&self)
        let frame = frames.removeLast()
        frames[frames.count - 1].members.append(.frame(frame))
        return last
    }

    private mutating func add(_ name: String, _ shape: PlanGraph.Shape, _ lines: [String], step: Int? = nil) {
        let node = PlanGraph.Node(name: name, shape: shape, lines: lines, step: step)
        frames[frames.count - 1].members.append(.node(node))
    }

    private mutating func connect(
        _ loose: [Loose], to node: String, _ label: String? = nil, _ kind: PlanGraph.Edge.Kind = .onward
    ) {
        var seen: Set<Loose> = []
        for end in loose where seen.insert(end).inserted {
            let labels = [end.label, label].compactMap { $0 }
            edges.append(
                PlanGraph.Edge(
                    from: end.node, to: node, label: labels.isEmpty ? nil : labels.joined(separator: ", "), kind: kind))
        }
    }

    private func shape(_ step: Step) -> PlanGraph.Shape {
        switch step.kind {
        case .guidance: .guidance
        case .childRun: .run
        default: .task
        }
    }

    private func label(_ step: Step, _ index: Int) -> [String] {
        switch step.kind {
        case .agent(let work):
            var lines = [step.id, "\(words.doers(step, at: index)), \(step.phase.rawValue)"]
            if !work.creates.isEmpty { lines.append("→ \(PlanWords.products(work.creates))") }
            if !work.updates.isEmpty { lines.append("updates \(PlanWords.products(work.updates))") }
            if !work.validates.isEmpty { lines.append("reviews \(work.validates.joined(separator: ", "))") }
            if !work.reports.isEmpty { lines.append("reports \(work.reports.map(\.name).joined(separator: ", "))") }
            return lines
        case .guidance(let guidance): return [step.id, PlanWords.line(guidance.notes, max: 80)]
        case .childRun(let child): return [step.id, "a run of \(child.workflow)"]
        default: return [step.id]
        }
    }
}
