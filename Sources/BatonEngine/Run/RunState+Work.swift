/// What a task asks of its agent, in its scope and round.
extension RunState {
    /// The step's work as this activation has it: names in full, the assignment of a fix, and only the questions that
    /// are still open. Nil for a step without an agent.
    public func work(of task: TaskState) -> AgentWork? {
        guard case .agent(var work) = plan.steps[task.step].kind else { return nil }
        if let fix = fix(of: task) {
            work.roles = [fix.role]
            work.updates = fix.artifacts.map { Product(name: ArtifactName($0)) }
            work.notes = ([work.notes] + fix.reasons).filter { !$0.isEmpty }.joined(separator: "\n")
        } else if !work.updates.isEmpty {
            work.updates = work.updates.flatMap { product in
                let present = artifacts(named: product.name, from: task.scope)
                if present.isEmpty { return [product.inScope(task.scope)] }
                return present.map {
                    Product(name: $0.name, isOptional: product.isOptional, template: product.template)
                }
            }
        }
        if let rework = task.rework {
            work.notes = [work.notes, rework.notes].filter { !$0.isEmpty }.joined(separator: "\n")
        }
        if let amendment = task.amendment {
            work.notes = [work.notes, amendment.notes].filter { !$0.isEmpty }.joined(separator: "\n")
        }
        if !task.scope.isEmpty { work.creates = work.creates.map { $0.inScope(task.scope) } }
        if let section = task.amendment?.section {
            let product = (work.creates + work.updates).first { $0.covers(section.document) }
            work.creates = [Product(name: section.document, template: product?.template)]
            (work.updates, work.validates, work.reports) = ([], [], [])
        }
        if !work.reports.isEmpty { work.reports.removeAll { isGiven($0.name) || isSettled($0.name, for: task) } }
        return work
    }

    /// Who may do it; cheaper than all of its work.
    public func roles(of task: TaskState) -> [String] {
        if let fix = fix(of: task) { return [fix.role] }
        guard case .agent(let work) = plan.steps[task.step].kind else { return [] }
        return work.roles
    }

    /// What its owner was asked to fix, also when that is amended.
    private func fix(of task: TaskState) -> FixAssignment? {
        switch task.detail {
        case .fix(let fix): return fix
        case .amendment(let amendment):
            guard case .fix(let fix) = self.task(amendment.maker)?.detail else { return nil }
            return fix
        default: return nil
        }
    }

    /// The items of a scope with their own scopes, from the inside out.
    public func items(from scope: String) -> [(scope: String, item: Item)] {
        Scope.chain(scope).compactMap { scope in activations.item(of: scope).map { (scope, $0) } }
    }

    /// Whether a fact would say if there is another item of a cycle whose items are known.
    private func isSettled(_ name: String, for task: TaskState) -> Bool {
        let origin = (task.rework?.maker ?? task.amendment?.maker).flatMap { self.task($0) } ?? task
        var next = self.task(origin.parent)
        while let current = next {
            if case .forEach(let forEach) = plan.steps[current.step].kind, forEach.items.more == name {
                if case .items = current.detail { return true }
                return false
            }
            next = self.task(current.parent)
        }
        return false
    }

    /// The product that a returned artifact is (part of), and the artifact's full name; agents of an item may call
    /// its artifacts by their plain names. Without a product, nobody asked for it.
    public func resolve(
        _ name: ArtifactName, _ work: AgentWork, scope: String
    ) -> (name: ArtifactName, product: Product?) {
        let full = ArtifactName(Scope.inside(scope, name.text))
        for product in work.creates + work.updates {
            if product.covers(name) { return (product.kept(name), product) }
            if !scope.isEmpty, product.covers(full) { return (product.kept(full), product) }
        }
        for product in work.updates {
            let around = artifacts(named: name, from: scope)
            if around.count == 1, product.covers(around[0].name) { return (around[0].name, product) }
        }
        let isScoped = scope.isEmpty || name.text.hasPrefix(scope + "/")
        return (isScoped ? name : full, nil)
    }

