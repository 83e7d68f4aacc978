import BatonEngine

/// Compares the drawing in a file with the plan: a drawing that tells another story misleads whoever reads it.
///
/// Only what a drawing says plainly is compared: nodes of the form `role: artifact` and arrows that lead back. All of
/// it is notes, since the steps count and not the drawing.
struct FlowDiagramRules {
    /// A file with more steps was not drawn by hand, and comparing all with all would take its time.
    private static let maxSteps = 1000

    private let diagram: FlowDiagram
    private let plan: Plan
    private let agentSteps: [(index: Int, work: AgentWork)]
    /// What the nodes say who does; nil for questions, starts, ends and whatever else is drawn.
    private let work: [Work?]

    /// `role: text`
    private struct Work {
        let roles: [String]
        let words: Set<String>
        /// The files that the text names.
        let artifacts: [(name: String, key: String)]
    }

    init(_ diagram: FlowDiagram, _ plan: Plan) {
        self.diagram = diagram
        self.plan = plan
        work = diagram.nodes.map { $0.isQuestion ? nil : Self.work(in: $0.label) }
        agentSteps = plan.steps.enumerated().compactMap { index, step in
            guard case .agent(let work) = step.kind else { return nil }
            return (index, work)
        }
    }

    /// Each difference as a sentence.
    var differences: [String] {
        plan.steps.count > Self.maxSteps ? [] : drawnOnly + notDrawn + waysBack + undrawnLoops
    }

    // MARK: Who makes what

    private var drawnOnly: [String] {
        work.indices.flatMap { index -> [String] in
            guard let work = work[index] else { return [] }
            let steps = steps(of: work.roles)
            guard !steps.isEmpty else {
                return ["the flow_diagram has \"\(diagram.nodes[index].label.clipped)\", and no step is for that role"]
            }
            return work.artifacts.filter { artifact in
                !steps.contains { ($0.work.creates + $0.work.updates).contains { $0.name.key == artifact.key } }
            }.map {
                "the flow_diagram has \"\(diagram.nodes[index].label.clipped)\", and no such step makes \($0.name)"
            }
        }
    }

    private var notDrawn: [String] {
        let drawn = work.compactMap(\.self)
        guard drawn.contains(where: { !$0.artifacts.isEmpty }) else { return [] }
        return agentSteps.flatMap { step in
            step.work.creates.filter { product in
                let words = Self.words(of: product.name.key)
                return Self.isFile(product.name.text)
                    && !drawn.contains {
                        !Set($0.roles).isDisjoint(with: step.work.roles) && words.isSubset(of: $0.words)
                    }
            }.map {
                "the flow_diagram does not show \(step.work.roles.joined(separator: "/")): \($0.name.text) "
                    + "(step \(plan.steps[step.index].id))"
            }
        }
    }

    // MARK: Ways back

    private var waysBack: [String] {
        diagram.backEdges.compactMap { edge in
            let steps = steps(at: edge.to)
            guard !steps.isEmpty, !steps.contains(where: { !loops(around: $0).isEmpty }) else { return nil }
            return
                "the flow_diagram leads back to \"\(diagram.nodes[edge.to].label.clipped)\", and nothing in the steps "
                + "repeats it"
        }
    }

    private var undrawnLoops: [String] {
        guard work.contains(where: { $0 != nil }) else { return [] }
        let drawn = Set(diagram.backEdges.flatMap { steps(at: $0.to) }.flatMap { loops(around: $0) })
        return plan.steps.indices.filter { plan.steps[$0].kind.repeats && !drawn.contains($0) }.map {
            "the steps repeat \(plan.steps[$0].id), and the flow_diagram shows no way back there"
        }
    }

    /// The steps that a node may stand for.
    private func steps(at node: Int) -> [Int] {
        guard let work = work[node] else { return [] }
        let steps = steps(of: work.roles)
        let alike = steps.filter { step in
            var text = [plan.steps[step.index].id, step.work.action ?? ""]
            text += (step.work.creates + step.work.updates).map(\.name.key)
            return text.contains { !Self.words(of: $0).isDisjoint(with: work.words) }
        }
        return (alike.isEmpty && steps.count == 1 ? steps : alike).map(\.index)
    }

    private func loops(around step: Int) -> [Int] {
        var loops: [Int] = []
        var next = plan.parents[step]
        while let index = next {
            if plan.steps[index].kind.repeats { loops.append(index) }
            next = plan.parents[index]
        }
        return loops
    }

    // MARK: Reading

    private func steps(of roles: [String]) -> [(index: Int, work: AgentWork)] {
        agentSteps.filter { !Set($0.work.roles).isDisjoint(with: roles) }
    }

    /// `pm: update prd.md`, `analyst/pm: review story`; a capital letter begins no role.
    private static func work(in label: String) -> Work? {
        guard let colon = label.firstIndex(of: ":") else { return nil }
        let roles = label[..<colon].split(separator: "/").map { String($0).trimmed }
        let isRole = { (name: String) in
            name.first?.isLowercase == true && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
        }
        guard !roles.isEmpty, roles.allSatisfy(isRole) else { return nil }
        let tokens = label[label.index(after: colon)...].split(whereSeparator: \.isWhitespace).map(String.init)
        return Work(
            roles: roles, words: tokens.reduce(into: []) { $0.formUnion(words(of: ArtifactName.key(of: $1))) },
            artifacts: tokens.filter(isFile).map { ($0, ArtifactName.key(of: $0)) })
    }

    private static func isFile(_ name: String) -> Bool { ArtifactName.key(of: name).utf8.count < name.utf8.count }

    private static func words(of text: String) -> Set<String> {
        Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    }
}

extension Step.Kind {
    fileprivate var repeats: Bool {
        switch self {
        case .forEach, .loop, .review: true
        case .agent, .guidance, .block, .fixFlagged, .routes, .choice, .childRun: false
        }
    }
}
