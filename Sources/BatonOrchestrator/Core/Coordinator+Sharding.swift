import BatonDocuments
import BatonEngine
import BatonMessages
import BatonStore

/// Steps that the orchestrator does itself: with the option `shard: engine`, splitting documents.
///
/// In the run's history such a step looks like any other: it is dispatched, to the orchestrator under its own name, and
/// completed with the documents. Where there is nothing to split, an agent gets the step.
extension Coordinator {
    /// Who did it, in history.
    private static let ownName = "orchestrator"

    func isOwnWork(_ task: UInt32, of id: Identifier) -> Bool {
        guard let open = runs[id], open.state.options.shard == .engine else { return false }
        let run = open.state
        guard let task = run.task(task), case .agent(let work) = run.plan.steps[task.step].kind
        else { return false }
        return work.splitsDocuments
    }

    /// What became ready while the run was paused.
    func waitingOwnWork(of id: Identifier) -> [UInt32] {
        guard let run = runs[id]?.state, run.options.shard == .engine else { return [] }
        return run.tasks.filter { $0.status == .waiting && isOwnWork($0.ordinal, of: id) }.map(\.ordinal)
    }

    /// Does the step, if it can be done and nobody else has it; the queue of tasks for agents has it so far.
    func doOwnWork(_ task: UInt32, of id: Identifier, now: Timestamp) {
        guard let (role, lease, made) = shards(for: task, of: id, now: now) else { return }
        let dispatched = RunEvent.dispatched(task: task, agent: Self.ownName, role: role, lease: lease)
        guard runs[id]?.state.accepts(dispatched) == true else { return }
        perform(dispatch.withdraw(TaskKey(run: id, task: task), lease: nil, reason: ""), now: now)
        for (digest, bytes) in made.blobs { batch.blobs[digest] = bytes }
        apply(dispatched, to: id, now: now)
        apply(.completed(made.report), to: id, now: now)
    }

    private struct Shards {
        var report: TaskReport
        var blobs: [Digest: [UInt8]] = [:]
    }

    /// Nil when there is nothing to split, or when the pieces alone would not be what the step has to bring.
    private func shards(for ordinal: UInt32, of id: Identifier, now: Timestamp) -> (String, Identifier, Shards)? {
        guard let run = runs[id]?.state, let task = run.task(ordinal), let work = run.work(of: task),
            let set = work.creates.first(where: \.isSet), let role = work.roles.first
        else { return nil }
        let lease = Identifier(run: makeSeed(), now: now)
        let texts = texts(for: run.context(of: work, from: task.scope).filter { !set.covers($0.name) })
        let files = ShardedSet.files(of: texts)
        guard !files.isEmpty else { return nil }
        let folder = set.name.text.hasSuffix("/") ? set.name.text : set.name.text + "/"
        var shards = Shards(report: TaskReport(task: ordinal, lease: lease, artifacts: []))
        for file in files {
            let bytes = Array(file.text.utf8)
            let content = ArtifactContent(
                name: ArtifactName(folder + file.path), digest: ContentHash.of(bytes), size: bytes.count,
                mediaType: "text/markdown")
            shards.report.artifacts.append(content)
            shards.blobs[content.digest] = bytes
        }
        shards.report.facts = facts(for: work, from: texts)
        let folders = Set(files.compactMap { $0.path.split(separator: "/").first }).sorted().joined(separator: ", ")
        shards.report.summary = "The orchestrator split \(folders) by sections into \(files.count) documents."
        let faults = run.faults(in: shards.report) + roomFaults(files.count, in: run)
        guard faults.isEmpty else {
            logger.warning(
                "documents are left to an agent to split", metadata: ["run": "\(id)", "reasons": "\(faults)"])
            return nil
        }
        return (role, lease, shards)
    }

    private func texts(for versions: [ArtifactVersion]) -> [(name: String, text: String)] {
        versions.compactMap { version in
            guard version.mediaType == "text/markdown", version.size <= Self.readableBytes,
                let text = try? text(of: version.digest)
            else { return nil }
            return (version.name.text, text)
        }
    }

    /// The lists of epics and stories that the step is asked for, from the first document that has some.
    private func facts(for work: AgentWork, from texts: [(name: String, text: String)]) -> JSON {
        guard let epics = texts.lazy.map({ Epics.find(in: $0.text) }).first(where: { !$0.isEmpty }) else { return [:] }
        var facts: JSON = [:]
        for report in work.reports where report.kind == .list {
            guard case .object(var members) = facts else { break }
            switch ArtifactName.key(of: report.name) {
            case "epics": members[report.name] = .array(epics.map(\.json))
            case "stories" where epics.contains { !$0.stories.isEmpty }: members[report.name] = epics.storiesJSON
            default: break
            }
            facts = .object(members)
        }
        return facts
    }
}
