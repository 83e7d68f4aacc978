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
        let stale = staleVersions(of: artifact)
        var list: [StaleWork] = []
        // Who makes each stale document again: a place in the list, or a task that is at it.
        var places: [String: Int] = [:]
        var underWay: [String: UInt32] = [:]
        for version in stale {
            guard let maker = maker(of: version) else { continue }
            let open = tasks.last { $0.step == maker.step && $0.scope == maker.scope && !$0.status.isEnded }
            if let open {
                if open.rework != nil { underWay[version.name.key] = open.ordinal }
            } else if let place = list.firstIndex(where: {
                $0.maker.step == maker.step && $0.maker.scope == maker.scope
            }) {
                list[place].artifacts.append(version)
                places[version.name.key] = place
            } else {
                places[version.name.key] = list.count
                list.append(StaleWork(maker: maker, artifacts: [version]))
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

    /// The versions in force that have not seen the document's newest version, at first hand or through others.
    private func staleVersions(of artifact: ArtifactName) -> [ArtifactVersion] {
        guard let newest = self.artifact(artifact) else { return [] }
        var behind: Set<UInt32> = []
        for version in artifacts where version.name.key != newest.name.key {
            let sources = version.madeFrom.compactMap(artifactVersion)
            let seen = sources.last { $0.name.key == newest.name.key }
            let isBehind = seen.map { $0.ordinal != newest.ordinal } ?? sources.contains { behind.contains($0.ordinal) }
            if isBehind { behind.insert(version.ordinal) }
        }
        return currentArtifacts.filter { behind.contains($0.ordinal) && !$0.isExtra }
    }

    /// The task that made the document, or an earlier version of it if this one is what came of a review's flags; nil
    /// if no agent of this run did.
    private func maker(of version: ArtifactVersion) -> TaskState? {
        let versions = artifacts.reversed().lazy.filter {
            $0.name.key == version.name.key && $0.ordinal <= version.ordinal && !$0.isExtra
        }
        for version in versions {
            guard let task = task(version.task), case .agent = plan.steps[task.step].kind else { return nil }
            if case .fix = task.detail { continue }
            return task.rework.flatMap { self.task($0.maker) } ?? task
        }
        return nil
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
