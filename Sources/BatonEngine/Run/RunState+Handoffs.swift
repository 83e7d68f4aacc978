/// Making the handoff to the next role.
extension RunState {
    mutating func makeHandoff(for task: TaskState, _ now: Timestamp) -> Handoff {
        let step = plan.steps[task.step]
        guard let work = work(of: task) else { preconditionFailure("a handoff to a step without an agent") }
        let context = context(of: work, for: task)
        let last = sender(of: context)
        let from = last?.dispatch?.role ?? "user"
        let prompt = plan.prompt(from: from, after: last.map { plan.steps[$0.step] }, to: step, work)
            .map { fill($0, from: task.scope, document: work.updates.first?.name.text, agent: work.roles.first) }
        return Handoff(
            id: id.child(nextOrdinal()), run: id, project: project, fromAgent: from, toAgent: work.roles.first ?? "",
            fromInstance: last?.dispatch?.agent, phase: step.phase, contextIDs: context.map { id.child($0.ordinal) },
            contextSummary: summary(of: finishedTasks),
            instructions: [prompt, work.notes].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n\n"),
            expectedOutputs: (work.creates + work.updates).map(\.name.text),
            acceptanceCriteria: work.acceptanceCriteria, priority: work.priority,
            metadata: metadata(of: context, last), createdAt: now)
    }

    /// The last ones, in the order in which they ended.
    private var finishedTasks: [TaskState] { activations.finished.compactMap { self.task($0.task) } }

    /// The task that hands over: the last finished one; side by side with others, one that made what is handed over.
    func sender(of context: [ArtifactVersion]) -> TaskState? {
        let finished = finishedTasks
        let makers = Set(context.map(\.task))
        return finished.last { makers.contains($0.ordinal) } ?? finished.last
    }

    /// All predecessors: those who made what is handed over, and the one that hands over.
    private func metadata(of context: [ArtifactVersion], _ last: TaskState?) -> JSON {
        guard let last else { return [:] }
        var makers: [TaskState] = []
        var seen: Set<UInt32> = [last.ordinal]
        for version in context where makers.count < 20 && seen.insert(version.task).inserted {
            if let maker = task(version.task), maker.dispatch != nil { makers.append(maker) }
        }
        let from: [JSON] = ([last] + makers).map { task in
            ["role": .string(task.dispatch?.role ?? ""), "step": .string(plan.steps[task.step].id)]
        }
        return ["from": .array(from)]
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

    /// Fills `{{fact}}` and `[document]`, `[agent]`; drops `{{if fact}}:` lines whose fact is false. What cannot be
    /// filled stays as written.
    func fill(_ text: String, from scope: String, document: String? = nil, agent: String? = nil) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            guard let (name, rest) = line.conditional, let holds = fact(name, from: scope)?.value.bool else {
                return String(line)
            }
            return holds ? rest : nil
        }
        var result = ""
        var rest = lines.joined(separator: "\n")[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            result += rest[..<open.lowerBound]
            let name = rest[open.upperBound..<close.lowerBound].trimmingSpaces()
            switch fact(name, from: scope)?.value {
            case .string(let value): result += value
            case .int(let value): result += String(value)
            case .double(let value): result += String(value)
            case .bool(let value): result += String(value)
            case nil, .null, .array, .object: result += rest[open.lowerBound..<close.upperBound]
            }
            rest = rest[close.upperBound...]
        }
        result += rest
        if let document { result.replace("[document]", with: document) }
        if let agent { result.replace("[agent]", with: agent) }
        return result
    }
}

extension Substring {
    /// `{{if fact}}: text`, as the name of the fact and the text.
    fileprivate var conditional: (name: String, text: String)? {
        let line = trimmingSpaces()
        guard line.hasPrefix("{{if "), let close = line.firstRange(of: "}}") else { return nil }
        let name = line[line.index(line.startIndex, offsetBy: 5)..<close.lowerBound].trimmingSpaces()
        var text = line[close.upperBound...]
        if text.first == ":" { text.removeFirst() }
        return (name, text.trimmingSpaces())
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        guard let start = firstIndex(where: { !$0.isWhitespace }) else { return "" }
        let end = lastIndex(where: { !$0.isWhitespace })!
        return String(self[start...end])
    }
}
