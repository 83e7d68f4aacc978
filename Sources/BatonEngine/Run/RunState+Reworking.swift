/// Making again what was made from an older version of a document.
///
/// The steps that made it get new tasks, beside the tree of activations: no block counts them, no condition reads them,
/// and what the plan leads to goes on meanwhile. A run that was completed is opened for them; one that comes to its end
/// waits for them. What such a task can't make stays as it is, and so does what would be made from that; the run does
/// not fail by it.
extension RunState {
    /// The steps that made what is stale since the document has changed, each before those that need what it makes.
    /// Empty when nothing is, or when all of it is being made again.
    public func staleWork(of artifact: ArtifactName) -> [StaleWork] {
        let behind = versionsBehind(artifact)
        var list: [StaleWork] = []
        // Who makes each stale document again: the last of those in the list, or a task that is at it.
        var places: [String: Int] = [:]
        var underWay: [String: UInt32] = [:]
        for version in currentArtifacts where behind.contains(version.ordinal) && !version.isExtra {
            let key = version.name.key
            for maker in makers(of: version, behind) {
                let open = tasks.last { $0.step == maker.step && $0.scope == maker.scope && !$0.status.isEnded }
                if let open {
                    if open.rework != nil { underWay[key] = open.ordinal }
                    continue
                }
                let known = list.firstIndex { $0.maker.step == maker.step && $0.maker.scope == maker.scope }
                let place = known ?? list.count
                if known == nil { list.append(StaleWork(maker: maker, artifacts: [])) }
                list[place].artifacts.append(version)
                if let before = places[key], before < place { list[place].after.insert(before) }
                if let task = underWay[key] { list[place].underWay.insert(task) }
                places[key] = max(places[key] ?? place, place)
            }
        }
        for place in list.indices {
            for source in list[place].artifacts.flatMap(\.madeFrom).compactMap(artifactVersion) {
                // Documents may have been made from each other, over several versions: the one made first comes first.
                if let before = places[source.name.key], before < place { list[place].after.insert(before) }
                if let task = underWay[source.name.key] { list[place].underWay.insert(task) }
            }
        }
        return list
    }

    /// The versions, in force or not, that have not seen the document's newest version, at first hand or through
    /// others.
    private func versionsBehind(_ artifact: ArtifactName) -> Set<UInt32> {
        guard let newest = self.artifact(artifact).map(origin) else { return [] }
        var behind: Set<UInt32> = []
        for version in artifacts where version.name.key != newest.name.key && !version.isMadeTogether(with: newest) {
            let sources = version.madeFrom.compactMap(artifactVersion)
            let seen = sources.last { $0.name.key == newest.name.key }
            let isBehind = seen.map { $0.ordinal < newest.ordinal } ?? sources.contains { behind.contains($0.ordinal) }
            if isBehind { behind.insert(version.ordinal) }
        }
        return behind
    }

    /// The tasks that made the document, and changed it since, as far back as that is behind. What a review's flags led
    /// to is not done again: its reasons were about another version; nor are contributions, which come with other work.
    /// Empty if no agent of this run made it.
    private func makers(of version: ArtifactVersion, _ behind: Set<UInt32>) -> [TaskState] {
        var makers: [TaskState] = []
        var next: ArtifactVersion? = version
        while let version = next, behind.contains(version.ordinal) || makers.isEmpty {
            guard let task = task(version.task), case .agent = plan.steps[task.step].kind else { break }
            if case .fix = task.detail {
            } else if !isContribution(version) {
                makers.append(task.rework.flatMap { self.task($0.maker) } ?? task)
            }
            next = version.madeFrom.compactMap(artifactVersion).last { $0.name.key == version.name.key }
        }
        return makers.reversed()
    }

