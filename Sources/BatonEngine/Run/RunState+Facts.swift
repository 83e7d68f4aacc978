/// Facts: where they hold, and for how long.
extension RunState {
    mutating func keep(_ fact: Fact, _ turn: inout Turn) {
        facts[FactKey(name: fact.name, scope: fact.scope)] = fact
        turn.output.facts.append(fact)
    }

    /// The fact of that name that is nearest to the scope, or the start input of that name.
    ///
    /// What a step reported holds until the step is activated again in the same scope.
    public func fact(_ name: String, from scope: String = "") -> Fact? {
        let key = ArtifactName.key(of: name)
        for scope in Scope.chain(scope) {
            if let fact = facts[FactKey(key: key, scope: scope)], isCurrent(fact) { return fact }
        }
        guard let input = inputs.object?.first(where: { ArtifactName.key(of: $0.key) == key }) else { return nil }
        return Fact(name: name, value: input.value, origin: "start", task: 0)
    }

    /// All facts that can be read from a scope, by name, the nearest of each.
    public func facts(visibleFrom scope: String) -> [Fact] {
        if facts.isEmpty { return [] }
        var seen: Set<String> = []
        var visible: [Fact] = []
        let chain = Array(Scope.chain(scope))
        let inScope = Dictionary(grouping: facts.values.filter { chain.contains($0.scope) }, by: \.scope)
        for scope in chain {
            for fact in (inScope[scope] ?? []).sorted(by: { $0.name < $1.name }) where isCurrent(fact) {
                if seen.insert(ArtifactName.key(of: fact.name)).inserted { visible.append(fact) }
            }
        }
        return visible.sorted { $0.name < $1.name }
    }

    private func isCurrent(_ fact: Fact) -> Bool {
        guard fact.task != 0, let task = task(fact.task) else { return true }
        return activations.latest(of: task.step, in: task.scope) == fact.task
    }

    /// Whether the start said it: then nobody is asked for it any more.
    func isGiven(_ name: String) -> Bool {
        if let fact = facts[FactKey(name: name, scope: "")] { return fact.task == 0 && fact.origin == "start" }
        return false
    }
}

extension FactKey {
    /// With a name that is already in the form in which names are compared.
    fileprivate init(key: String, scope: String) {
        name = key
        self.scope = scope
    }
}

/// What an expression reads of a run.
struct FactsInScope: ExpressionScope {
    let state: RunState
    let scope: String

    func fact(_ name: String) -> JSON? { state.fact(name, from: scope)?.value }

    var factNames: [String] { state.facts(visibleFrom: scope).map(\.name) }

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
