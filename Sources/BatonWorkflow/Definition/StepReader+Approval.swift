import BatonEngine

/// `approve`: who has to be content with what a step made before the run goes on.
extension StepReader {
    private static let approvalKeys = [
        "artifact", "artifacts", "by", "quorum", "four_eyes", "timeout", "on_timeout", "optional",
    ]

    /// `approve: true`, `approve: [prd.md]`, or `approve: {artifact, by, quorum, four_eyes, timeout, on_timeout,
    /// optional}`.
    func approval(_ entry: YAMLEntry) -> Written<ApprovalPolicy>? {
        guard !entry.value.isNull else { return nil }
        var policy = ApprovalPolicy()
        if let isWanted = entry.value.scalar?.value.bool {
            return isWanted ? Written(policy, at: entry.value) : nil
        }
        guard let entries = entry.value.mapping else {
            policy.artifacts = documents(entry)
            return policy.artifacts.isEmpty ? nil : Written(policy, at: entry.value)
        }
        for entry in entries { read(entry, into: &policy) }
        if policy.timeoutMilliseconds == nil, let entry = entries.first(where: { $0.key == "on_timeout" }) {
            findings.warning("on_timeout means nothing without a timeout", at: entry.value, hint: "add timeout: PT2H")
        }
        return Written(policy, at: entry.value)
    }

    private func read(_ entry: YAMLEntry, into policy: inout ApprovalPolicy) {
        switch entry.key {
        case "artifact", "artifacts": policy.artifacts += documents(entry)
        case "by": policy.by = names(entry)
        case "quorum": policy.quorum = fields.integer(entry, in: 1...100).map(Int.init) ?? 1
        case "four_eyes": policy.fourEyes = fields.bool(entry) ?? true
        case "optional": policy.isOptional = fields.bool(entry) ?? false
        case "timeout": policy.timeoutMilliseconds = fields.duration(entry)
        case "on_timeout": policy.onTimeout = fields.choice(entry, TimeoutChoice.self)?.answer ?? .attention
        default:
            // What is misspelled would let somebody approve who should not.
            findings.error(
                "the key \"\(entry.key.clipped)\" means nothing in approve", at: entry,
                hint: "known are \(Self.approvalKeys.joined(separator: ", "))")
        }
    }

    private func documents(_ entry: YAMLEntry) -> [ArtifactName] {
        fields.commaList(entry).compactMap { item in
            guard let fault = ArtifactName.fault(in: item.value) else { return ArtifactName(item.value) }
            findings.error("the artifact name \"\(item.value.clipped)\" \(fault)", at: item)
            return nil
        }
    }

    private func names(_ entry: YAMLEntry) -> [String] {
        var names: [String] = []
        for item in fields.commaList(entry) where !names.contains(item.value) {
            if item.value.utf8.count <= Self.maxNameBytes {
                names.append(item.value)
            } else {
                findings.error("the name \(item.value.clipped) is longer than \(Self.maxNameBytes) bytes", at: item)
            }
        }
        if names.isEmpty { findings.error("by names nobody", at: entry.value) }
        return names
    }

    /// Only what the step itself makes can be sent back to its author.
    func checkApproval(of step: StepDefinition) {
        guard let approval = step.approval else { return }
        if step.roles.isEmpty {
            findings.error(
                "approve belongs to a step with an agent: nobody could amend it", at: approval,
                hint: "put it at the step that makes the document")
            return
        }
        let products = step.creates + step.updates
        for name in approval.value.artifacts where !products.contains(where: { $0.covers(name) }) {
            let made = products.map(\.name.text).joined(separator: ", ")
            findings.error(
                "the step does not make \(name), and so it can't be approved here", at: approval,
                hint: made.isEmpty ? "the step makes no document" : "it makes \(made)")
        }
    }
}

extension ProductDefinition {
    fileprivate func covers(_ artifact: ArtifactName) -> Bool {
        name.matches(artifact) || (isSet && artifact.isInside(name))
    }
}

/// The values of `on_timeout`, as a file writes them.
private enum TimeoutChoice: String, CaseIterable {
    case approve, reject, attention

    var answer: ApprovalPolicy.OnTimeout { ApprovalPolicy.OnTimeout(rawValue: rawValue)! }
}
