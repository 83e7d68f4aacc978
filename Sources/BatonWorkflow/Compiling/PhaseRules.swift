import BatonEngine

/// Infers the phase of steps that do not say it.
///
/// Ids and artifacts that speak of analysis mean discovery; steps that only update, validate, shard or guide stay where
/// the step before them was; otherwise the last word of the role decides. A phase is never lower than the one before.
enum PhaseRules {
    /// By the last word of a role.
    private static let phasesOfRoles: [String: Phase] = [
        "analyst": .discovery,
        "pm": .plan, "po": .plan, "sm": .plan, "owner": .plan, "master": .plan,
        "architect": .design, "designer": .design,
        "dev": .build, "developer": .build,
        "qa": .validate, "tester": .validate,
        "deployer": .launch, "devops": .launch, "platform": .launch,
    ]

    /// - Returns: the phase of each entry; what holds others is of the phase of the first of them.
    static func phases(of layout: PlanLayout, ids: [String], findings: Findings) -> [Phase] {
        var walk = PhaseWalk(layout: layout, ids: ids, findings: findings)
        for root in layout.roots { walk.visit(root, inBuildCycle: false) }
        return walk.phases
    }

    /// Goes through the elements in the order in which they run.
    private struct PhaseWalk {
        let layout: PlanLayout
        let ids: [String]
        let findings: Findings
        var phases: [Phase]
        private var current = Phase.discovery

        init(layout: PlanLayout, ids: [String], findings: Findings) {
            self.layout = layout
            self.ids = ids
            self.findings = findings
            phases = Array(repeating: .discovery, count: layout.entries.count)
        }

        mutating func visit(_ index: Int, inBuildCycle: Bool) {
            let entry = layout.entries[index]
            guard !entry.children.isEmpty else {
                phases[index] = leaf(index, entry.step, inBuildCycle)
                return
            }
            var inBuildCycle = inBuildCycle
            if case .forEach = entry.element.shape {
                inBuildCycle =
                    inBuildCycle || layout.entries[index..<entry.end].contains { PhaseRules.isBuild($0.step) }
            }
            // Branches and alternatives begin alike; what follows them is behind the last.
            let before = current
            var last = current
            for child in entry.children {
                if entry.isFork { current = before }
                visit(child, inBuildCycle: inBuildCycle)
                if !entry.endsRun(with: child, in: layout) { last = max(last, current) }
            }
            current = last
            phases[index] = entry.isChoice ? before : entry.children.first.map { phases[$0] } ?? current
        }

        private mutating func leaf(_ index: Int, _ step: StepDefinition, _ inBuildCycle: Bool) -> Phase {
            if let stated = step.phase {
                if stated.value < current {
                    findings.warning(
                        "the phase \(stated.value.rawValue) is over: a step before this one is of the phase "
                            + "\(current.rawValue), and so is this one", at: stated)
                }
                current = max(current, stated.value)
                return current
            }
            let role = PhaseRules.phase(ofRole: step.roles.first)
            var inferred = PhaseRules.inferred(step, id: ids[index], role: role, before: current)
            if inBuildCycle { inferred = role == .validate ? .validate : max(inferred, .build) }
            current = max(current, inferred)
            return current
        }
    }

    private static func isBuild(_ step: StepDefinition) -> Bool {
        step.phase?.value == .build || (step.phase == nil && phase(ofRole: step.roles.first) == .build)
    }

    private static func inferred(_ step: StepDefinition, id: String, role: Phase?, before: Phase) -> Phase {
        let key = ArtifactName.key(of: id)
        if ["-analysis", "-classification", "-check"].contains(where: key.hasSuffix) { return .discovery }
        if step.creates.contains(where: { $0.name.key.contains("brief") || $0.name.key.contains("concept") }) {
            return .discovery
        }
        if step.isGuidance || isShard(step) { return before }
        if step.creates.isEmpty && !(step.updates.isEmpty && step.validates.isEmpty) { return before }
        return role ?? before
    }

    private static func isShard(_ step: StepDefinition) -> Bool {
        let words = [step.name, step.action, step.task].compactMap(\.self)
        return words.contains { $0.lowercased().hasPrefix("shard") }
            || step.creates.contains { $0.name.key.hasPrefix("sharded") }
    }

    private static func phase(ofRole role: String?) -> Phase? {
        guard let key = role.map(ArtifactName.key) else { return nil }
        if key == "ux-expert" { return .design }
        return key.split(separator: "-").last.flatMap { phasesOfRoles[String($0)] }
    }
}

extension PlanLayout.Entry {
    /// One of those below it runs.
    fileprivate var isChoice: Bool {
        switch element.shape {
        case .routes, .choice: true
        default: false
        }
    }

    /// Nothing follows the route whose body that is.
    fileprivate func endsRun(with child: Int, in layout: PlanLayout) -> Bool {
        guard case .routes(let routes, _) = element.shape, let position = children.firstIndex(of: child) else {
            return false
        }
        return routes.filter { $0.body != nil }[position].endsRun
    }

    /// Those below it do not follow each other.
    fileprivate var isFork: Bool {
        switch element.shape {
        case .parallel, .routes, .choice, .block(_, .dataflow): true
        default: false
        }
    }
}
