import BatonEngine

/// Finds the loops that the prose implies. They are not run yet, so their steps are marked as what they are.
enum ProseLoops {
    /// Steps that close a cycle over items.
    static func closesCycle(_ step: StepDefinition) -> Written<String>? {
        for (key, name) in [("step", step.name), ("action", step.action), ("id", step.id?.value)] {
            guard let name else { continue }
            let word = ArtifactName.key(of: name)
            guard word == "repeat-development-cycle" || word.hasPrefix("continue-for-all-") else { continue }
            return Written("\(key) (\(name.clipped))", at: step)
        }
        return nil
    }

    /// For each step that opens a cycle, the index behind its last step: behind its closing step, else behind itself.
    static func cycles(in steps: [StepDefinition]) -> [Int: Int] {
        var cycles: [Int: Int] = [:]
        var open: [Int] = []
        for (index, step) in steps.enumerated() {
            if step.repeats != nil {
                cycles[index] = index + 1
                open.append(index)
            }
            if closesCycle(step) != nil {
                for opening in open { cycles[opening] = index + 1 }
                open = []
            }
        }
        return cycles
    }

    /// Adds to each step what it means beyond its own keys.
    static func mark(_ steps: inout [StepDefinition]) {
        var hasReview = false
        var hasCycle = false
        var hasRoutes = false
        var previousAgent: StepDefinition?
        for index in steps.indices {
            if let closing = closesCycle(steps[index]) { steps[index].unsupported.append(closing) }
            let isRouting = steps[index].unsupported.contains { $0.value.hasPrefix("routes ") }
            if let condition = steps[index].condition {
                let key = ArtifactName.key(of: condition.value)
                let isReviewed = hasReview && key.hasSuffix("-issues")
                let isCycleEnd = hasCycle && key.hasSuffix("-complete")
                let isRoute = hasRoutes && key.hasSuffix("-path")
                if isReviewed || isCycleEnd || isRoute || isFeedback(steps[index], after: previousAgent) {
                    steps[index].unsupported.append(Written("condition (\(condition.value.clipped))", at: condition))
                    // Nobody can be asked for it: a run that gets here has to say what it waits for.
                    steps[index].condition = nil
                } else if isRouting {
                    steps[index].condition = nil
                }
            }
            hasRoutes = hasRoutes || isRouting
            hasReview = hasReview || !steps[index].validates.isEmpty
            hasCycle = hasCycle || steps[index].repeats != nil
            if !steps[index].isGuidance { previousAgent = steps[index] }
        }
    }

    /// A review (`review_*`) followed by a conditional update of what it reviewed returns to the review.
    private static func isFeedback(_ step: StepDefinition, after review: StepDefinition?) -> Bool {
        guard !step.isGuidance, let review, let action = review.action ?? review.name ?? review.id?.value,
            ArtifactName.key(of: action.lowercased()).hasPrefix("review-")
        else { return false }
        let reviewed = Set(
            review.updates.map(\.name.key) + review.requires.map { ArtifactName.key(of: $0.value) })
        return step.updates.contains { reviewed.contains($0.name.key) }
    }
}
