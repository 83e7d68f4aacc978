import BatonEngine

/// Which elements of a dataflow wait for which: for what they require, those before them that make or change it, else
/// the first one behind them that makes it.
struct DataflowRules {
    let findings: Findings

    /// - Parameter elements: indices into the layout.
    /// - Returns: for each, the positions of those that have to end before it.
    func order(_ elements: [Int], in layout: PlanLayout) -> [[Int]] {
        var makers: [String: [Int]] = [:]
        var sets: Set<String> = []
        for (position, element) in elements.enumerated() {
            for step in leaves(element, layout) {
                for product in step.creates + step.updates {
                    makers[product.name.key, default: []].append(position)
                    if product.isSet { sets.insert(product.name.key) }
                }
            }
        }
        let after = elements.enumerated().map { position, element -> [Int] in
            var predecessors: Set<Int> = []
            for step in leaves(element, layout) {
                for name in names(required: step) {
                    if name == nil { predecessors.formUnion(0..<position) }
                    let positions = name.map { self.makers($0, makers, sets) } ?? []
                    let earlier = positions.filter { $0 < position }
                    predecessors.formUnion(
                        earlier.isEmpty ? positions.first { $0 > position }.map { [$0] } ?? [] : earlier)
                }
            }
            predecessors.remove(position)
            return predecessors.sorted()
        }
        if let cycle = cycle(in: after) {
            let place = layout.entries[elements[cycle[0]]].step
            let names = cycle.map { StepNaming.base(of: layout.entries[elements[$0]].step) }
            findings.error(
                "these steps wait for each other: \((names + [names[0]]).joined(separator: " → "))", at: place)
            return elements.map { _ in [] }
        }
        return after
    }

    private func leaves(_ element: Int, _ layout: PlanLayout) -> [StepDefinition] {
        layout.entries[element..<layout.entries[element].end].map(\.step)
    }

    /// The keys of what a step needs; nil for everything so far.
    private func names(required step: StepDefinition) -> [String?] {
        let written = (step.requires + step.validates).flatMap { item -> [String?] in
            let text = RequirementText(item.value)
            if text.meansAllArtifacts { return [nil] }
            return ([text.text] + text.alternatives).map(ArtifactName.key)
        }
        return written + step.updates.map(\.name.key)
    }

    private func makers(_ key: String, _ makers: [String: [Int]], _ sets: Set<String>) -> [Int] {
        if let positions = makers[key] { return positions }
        // `stories/1` is a document of the set `stories`.
        var folder = key[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            let set = ArtifactName.key(of: String(folder))
            if sets.contains(set), let positions = makers[set] { return positions }
        }
        return []
    }

    /// The positions of a cycle, if there is one.
    private func cycle(in after: [[Int]]) -> [Int]? {
        // 0: not looked at; 1: on the way; 2: done.
        var marks = [Int](repeating: 0, count: after.count)
        for start in after.indices where marks[start] == 0 {
            var path: [(position: Int, next: Int)] = [(start, 0)]
            marks[start] = 1
            while let (position, next) = path.last {
                guard next < after[position].count else {
                    marks[position] = 2
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let predecessor = after[position][next]
                if marks[predecessor] == 1 {
                    let from = path.firstIndex { $0.position == predecessor }!
                    return path[from...].map(\.position).reversed()
                }
                if marks[predecessor] == 0 {
                    marks[predecessor] = 1
                    path.append((predecessor, 0))
                }
            }
        }
        return nil
    }
}
