import BatonEngine

/// Makes elements of steps, and finds the loops that the prose implies.
struct ElementBuilder {
    let findings: Findings

    func elements(_ steps: [StepDefinition], _ order: Order) -> [Element] {
        let elements = steps.map(element)
        if case .dataflow = order {
            return elements.map { $0.step.cycle == nil ? $0 : cycle([$0], closing: nil) }
        }
        return withCycles(elements)
    }

    private func element(_ step: StepDefinition) -> Element {
        guard let nested = step.nested else { return Element(step: step, shape: .leaf) }
        if step.agentIsIgnored {
            findings.warning("a step that holds others is done by theirs: its agent is not asked", at: step)
        }
        switch nested {
        case .steps(let steps, let order):
            return Element(step: step, shape: .block(elements(inheriting(step, steps), order), order))
        case .parallel(let steps, let join, let failsFast):
            // Branches stand beside each other: what follows one in the file does not follow it in time.
            let branches = inheriting(step, steps).map { self.elements([$0], .dataflow)[0] }
            if case .count(let count) = join, count > branches.count {
                findings.error("join: \(count), of \(branches.count) branches", at: step)
            }
            return Element(step: step, shape: .parallel(branches, join, failsFast: failsFast))
        case .forEach(let items, let steps):
            let cycle = Element.Cycle(source: .expression(items), item: step.itemName ?? "item")
            let body = Element.body(elements(inheriting(step, steps), .sequence), of: step)
            return Element(step: step, shape: .forEach(cycle, body: body))
        case .loop(let until, let steps):
            let body = Element.body(elements(inheriting(step, steps), .sequence), of: step)
            return Element(step: step, shape: .loop(until: until, body: body))
        case .choice(let cases):
            let bodies = cases.enumerated().map { number, option in
                var holder = step
                holder.id = nil
                holder.name = "\(StepNaming.base(of: step))-case-\(number + 1)"
                return (option.when, Element.body(elements(inheriting(step, option.steps), .sequence), of: holder))
            }
            return Element(step: step, shape: .choice(bodies))
        case .routes(let routes, let isPaths):
            let bodies = routes.map { route in
                (name: route.name, body: route.body.map { elements([$0], .sequence)[0] }, endsRun: route.endsRun)
            }
            return Element(step: step, shape: .routes(bodies, isPaths: isPaths))
        case .workflow(let workflow, let inputs):
            return Element(step: step, shape: .workflow(workflow, inputs: inputs))
        }
    }

    /// A phase that is said of what holds steps is said of them.
    private func inheriting(_ holder: StepDefinition, _ steps: [StepDefinition]) -> [StepDefinition] {
        guard let phase = holder.phase else { return steps }
        return steps.map { step in
            var step = step
            step.phase = step.phase ?? phase
            return step
        }
    }

    // MARK: Cycles

    /// Puts the steps between the opening of a cycle and its end into a for-each.
    private func withCycles(_ elements: [Element]) -> [Element] {
        var result: [Element] = []
        var index = 0
        while index < elements.count {
            guard elements[index].step.cycle != nil else {
                result.append(elements[index])
                index += 1
                continue
            }
            var end = index + 1
            var closing: StepDefinition?
            if let close = elements[(index + 1)...].firstIndex(where: { CycleText.closing($0.step).closes }) {
                end = close
                closing = elements[close].step
            }
            result.append(cycle(Array(elements[index..<end]), closing: closing))
            index = end
        }
        return withReviews(result)
    }

    private func cycle(_ elements: [Element], closing: StepDefinition?) -> Element {
        var elements = elements
        let opener = elements[0].step
        guard let text = opener.cycle else { return elements[0] }
        elements[0].step.cycle = nil
        var holder = StepDefinition(at: opener)
        holder.name = StepNaming.base(of: opener) + "-cycle"
        holder.phase = opener.phase
        holder.maxItems = opener.maxItems
        holder.maxParallel = opener.maxParallel
        holder.failsFast = opener.failsFast
        // A name is a dependency too: the cycle begins when it is there.
        if case .named(let name) = text.items { elements[0].step.requires.append(Written(name, at: opener)) }
        let body = Element.body(withReviews(elements), of: holder)
        let member = closing.flatMap { CycleText.closing($0).noun }
        switch text.items {
        case .count(let count): return forEach(.init(source: .items(.count(count)), item: "round"), holder, body)
        case .list(let values): return forEach(.init(source: .items(.list(values)), item: "item"), holder, body)
        case .named(let name):
            let noun = CycleText.singular(name)
            let more = "more_\(CycleText.plural(noun).replacing("-", with: "_"))"
            return forEach(
                .init(
                    source: .items(.facts([name], more: more)), item: noun,
                    asksFor: (name, noun, ArtifactName(name)), more: more), holder, body)
        case .each(let nouns): return self.each(nouns, member: member, holder, body)
        }
    }

