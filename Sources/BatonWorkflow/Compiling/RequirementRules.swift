import BatonEngine

/// What each step requires, and which of it nothing provides.
struct RequirementRules {
    /// By the key of what is created or updated: the first step that does it.
    private var providers: [String: Int] = [:]
    /// Sets: what is named below them is provided too.
    private var sets: [String: Int] = [:]
    private var known: Set<String> = []
    private let findings: Findings

    init(_ layout: PlanLayout, inputs: [InputDeclaration], reports: [[Report]], findings: Findings) {
        self.findings = findings
        known.formUnion(inputs.map { ArtifactName.key(of: $0.name) })
        known.formUnion(reports.joined().map { ArtifactName.key(of: $0.name) })
        for (index, entry) in layout.entries.enumerated() {
            for product in entry.step.creates {
                providers[product.name.key] = providers[product.name.key] ?? index
                if product.isSet { sets[product.name.key] = sets[product.name.key] ?? index }
            }
        }
    }

    func requirements(of step: StepDefinition, at index: Int) -> [Requirement] {
        var requirements: [Requirement] = []
        var texts: Set<String> = []
        for item in step.requires {
            let text = RequirementText(item.value)
            guard texts.insert(text.text).inserted else { continue }
            if text.meansAllArtifacts {
                requirements.append(.allArtifacts)
            } else {
                // A name may hold `_or_` itself.
                let names = provider(of: text.text) == nil ? text.alternatives : [text.text]
                check(names, at: item, step: index)
                requirements.append(.anyOf(names))
            }
        }
        for product in step.updates where !product.name.key.contains("flagged") {
            check([product.name.text], at: product, step: index)
        }
        return requirements + subjects(of: step, given: requirements)
    }

    /// What a review reads: what it names; for a name that is no artifact but a topic, what it requires, else all.
    private func subjects(of step: StepDefinition, given: [Requirement]) -> [Requirement] {
        var subjects: [Requirement] = []
        for item in step.validates {
            let text = RequirementText(item.value)
            let subject: Requirement
            if text.meansAllArtifacts || ArtifactName.key(of: text.text) == "all" {
                subject = .allArtifacts
            } else if provider(of: text.text) != nil {
                subject = .anyOf([text.text])
            } else if given.isEmpty {
                subject = .allArtifacts
            } else {
                continue
            }
            if !given.contains(subject) && !subjects.contains(subject) { subjects.append(subject) }
        }
        return subjects
    }

    /// Missing requirements do not hold a step, but they are seldom meant.
    private func check(_ names: [String], at place: some Located, step index: Int) {
        let keys = names.map(ArtifactName.key)
        if keys.contains(where: known.contains) { return }
        let steps = names.compactMap(provider)
        if steps.contains(where: { $0 < index }) { return }
        let text = names.joined(separator: " or ").clipped
        if steps.isEmpty {
            findings.warning(
                "nothing in this workflow creates \(text); unless the start brings it, the step goes on without",
                at: place)
        } else {
            findings.warning("\(text) is created only by this step or a later one; the step goes on without", at: place)
        }
    }

    private func provider(of name: String) -> Int? {
        let key = ArtifactName.key(of: name)
        if let provider = providers[key] { return provider }
        // `stories/1.1` is a document of the set `stories`.
        guard key.utf8.count <= 255 else { return nil }
        var folder = key[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if let provider = sets[ArtifactName.key(of: String(folder))] { return provider }
        }
        return nil
    }
}
