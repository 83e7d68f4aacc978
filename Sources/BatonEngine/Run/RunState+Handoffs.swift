/// Making the handoff to the next role.
extension RunState {
    mutating func makeHandoff(for step: Step, _ work: AgentWork, now: Timestamp) -> Handoff {
        let finished = lastFinished(3)
        let last = finished.last
        let from = last?.dispatch?.role ?? "user"
        let context = context(of: work)
        let prompt = plan.prompt(from: from, to: step, work).map(fill)
        let metadata: JSON =
            last.map {
                ["from": [["role": .string(from), "step": .string(plan.steps[$0.step].id)]]]
            } ?? [:]
        return Handoff(
            id: id.child(nextOrdinal()), run: id, project: project, fromAgent: from, toAgent: work.roles[0],
            fromInstance: last?.dispatch?.agent, phase: step.phase, contextIDs: context.map { id.child($0.ordinal) },
            contextSummary: summary(of: finished),
            instructions: [prompt, work.notes].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n\n"),
            expectedOutputs: (work.creates + work.updates).map(\.name.text),
            acceptanceCriteria: work.acceptanceCriteria, priority: work.priority, metadata: metadata, createdAt: now)
    }

    /// The versions that a task is given: what its step requires and updates; every one, if it names nothing.
    public func context(of work: AgentWork) -> [ArtifactVersion] {
        if work.requires.isEmpty && work.updates.isEmpty { return currentArtifacts }
        var context: [ArtifactVersion] = []
        func add(_ versions: [ArtifactVersion]) {
            for version in versions where !context.contains(where: { $0.ordinal == version.ordinal }) {
                context.append(version)
            }
        }
        for requirement in work.requires {
            switch requirement {
            case .allArtifacts: add(currentArtifacts)
            case .anyOf(let names): for name in names { add(artifacts(named: ArtifactName(name))) }
            }
        }
        for product in work.updates { add(artifacts(named: product.name)) }
        return context
    }

    /// The last agent tasks that were completed, the oldest first.
    private func lastFinished(_ count: Int) -> [TaskState] {
        var finished: [TaskState] = []
        for task in tasks.reversed() where task.status == .completed && task.dispatch != nil {
            finished.append(task)
            if finished.count == count { break }
        }
        return finished.reversed()
    }

    /// What was done so far, from the summaries of the last results.
    private func summary(of finished: [TaskState]) -> String {
        guard !finished.isEmpty else {
            guard case .string(let idea) = inputs["idea"] ?? .null else { return "The run begins." }
            return "The run begins with the idea: \(idea.prefix(1000))"
        }
        return finished.map { task in
            let role = task.dispatch?.role ?? ""
            let summary = task.summary.flatMap { $0.isEmpty ? nil : $0 } ?? "done"
            return "\(role) (\(plan.steps[task.step].id)): \(summary)"
        }.joined(separator: "\n")
    }

    /// Fills `{{fact}}` from facts and inputs; what cannot be filled stays as written.
    private func fill(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            result += rest[..<open.lowerBound]
            let name = rest[open.upperBound..<close.lowerBound].trimmingSpaces()
            switch fact(name)?.value {
            case .string(let value): result += value
            case .int(let value): result += String(value)
            case .double(let value): result += String(value)
            case .bool(let value): result += String(value)
            case nil, .null, .array, .object: result += rest[open.lowerBound..<close.upperBound]
            }
            rest = rest[close.upperBound...]
        }
        return result + rest
    }
}

extension Plan {
    /// The text of `handoff_prompts` for a handoff: its key names both sides, or is the only one for the receiver.
    func prompt(from: String, to step: Step, _ work: AgentWork) -> String? {
        if handoffPrompts.isEmpty { return nil }
        let senders = Self.names(ofRole: from)
        let products = (work.creates + work.updates).map { ArtifactName.key(of: $0.name.text) }
        let words = ([step.id, work.action ?? ""] + products).flatMap { $0.split(whereSeparator: { !$0.isLetter }) }
        let receivers = work.roles.flatMap(Self.names(ofRole:)) + words.map { $0.lowercased() }
        func isSender(_ name: Substring) -> Bool { senders.contains { $0 == name } }
        func isReceiver(_ name: Substring) -> Bool { receivers.contains { $0 == name } }

        var candidates: [HandoffPrompt] = []
        for prompt in handoffPrompts {
            let key = ArtifactName.key(of: prompt.key)
            guard let range = key.firstRange(of: "-to-") else { continue }
            guard isReceiver(key[range.upperBound...]) else { continue }
            if isSender(key[..<range.lowerBound]) { return prompt.text }
            candidates.append(prompt)
        }
        return candidates.count == 1 ? candidates[0].text : nil
    }

    /// A role's name and its short form (`ux-expert` = `ux`).
    private static func names(ofRole role: String) -> [String] {
        let key = ArtifactName.key(of: role)
        guard let dash = key.firstIndex(of: "-") else { return [key] }
        return [key, String(key[..<dash])]
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        guard let start = firstIndex(where: { !$0.isWhitespace }) else { return "" }
        let end = lastIndex(where: { !$0.isWhitespace })!
        return String(self[start...end])
    }
}
