import BatonClient

/// The run's plan: phases as lanes, what holds others folded.
extension RunPage {
    /// A step, and what lies below it.
    private struct Node {
        let step: StepEntry
        var below: [Node] = []
    }

    var plan: HTML {
        var phases = run.milestones.map { ($0.phase, $0.reachedAt) }
        for phase in Set(run.steps.map(\.phase)) where !phases.contains(where: { $0.0 == phase }) {
            phases.append((phase, nil))
        }
        let lanes = phases.sorted { $0.0 < $1.0 }.map { phase, reachedAt in
            lane(phase, reachedAt, run.steps.filter { $0.phase == phase })
        }
        return "<ol class=\"lanes\">\(lanes)</ol>"
    }

    private func lane(_ phase: Phase, _ reachedAt: Timestamp?, _ steps: [StepEntry]) -> HTML {
        let isCurrent = run.phase == phase && reachedAt == nil && !run.status.isFinal
        let state: HTML =
            reachedAt.map { "finished \(Frame.moment($0))" } ?? (isCurrent ? "now" : "not finished")
        let kind = reachedAt != nil ? "reached" : isCurrent ? "current" : "ahead"
        return """
            <li class="lane \(kind)"><h3>\(phase.rawValue)</h3><p class="what">\(state)</p>\
            <ul class="steps">\(Self.tree(steps).map { render($0, depth: 0) })</ul></li>
            """
    }

    /// The steps below those that hold them; what holds one of another phase is not seen here.
    private static func tree(_ steps: [StepEntry]) -> [Node] {
        let ids = Set(steps.map(\.id))
        var children: [String: [StepEntry]] = [:]
        var roots: [StepEntry] = []
        for step in steps {
            if let holder = step.path.last(where: { ids.contains($0) && $0 != step.id }) {
                children[holder, default: []].append(step)
            } else {
                roots.append(step)
            }
        }
        func node(_ step: StepEntry, _ depth: Int) -> Node {
            // A snapshot that names a step below itself ends nowhere.
            guard depth < 32 else { return Node(step: step) }
            return Node(step: step, below: (children[step.id] ?? []).map { node($0, depth + 1) })
        }
        return roots.map { node($0, 0) }
    }

    private func render(_ node: Node, depth: Int) -> HTML {
        let step = node.step
        guard !node.below.isEmpty else { return "<li class=\"step s-\(step.state.rawValue)\">\(line(step))</li>" }
        let isOpen = !step.state.isEnded && step.state != .pending
        return """
            <li class="step holder s-\(step.state.rawValue)"><details data-key="\(step.id)"\(isOpen ? " open" : "")>\
            <summary>\(line(step))</summary>\
            <ul class="steps">\(node.below.map { render($0, depth: depth + 1) })</ul></details></li>
            """
    }

    private func line(_ step: StepEntry) -> HTML {
        let title: HTML = step.title.map { "<span class=\"title\">\($0)</span>" } ?? ""
        let tally: HTML = step.tally.map { "<span class=\"tally\">\($0.ended) of \($0.total)</span>" } ?? ""
        let round: HTML = step.round.map { "<span class=\"tally\">round \($0)</span>" } ?? ""
        let item: HTML = step.item.map { "<span class=\"item\">\($0)</span>" } ?? ""
        var facts: [HTML] = []
        if let agent = step.agent {
            facts.append("<span class=\"who\">\(agent)</span>")
        } else if !step.roles.isEmpty {
            facts.append("<span class=\"role\">\(step.roles.joined(separator: " or "))</span>")
        }
        if let attempt = step.attempt, attempt > 1 { facts.append("attempt \(attempt)") }
        if let since = step.since, !step.state.isEnded { facts.append(frame.elapsed(since: since, now: now)) }
        let made = step.artifacts.prefix(20).map { name in
            HTML("<a class=\"made\" href=\"\(address(of: name))\">\(name)</a>")
        }
        let reason: HTML = step.reason.map { $0.isEmpty ? "" : "<p class=\"reason\">\($0)</p>" } ?? ""
        let meta: HTML = facts.isEmpty ? "" : "<p class=\"meta\">\(facts.separated(by: " · "))</p>"
        // A name may be broken behind an underscore.
        let words = step.id.split(separator: "_", omittingEmptySubsequences: false).map { HTML(text: String($0)) }
        let name = words.separated(by: "_<wbr>")
        let docs: HTML = made.isEmpty ? "" : "<p class=\"docs\">\(made)</p>"
        return """
            \(Icon.mark(step.state))<span class="name">\(name)</span>\(title)\(tally)\(round)\(item)\
            \(meta)\(reason)\(docs)
            """
    }
}

extension Array where Element == HTML {
    func separated(by separator: StaticString) -> HTML {
        let separator = HTML(stringLiteral: separator)
        var result = HTML()
        for (index, element) in enumerated() {
            if index > 0 { result += separator }
            result += element
        }
        return result
    }
}