    private func each(_ nouns: [String], member: String?, _ holder: StepDefinition, _ body: Element) -> Element {
        let group = nouns.first ?? "item"
        let noun = member ?? group
        let list = CycleText.plural(noun)
        let more = "more_\(list.replacing("-", with: "_"))"
        guard noun != group else {
            let lists = nouns.isEmpty ? [list] : nouns.map(CycleText.plural)
            return forEach(
                .init(
                    source: .items(.facts(lists, more: more)), item: noun, asksFor: (lists[0], noun, nil), more: more),
                holder, body)
        }
        let members = forEach(
            .init(source: .items(.members(field: [list], more: more)), item: noun, more: more), holder, body)
        var outer = holder
        outer.name = "\(CycleText.plural(group))-cycle"
        outer.maxParallel = nil
        return forEach(
            .init(
                source: .items(
                    .groups(keys: nouns, groups: nouns.map(CycleText.plural), members: [list])), item: group,
                asksFor: (list, noun, nil)), outer, members)
    }

    private func forEach(_ cycle: Element.Cycle, _ holder: StepDefinition, _ body: Element) -> Element {
        Element(step: holder, shape: .forEach(cycle, body: body), isImplied: true)
    }

    // MARK: Reviews

    /// A review and the conditional step behind it that addresses what it found become a loop; guidance between them
    /// comes after it.
    private func withReviews(_ elements: [Element]) -> [Element] {
        var result: [Element] = []
        var index = 0
        while index < elements.count {
            let review = elements[index]
            var next = index + 1
            while next < elements.count, elements[next].step.isGuidance, case .leaf = elements[next].shape { next += 1 }
            guard next < elements.count, case .leaf = review.shape, case .leaf = elements[next].shape,
                let fix = fix(elements[next], after: review)
            else {
                result.append(review)
                index += 1
                continue
            }
            var holder = StepDefinition(at: review.step)
            holder.name = StepNaming.base(of: review.step) + "-loop"
            holder.maxRounds = review.step.maxRounds ?? fix.step.maxRounds
            result.append(Element(step: holder, shape: .review(review, fix: fix), isImplied: true))
            result += elements[(index + 1)..<next]
            index = next + 1
        }
        return result
    }

    private func fix(_ step: Element, after review: Element) -> Element? {
        guard step.step.condition != nil || !step.step.when.isEmpty, !step.step.isGuidance else { return nil }
        if !review.step.validates.isEmpty, step.step.updatesFlagged {
            var task = step.step
            if task.id == nil { task.name = StepNaming.base(of: task) }
            task.condition = nil
            task.when = []
            task.isOptional = false
            task.updates = []
            task.roles = step.step.isForOwners ? [] : step.step.roles
            task.isFixTask = true
            var holder = step.step
            holder.id = nil
            holder.name = StepNaming.base(of: step.step) + "-owners"
            return Element(
                step: holder, shape: .fixFlagged(task: Element(step: task, shape: .leaf)), isImplied: true)
        }
        let name = review.step.action ?? review.step.name ?? review.step.id?.value ?? ""
        guard ArtifactName.key(of: name.lowercased()).slug.hasPrefix("review"), !review.step.isGuidance else {
            return nil
        }
        let reviewed = Set(
            review.step.updates.map(\.name.key) + review.step.requires.map { ArtifactName.key(of: $0.value) })
        return step.step.updates.contains { reviewed.contains($0.name.key) } ? step : nil
    }
}

extension StepDefinition {
    fileprivate var agentIsIgnored: Bool {
        if case .workflow = nested { return false }
        if case .routes = nested { return false }
        return !roles.isEmpty
    }
}
