import BatonEngine

/// The plan as an outline for people: one element a line, and below it what it needs, and what its agent is asked.
///
/// ```text
/// Greenfield  (greenfield)
///
/// discovery  • analyst-brief  analyst → brief.md
/// plan       • pm-prd  pm → prd.md
///                needs brief.md
///            ↻ stories-cycle  for each: story of stories, else as long as more_stories, at most 1000 rounds
/// build        • dev-code  dev → code/…
/// ```
extension PlanDrawing {
    public var text: String {
        var outline = PlanOutline(drawing: self)
        outline.addHead()
        for element in plan.body.elements { outline.add(element, depth: 0) }
        outline.addFoot()
        return outline.lines.joined(separator: "\n") + "\n"
    }
}

private struct PlanOutline {
    /// Wide enough for the longest phase.
    private static let margin = 11

    let drawing: PlanDrawing
    private(set) var lines: [String] = []
    /// The phase of the last line that had one.
    private var phase: Phase?
    private var plan: Plan { drawing.plan }
    private var words: PlanWords { PlanWords(plan: drawing.plan) }

    init(drawing: PlanDrawing) { self.drawing = drawing }

    mutating func addHead() {
        lines.append("\(PlanWords.line(plan.title))  (\(PlanWords.line(plan.workflow)))")
        for input in plan.inputs {
            let need = input.isRequired ? "required" : input.defaultValue.map { "default \($0.text)" } ?? "optional"
            let about = input.summary.map { ": \(PlanWords.line($0))" } ?? ""
            lines.append(PlanWords.line("input \(input.name) (\(input.type ?? "any"), \(need))") + about)
        }
        if case .dataflow = plan.body { lines.append("Steps begin when what they require is there.") }
        if case .parallel = plan.body { lines.append("Steps run side by side.") }
        lines.append("")
    }

    mutating func addFoot() {
        guard !plan.completion.isEmpty else { return }
        lines.append("")
        for criterion in plan.completion {
            lines.append("\(criterion.artifact == nil ? "note" : "at the end"): \(PlanWords.line(criterion.text))")
        }
    }

    mutating func add(_ index: Int, depth: Int) {
        let step = plan.steps[index]
        if step.isPlainBlock, words.guards(of: step).isEmpty {
            for element in step.kind.elements { add(element, depth: depth) }
            return
        }
        let head = "\(mark(step)) \(step.id)  \(headline(step, index))"
        append(head.trimmingTrailingSpaces, depth: depth, phase: step.kind.elements.isEmpty ? step.phase : nil)
        for clause in clauses(step) { append("    \(clause)", depth: depth) }
        switch step.kind {
        case .routes(let routes):
            for route in routes.routes {
                let end = route.endsRun ? ", then the run is complete" : route.body == nil ? ": go on" : ""
                append("  ─ \(route.name)\(end)", depth: depth)
                if let body = route.body { add(body, depth: depth + 2) }
            }
        case .choice(let choice):
            for option in choice.cases {
                append("  ─ \(option.when.map { "when \(PlanWords.line($0.text))" } ?? "else")", depth: depth)
                add(option.body, depth: depth + 2)
            }
        default: for element in step.kind.elements { add(element, depth: depth + 1) }
        }
    }

    private func headline(_ step: Step, _ index: Int) -> String {
        switch step.kind {
        case .agent(let work):
            let made = work.creates.isEmpty ? "" : " → \(PlanWords.products(work.creates))"
            return words.doers(step, at: index) + made
        case .guidance(let guidance): return PlanWords.line(guidance.notes, max: 80)
        case .childRun(let child): return "a run of \(child.workflow)"
        default: return "\(PlanWords.kind(step)): \(words.holding(step) ?? "")"
        }
    }

    private func clauses(_ step: Step) -> [String] {
        var clauses = words.guards(of: step)
        switch step.kind {
        case .agent(let work): clauses += words.work(work)
        case .childRun(let child) where !child.requires.isEmpty:
            clauses.append("needs \(PlanWords.requirements(child.requires))")
        case .routes(let routes): clauses.append("asks: \(PlanWords.line(routes.question))")
        default: break
        }
        if let state = drawing.state(of: step) {
            clauses.append(state.status.rawValue + (state.remark.map { "  \(PlanWords.line($0))" } ?? ""))
        }
        return clauses
    }

    private func mark(_ step: Step) -> String {
        if let state = drawing.state(of: step) { return state.status.mark }
        return switch step.kind {
        case .agent: "•"
        case .guidance: "i"
        case .block(.parallel): "∥"
        case .block: "▪"
        case .forEach, .loop, .review: "↻"
        case .fixFlagged: "∥"
        case .routes, .choice: "◇"
        case .childRun: "▶"
        }
    }

    private mutating func append(_ line: String, depth: Int, phase: Phase? = nil) {
        var margin = ""
        if let phase, phase != self.phase {
            self.phase = phase
            margin = phase.rawValue
        }
        margin += String(repeating: " ", count: Self.margin - margin.count)
        // Ids may hold anything.
        let clean = String(line.map { $0.isNewline ? " " : $0 })
        lines.append((margin + String(repeating: "  ", count: depth) + clean).trimmingTrailingSpaces)
    }
}

extension Step {
    /// It does nothing but hold others in their order: the compiler made it.
    var isPlainBlock: Bool {
        guard isImplied, case .block(.sequence) = kind else { return false }
        return true
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
