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

    static func phases(of steps: [StepDefinition], ids: [String], findings: Findings) -> [Phase] {
        let cycles = ProseLoops.cycles(in: steps)
        let rolePhases = steps.map { phase(ofRole: $0.roles.first) }
        // How many build steps stand before each index.
        let builds = rolePhases.reduce(into: [0]) { $0.append($0.last! + ($1 == .build ? 1 : 0)) }
        var phases: [Phase] = []
        var current = Phase.discovery
        var buildCycleEnd = 0
        for (index, step) in steps.enumerated() {
            if let end = cycles[index], builds[end] > builds[index] { buildCycleEnd = max(buildCycleEnd, end) }
            if let stated = step.phase {
                if stated.value < current {
                    findings.warning(
                        "the phase \(stated.value.rawValue) is over: a step before this one is of the phase "
                            + "\(current.rawValue), and so is this one", at: stated)
                }
                current = max(current, stated.value)
            } else {
                var inferred = inferred(step, id: ids[index], role: rolePhases[index], before: current)
                if index < buildCycleEnd {
                    inferred = rolePhases[index] == .validate ? .validate : max(inferred, .build)
                }
                current = max(current, inferred)
            }
            phases.append(current)
        }
        return phases
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