    /// Why a result can't be accepted for the task; one reason a line, each of which an agent can act on.
    public func faults(in report: TaskReport) -> [String] {
        guard let task = task(report.task), let work = work(of: task) else { return [] }
        var faults: [String] = []
        var names: Set<ArtifactName> = []
        for artifact in report.artifacts {
            if let fault = ArtifactName.fault(in: artifact.name.text) {
                faults.append("the artifact name \"\(artifact.name.text.prefix(80))\" \(fault)")
            } else if !names.insert(resolve(artifact.name, work, scope: task.scope).name).inserted {
                faults.append("the artifact \(artifact.name) is in the result twice")
            }
        }
        faults += fileFaults(inNewOf: report, work, scope: task.scope)
        let missing = work.creates.filter { product in
            !product.isOptional && !names.contains { product.covers($0) }
        }
        if !work.takesAnyProduct || missing.count == work.creates.count {
            for product in missing {
                if work.takesAnyProduct && !names.isEmpty { continue }
                faults.append(
                    product.isSet
                        ? "the result lacks \(product.name): one document of that name, or any number named "
                            + product.folders.map { "\($0)/…" }.joined(separator: " or ")
                        : "the result lacks the artifact \(product.name)")
            }
        }
        for request in work.reports {
            guard let value = report.facts[request.name], let fault = request.fault(in: value) else { continue }
            faults.append("facts.\(request.name) \(fault)")
        }
        if !work.validates.isEmpty { faults += self.faults(inVerdict: report.verdict, from: task.scope) }
        return faults
    }

    /// Documents that the agent has named itself, and that could not be files beside those that are there: an export
    /// would have to leave them out.
    private func fileFaults(inNewOf report: TaskReport, _ work: AgentWork, scope: String) -> [String] {
        let new = report.artifacts.compactMap { artifact -> (given: ArtifactName, kept: ArtifactName)? in
            let (name, product) = resolve(artifact.name, work, scope: scope)
            guard product.map(\.isSet) ?? true, documents.entries[name.key] == nil,
                ArtifactName.fault(in: artifact.name.text) == nil
            else { return nil }
            return (artifact.name, name)
        }
        guard !new.isEmpty else { return [] }
        var files = FileNames(plan, scope: scope)
        for version in currentArtifacts { files.add(version.name) }
        return new.compactMap { given, kept in
            files.fault(taking: kept).map { "the artifact name \"\(given)\" \($0)" }
        }
    }

    private func faults(inVerdict verdict: JSON?, from scope: String) -> [String] {
        let shape = "{\"passed\": true or false, \"flagged\": [{\"artifact\", \"reason\", \"role\"?}]}"
        guard let verdict, case .object = verdict else { return ["the result lacks the verdict: \(shape)"] }
        guard let passed = verdict["passed"]?.bool else { return ["verdict.passed must be true or false"] }
        guard let flagged = (verdict["flagged"] ?? []).array else { return ["verdict.flagged must be an array"] }
        if !passed && flagged.isEmpty { return ["a verdict that does not pass must flag an artifact"] }
        var faults: [String] = []
        for (index, entry) in flagged.enumerated() {
            guard let name = entry["artifact"]?.string else {
                faults.append("verdict.flagged[\(index)].artifact must be the name of an artifact")
                continue
            }
            if !passed, artifacts(named: ArtifactName(name), from: scope).isEmpty {
                faults.append("verdict.flagged[\(index)].artifact: there is no artifact \(name.prefix(80))")
            }
            if let role = entry["role"], !role.isNull, role.string?.isEmpty ?? true {
                faults.append("verdict.flagged[\(index)].role must be the name of a role")
            }
        }
        return faults
    }
}

extension Product {
    /// Those in which the documents of a set may be.
    fileprivate var folders: [String] {
        let full = name.text.hasSuffix("/") ? String(name.text.dropLast()) : name.text
        return full == name.folder ? [full] : [full, name.folder]
    }

    fileprivate func inScope(_ scope: String) -> Product {
        if scope.isEmpty { return self }
        return Product(
            name: ArtifactName(Scope.inside(scope, name.text)), isOptional: isOptional, isSet: isSet,
            template: template)
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