    /// What the task is given. One that is given all there is would see, when it makes something again, what was made
    /// from that: it gets the newest versions of what its document was made from.
    func context(of work: AgentWork, for task: TaskState) -> [ArtifactVersion] {
        var context = context(of: work, from: task.scope)
        if let amendment = task.amendment {
            for version in amendment.documents.compactMap({ artifact(ArtifactName($0)) })
            where !context.contains(where: { $0.ordinal == version.ordinal }) { context.append(version) }
            return context
        }
        guard let rework = task.rework, takesAllThereIs(work, from: task.scope) else { return context }
        var sources: Set<String> = []
        for version in artifacts where version.task == rework.maker {
            sources.formUnion(version.madeFrom.compactMap(artifactVersion).map(\.name.key))
        }
        return context.filter { sources.contains($0.name.key) }
    }

    func accepts(reworking artifact: String) -> Bool {
        guard sequence > 0, status != .failed, status != .cancelled else { return false }
        return !staleWork(of: ArtifactName(artifact)).isEmpty
    }

    mutating func rework(_ artifact: String, _ turn: inout Turn) {
        let queue = staleWork(of: ArtifactName(artifact))
        let reopens = status == .completed || tasks.contains { !$0.status.isEnded && $0.rework?.reopens == true }
        if status == .completed {
            status = .running
            reason = nil
            endedAt = nil
            turn.output.headerChanged = true
        }
        var ordinals: [UInt32] = []
        for work in queue {
            let names = work.artifacts.map(\.name.text)
            let after = work.after.map { ordinals[$0] } + work.underWay
            let (step, scope) = (work.maker.step, work.maker.scope)
            let task = TaskState(
                ordinal: nextOrdinal(), step: step, scope: scope,
                round: 1 + tasks.count { $0.step == step && $0.scope == scope },
                detail: .rework(
                    Rework(
                        maker: work.maker.ordinal, artifact: artifact, stale: names, after: after.sorted(),
                        reopens: reopens)),
                status: .pending, createdAt: turn.now)
            ordinals.append(task.ordinal)
            tasks.append(task)
            activations.add(task)
            turn.output.tasks.append(task.ordinal)
            turn.log(.stepQueued(step: plan.steps[step].id, scope: scope, task: task.ordinal, artifacts: names))
        }
        beginReworks(&turn)
    }

    /// Begins what waits for nothing any more.
    private mutating func beginReworks(_ turn: inout Turn) {
        for index in tasks.indices where tasks[index].status == .pending {
            let before = tasks[index].rework?.after.compactMap(task) ?? []
            guard before.allSatisfy(\.status.isEnded) else { continue }
            if let missing = before.first(where: { $0.status == .failed || $0.status == .cancelled }) {
                fail(index, "not made again, since \(describe(missing)) was not", &turn)
                continue
            }
            tasks[index].status = .waiting
            handOver(index, &turn)
            let ordinal = tasks[index].ordinal
            turn.log(.stepReady(step: plan.steps[tasks[index].step].id, task: ordinal))
            turn.output.effects.append(.ready(task: ordinal))
            turn.output.tasks.append(ordinal)
        }
    }

    /// A task that makes something again has ended.
    mutating func goOn(after rework: Rework, _ turn: inout Turn) {
        beginReworks(&turn)
        // Whatever the plan leads to has an open activation, up to the question that is asked at the very end.
        guard tasks.allSatisfy(\.status.isEnded),
            !decisions.contains(where: { $0.kind == .completion && $0.status == .open })
        else { return }
        if rework.reopens { end(.completed, reason: nil, &turn) } else { complete(&turn) }
    }

    /// Whether documents are being made again.
    var isReworking: Bool { tasks.contains { !$0.status.isEnded && $0.rework != nil } }
}

extension ArtifactVersion {
    /// Whether one task made both, and knows what is in each; what a person has edited since is the person's.
    fileprivate func isMadeTogether(with other: ArtifactVersion) -> Bool {
        task != 0 && task == other.task && role != "user" && other.role != "user"
    }
}
