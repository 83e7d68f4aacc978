/// Facts: where they hold, and for how long.
extension RunState {
    mutating func keep(_ fact: Fact, _ turn: inout Turn) {
        facts.insert(fact)
        turn.output.facts.append(fact)
    }

    /// The fact of that name that is nearest to the scope, or the start input of that name.
    ///
    /// What a step reported holds until the step is activated again in the same scope.
    public func fact(_ name: String, from scope: String = "") -> Fact? {
        let key = ArtifactName.key(of: name)
        for scope in Scope.chain(scope) {
            if let fact = facts.fact(key, in: scope), isCurrent(fact) { return fact }
        }
        guard let input = inputs.object?.first(where: { ArtifactName.key(of: $0.key) == key }) else { return nil }
        return Fact(name: name, value: input.value, origin: "start", task: 0)
    }

    /// All facts that can be read from a scope, by name, the nearest of each.
    public func facts(visibleFrom scope: String) -> [Fact] {
        var seen: Set<String> = []
        var visible: [Fact] = []
        for scope in Scope.chain(scope) {
            for fact in facts.facts(in: scope) where isCurrent(fact) {
                if seen.insert(ArtifactName.key(of: fact.name)).inserted { visible.append(fact) }
            }
        }
        return visible.sorted { $0.name < $1.name }
    }

    /// What is told to whoever does a task: all facts that can be read from it, but for the long lists that the
    /// for-each cycles around it go through. An item stands for its list there, and a list of ten thousand is not sent
    /// ten thousand times.
    public func facts(toldTo task: TaskState) -> [Fact] {
        let visible = facts(visibleFrom: task.scope)
        guard visible.contains(where: { $0.isLongList }) else { return visible }
        var listed: Set<String> = []
        var next = plan.parents[task.step]
        while let index = next {
            if case .forEach(let forEach) = plan.steps[index].kind { listed.formUnion(forEach.items.factKeys) }
            next = plan.parents[index]
        }
        return visible.filter { !$0.isLongList || !listed.contains(ArtifactName.key(of: $0.name)) }
    }

    private func isCurrent(_ fact: Fact) -> Bool {
        guard fact.task != 0, let task = task(fact.task) else { return true }
        return activations.latest(of: task.step, in: task.scope) == fact.task
    }

    /// Whether the start said it: then nobody is asked for it any more.
    func isGiven(_ name: String) -> Bool {
        if let fact = facts.fact(ArtifactName.key(of: name), in: "") { return fact.task == 0 && fact.origin == "start" }
        return false
    }
}

extension Fact {
    /// Too long to be sent again and again.
    fileprivate var isLongList: Bool { (value.array?.count ?? 0) > 100 }
}

extension ForEach.Items {
    /// The facts whose lists may be gone through, in the form in which names are compared.
    fileprivate var factKeys: [String] {
        switch self {
        case .count, .list, .members: []
        case .expression(let expression): expression.factNames.map(ArtifactName.key)
        case .facts(let names, _): names.map(ArtifactName.key)
        case .groups(_, let groups, let members): (groups + members).map(ArtifactName.key)
        }
    }
}

extension Expression {
    /// The facts that it names.
    fileprivate var factNames: [String] {
        nodes.compactMap { node in
            guard case .member(let operand, let name) = node.kind, case .root(.facts) = nodes[Int(operand)].kind else {
                return nil
            }
            return name
        }
    }
}

/// What an expression reads of a run.
struct FactsInScope: ExpressionScope {
    let state: RunState
    let scope: String

    func fact(_ name: String) -> JSON? {
        if let fact = state.fact(name, from: scope) { return fact.value }
        // Not `nil` in a conditional expression, which would be JSON's.
        guard ArtifactName.key(of: name) == Self.usage else { return nil }
        return state.usageFact
    }

    var factNames: [String] { state.facts(visibleFrom: scope).map(\.name) + [Self.usage] }

    /// What the engine itself knows, unless somebody reports a fact of that name.
    private static let usage = "usage"

    func input(_ name: String) -> JSON? {
        let key = ArtifactName.key(of: name)
        return state.inputs.object?.first { ArtifactName.key(of: $0.key) == key }?.value
    }

    var inputNames: [String] { state.inputs.object.map { Array($0.keys) } ?? [] }

    func artifact(_ name: String) -> JSON? {
        let versions = state.artifacts(named: ArtifactName(name), from: scope).filter { !$0.isExtra }
        guard let last = versions.last else { return nil }
        return [
            "version": .int(Int64(last.version)), "size": .int(Int64(last.size)), "role": .string(last.role),
            "count": .int(Int64(versions.count)),
        ]
    }

    var artifactNames: [String] { state.currentArtifacts.filter { !$0.isExtra }.map(\.name.text) }

    /// The innermost item.
    var item: JSON? {
        for scope in Scope.chain(scope) {
            if let item = state.activations.item(of: scope) { return item.value }
        }
        return nil
    }

    /// The item of the enclosing for-each that calls it so.
    func variable(_ name: String) -> JSON? {
        for scope in Scope.chain(scope) {
            if let item = state.activations.item(of: scope), item.name == name { return item.value }
        }
        return nil
    }
}
