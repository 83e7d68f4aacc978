/// Choosing among the texts under `handoff_prompts`.
extension Plan {
    /// The text for a handoff: its key names both sides (`pm_to_architect`), or what the sender did (`po_issues`,
    /// `updated_to_po`), or is the only one for the receiver.
    ///
    /// - Parameters:
    ///   - sender: the role that hands over; `user` at the start of a run.
    ///   - previous: the step that hands over; nil at the start of a run.
    func prompt(from sender: String, after previous: Step?, to step: Step, _ work: AgentWork) -> String? {
        if handoffPrompts.isEmpty { return nil }
        var senders = Self.names(ofRole: sender)
        if let previous, case .agent(let work) = previous.kind { senders += Self.words(of: previous, work) }
        let receivers = work.roles.flatMap(Self.names(ofRole:)) + Self.words(of: step, work)
        let isUpdate = previous?.updatesOnly ?? false

        var candidates: [HandoffPrompt] = []
        for prompt in handoffPrompts {
            let key = ArtifactName.key(of: prompt.key)
            if let range = key.firstRange(of: "-to-") {
                guard Self.contains(receivers, key[range.upperBound...]) else { continue }
                let from = key[..<range.lowerBound]
                if from == "updated" ? isUpdate : Self.contains(senders, from) { return prompt.text }
                if from != "updated" { candidates.append(prompt) }
            } else if key.hasSuffix("-issues"), step.updatesOnly, previous?.isReview ?? false {
                return prompt.text
            } else if key.hasSuffix("-review"), step.isReview, Self.contains(senders, key.dropLast(7)) {
                return prompt.text
            }
        }
        return candidates.count == 1 ? candidates[0].text : nil
    }

    /// Whether there is a step at all for which the text could be chosen, or it is for the end.
    public func mayUse(_ prompt: HandoffPrompt) -> Bool {
        let key = ArtifactName.key(of: prompt.key)
        if key == "complete" || isPathPrompt(key) { return true }
        return steps.contains { step in
            guard case .agent(let work) = step.kind else { return false }
            let names = work.roles.flatMap(Self.names(ofRole:)) + Self.words(of: step, work)
            if let range = key.firstRange(of: "-to-") { return Self.contains(names, key[range.upperBound...]) }
            return key.hasSuffix("-issues") && step.updatesOnly || key.hasSuffix("-review") && step.isReview
        }
    }

    /// `<path>_complete`
    private func isPathPrompt(_ key: String) -> Bool {
        key.hasSuffix("-complete")
            && paths?.routes.contains { ArtifactName.key(of: $0.name).hasPrefix(key.dropLast(9)) } == true
    }

    private static func contains(_ names: [String], _ name: Substring) -> Bool { names.contains { $0 == name } }

    /// A role's name and its short form (`ux-expert` = `ux`).
    private static func names(ofRole role: String) -> [String] {
        let key = ArtifactName.key(of: role)
        guard let dash = key.firstIndex(of: "-") else { return [key] }
        return [key, String(key[..<dash])]
    }

    /// The words of the step, its action and its artifacts, and the artifacts' names as a whole.
    private static func words(of step: Step, _ work: AgentWork) -> [String] {
        let products = (work.creates + work.updates).map(\.name.key)
        let words = ([step.id, work.action ?? ""] + products).flatMap { $0.split(whereSeparator: { !$0.isLetter }) }
        return products + words.map { $0.lowercased() }
    }
}

extension Step {
    /// It changes what there is, and makes nothing new.
    fileprivate var updatesOnly: Bool {
        guard case .agent(let work) = kind else { return false }
        return work.creates.isEmpty && (!work.updates.isEmpty || work.roles.isEmpty)
    }

    fileprivate var isReview: Bool {
        guard case .agent(let work) = kind else { return false }
        return !work.validates.isEmpty
    }
}
