/// Keeping artifacts and facts, and checking what an agent returns.
extension RunState {
    mutating func keep(_ fact: Fact, _ output: inout RunOutput) {
        facts[ArtifactName.key(of: fact.name)] = fact
        output.facts.append(fact)
    }

    mutating func keep(
        _ content: ArtifactContent, task: UInt32, role: String, madeFrom: [UInt32], isExtra: Bool, now: Timestamp,
        _ output: inout RunOutput
    ) {
        let key = content.name.key
        let current = latest[key].map { artifacts[$0] }
        if let current, current.digest == content.digest, current.isExtra == isExtra {
            output.log.append(.unchanged(name: content.name.text))
            return
        }
        let version = ArtifactVersion(
            ordinal: nextOrdinal(), name: current?.name ?? content.name, version: versionCount(of: key) + 1,
            digest: content.digest, size: content.size, mediaType: content.mediaType, task: task, role: role,
            madeFrom: madeFrom, isExtra: isExtra, createdAt: now)
        restore(version)
        output.artifacts.append(version)
        output.log.append(.artifact(name: version.name.text, version: version.version))
    }

    /// Puts a version into the state; also how the store gives back what it has, in the order of the ordinals.
    mutating func restore(_ version: ArtifactVersion) {
        artifacts.append(version)
        let key = version.name.key
        // What nobody asked for does not take the place of what somebody did.
        if version.isExtra, let current = latest[key], !artifacts[current].isExtra { return }
        latest[key] = artifacts.count - 1
    }

    private func versionCount(of key: String) -> Int {
        guard let current = latest[key] else { return 0 }
        // Versions behind the one in force can only be extra ones.
        return artifacts[current...].reduce(artifacts[current].version) {
            $1.name.key == key ? max($0, $1.version) : $0
        }
    }

    /// Why a result can't be accepted for the task; one reason a line, each of which an agent can act on.
    public func faults(in report: TaskReport) -> [String] {
        guard let task = task(report.task), case .agent(let work) = plan.steps[task.step].kind else { return [] }
        var faults: [String] = []
        var names: Set<ArtifactName> = []
        for artifact in report.artifacts {
            if let fault = ArtifactName.fault(in: artifact.name.text) {
                faults.append("the artifact name \"\(artifact.name.text.prefix(80))\" \(fault)")
            } else if !names.insert(artifact.name).inserted {
                faults.append("the artifact \(artifact.name) is in the result twice")
            }
        }
        for product in work.creates where !product.isOptional && !names.contains(where: { product.covers($0) }) {
            faults.append(
                product.isSet
                    ? "the result lacks \(product.name): one document of that name, or any number named "
                        + "\(product.name.text.hasSuffix("/") ? product.name.text : product.name.text + "/")…"
                    : "the result lacks the artifact \(product.name)")
        }
        for request in work.reports {
            guard let value = report.facts[request.name], let fault = request.fault(in: value) else { continue }
            faults.append("facts.\(request.name) \(fault)")
        }
        return faults
    }
}

extension Report {
    func fault(in value: JSON) -> String? {
        switch (kind, value) {
        case (.boolean, .bool), (.list, .array), (.number, .int), (.number, .double): nil
        case (.enum, .string(let text)) where options.contains(text): nil
        case (.enum, _): "must be one of \(options.joined(separator: ", "))"
        case (.boolean, _): "must be true or false, not \(value.kind)"
        case (.list, _): "must be an array, not \(value.kind)"
        case (.number, _): "must be a number, not \(value.kind)"
        }
    }
}
