/// Keeping and finding artifacts.
extension RunState {
    /// The versions in force, in the order in which the artifacts were first made.
    public var currentArtifacts: [ArtifactVersion] { documents.entries.values.map { artifacts[$0.latest] } }

    /// The version in force of the artifact of that full name.
    public func artifact(_ name: ArtifactName) -> ArtifactVersion? {
        (documents.entries[name.key] ?? documents.entries[plan.kept(name).key]).map { artifacts[$0.latest] }
    }

    /// The artifact of that name that is nearest to the scope; several, when the name means a set.
    public func artifacts(named name: ArtifactName, from scope: String = "") -> [ArtifactVersion] {
        let found = documents.find(name.key, from: scope)
        return (found.isEmpty ? documents.find(plan.kept(name).key, from: scope) : found).map { artifacts[$0] }
    }

    /// The role of the step that made the artifact's first version; nil when it came from a person or another run.
    public func maker(of name: ArtifactName) -> String? {
        guard let entry = documents.entries[name.key], let task = task(artifacts[entry.first].task),
            case .agent = plan.steps[task.step].kind
        else { return nil }
        let role = artifacts[entry.first].role
        return role == "user" ? nil : role
    }

    /// Keeps a document under its full name; one that equals the version before it changes nothing.
    ///
    /// - Parameters:
    ///   - content: with the artifact's full name.
    ///   - scope: the scope that a new artifact of that name belongs to.
    mutating func keep(
        _ content: ArtifactContent, scope: String, task: UInt32, role: String, madeFrom: [UInt32], isExtra: Bool,
        _ turn: inout Turn
    ) {
        let key = content.name.key
        let current = documents.entries[key].map { artifacts[$0.latest] }
        // What is made again and comes out the same is not stale any more: a version says so.
        let isConfirmed = self.task(task)?.rework?.stale.contains { ArtifactName.key(of: $0) == key } ?? false
        if let current, current.digest == content.digest, current.isExtra == isExtra, !isConfirmed {
            turn.log(.unchanged(name: content.name.text))
            return
        }
        let version = ArtifactVersion(
            ordinal: nextOrdinal(), name: current?.name ?? content.name, scope: current?.scope ?? scope,
            version: versionCount(of: key) + 1, digest: content.digest, size: content.size,
            mediaType: content.mediaType, task: task, role: role, madeFrom: madeFrom, isExtra: isExtra,
            createdAt: turn.now)
        restore(version)
        turn.output.artifacts.append(version)
        turn.log(.artifact(name: version.name.text, version: version.version))
    }

    /// Puts a version into the state; also how the store gives back what it has, in the order of the ordinals.
    mutating func restore(_ version: ArtifactVersion) {
        artifacts.append(version)
        // What nobody asked for does not take the place of what somebody did.
        let current = documents.entries[version.name.key].map { artifacts[$0.latest] }
        let isReplacing = !version.isExtra || current?.isExtra ?? true
        documents.add(version, at: artifacts.count - 1, replacing: isReplacing)
    }

    private func versionCount(of key: String) -> Int {
        guard let current = documents.entries[key]?.latest else { return 0 }
        // Versions behind the one in force can only be extra ones.
        return artifacts[current...].reduce(artifacts[current].version) {
            $1.name.key == key ? max($0, $1.version) : $0
        }
    }

    /// The name without the scope of the item that it belongs to.
    func plainName(of version: ArtifactVersion) -> String {
        guard !version.scope.isEmpty, version.name.text.hasPrefix(version.scope + "/") else { return version.name.text }
        return String(version.name.text.dropFirst(version.scope.count + 1))
    }

    /// The versions that a task is given: what its step requires, updates and reviews, and all of its item; every
    /// one that it can see, if it requires nothing that is there, and updates nothing.
    public func context(of work: AgentWork, from scope: String) -> [ArtifactVersion] {
        var seen: Set<UInt32> = []
        var context: [ArtifactVersion] = []
        func add(_ versions: some Sequence<ArtifactVersion>) {
            for version in versions where seen.insert(version.ordinal).inserted { context.append(version) }
        }
        func addVisible() {
            if scope.isEmpty { return add(currentArtifacts) }
            for scope in Array(Scope.chain(scope)).reversed() { add(documents.own(of: scope).map { artifacts[$0] }) }
        }
        for requirement in work.requires {
            switch requirement {
            case .allArtifacts: addVisible()
            case .anyOf(let names): for name in names { add(artifacts(named: ArtifactName(name), from: scope)) }
            }
        }
        for product in work.updates { add(artifacts(named: product.name, from: scope)) }
        if context.isEmpty && work.updates.isEmpty {
            addVisible()
        } else if !scope.isEmpty {
            add(documents.own(of: scope).map { artifacts[$0] })
        }
        return context
    }

    /// Whether the task of a step is given everything that it can see: it asks for that, or requires nothing that is
    /// there, and updates nothing.
    func takesAllThereIs(_ work: AgentWork, from scope: String) -> Bool {
        let names = work.requires.compactMap { requirement -> [ArtifactName]? in
            if case .anyOf(let names) = requirement { names.map { ArtifactName($0) } } else { nil }
        }
        guard names.count == work.requires.count else { return true }
        return work.updates.isEmpty && names.joined().allSatisfy { artifacts(named: $0, from: scope).isEmpty }
    }
}
