import BatonEngine
import BatonMessages
import BatonStore

/// Questions that change nothing.
extension Coordinator {
    func reply(to request: ListRequest) throws -> Reply.Body {
        let listings = try store.listRuns(status: request.status?.rawValue, limit: request.limit)
        return .runs(
            listings.map { listing in
                (runs[listing.id] ?? ended[listing.id]).map { RunRow($0.state) } ?? RunRow(listing)
            })
    }

    func reply(to request: GetRequest) throws -> Reply.Body {
        if case .decisions(let run) = request { return try decisions(of: run) }
        guard let id = request.run else {
            return .workflows(catalogue.entries)
        }
        guard let run = try run(id) else { throw unknownRun(id) }
        switch request {
        case .run: return .run(snapshot(of: run))
        case .artifacts(_, _, let page): return .artifacts(entries(of: run, page), total: run.artifacts.count)
        case .artifact(let query): return .artifact(try slice(query, of: run))
        case .handoffs: return .handoffs(try store.handoffs(of: id))
        case .history(_, let after, let limit):
            let rows = try store.events(of: id, after: after, limit: limit)
            return .history(rows.compactMap { LogEvent($0, of: run) }, lastSequence: run.sequence)
        case .decisions, .workflows: preconditionFailure("a question about no run that names one")
        }
    }

    /// All of them, or a page.
    func entries(of run: RunState, _ page: ListPage? = nil) -> [ArtifactEntry] {
        var versions = run.artifacts[...]
        if let page {
            versions = versions.dropFirst(page.offset)
            // What had to be read from the database is not read again for each page.
            if runs[run.id] != nil || ended[run.id] != nil { versions = versions.prefix(page.limit) }
        }
        var paths = DocumentPaths(run)
        return versions.map { version in
            var entry = run.entry(of: version)
            entry.path = paths.path(of: version, &outlines)
            return entry
        }
    }

    /// What people see of the run, with what the batch has not stored yet.
    func snapshot(of run: RunState) -> RunSnapshot {
        RunSnapshot(run, by: by) { task in
            attempts(at: TaskKey(run: run.id, task: task), limit: WireLimits.attemptsPerStep)
        }
    }

    /// The last attempts at a task that came to nothing, the newest last, with those that are not stored yet.
    func attempts(at key: TaskKey, limit: Int) -> [AttemptRecord] {
        let stored = (try? store.attempts(at: key, limit: limit)) ?? []
        let new = batch.runs[key.run]?.attempts.filter { $0.task == key.task } ?? []
        return (stored + new).suffix(limit)
    }

    /// Any run, in memory or in the database.
    func run(_ id: Identifier) throws -> RunState? {
        if batch.forgotten.contains(id) { return nil }
        return try (runs[id] ?? ended[id])?.state ?? store.run(id)
    }

    private func slice(_ query: ArtifactQuery, of run: RunState) throws -> ArtifactSlice {
        let version: ArtifactVersion?
        if let number = query.version {
            version = run.artifacts.first { $0.name == query.name && $0.version == number }
        } else {
            version = run.artifact(query.name)
        }
        guard let version, let content = try range(of: version.digest, offset: query.offset, length: query.length)
        else {
            let which = query.version.map { "version \($0) of " } ?? ""
            throw ReplyError(.unknownArtifact, "run \(run.id) has no \(which)artifact \(query.name)")
        }
        return ArtifactSlice(
            artifact: run.entry(of: version), offset: min(query.offset, version.size), content: content)
    }
}

extension RunState {
    fileprivate func entry(of version: ArtifactVersion) -> ArtifactEntry {
        let step = step(ofTask: version.task)
        var entry = ArtifactEntry(
            id: id.child(version.ordinal), name: version.name.text, version: version.version, digest: version.digest,
            size: version.size, mediaType: version.mediaType, step: step.map { plan.steps[$0].id },
            task: step.map { _ in id.child(version.task) }, role: version.role,
            madeFrom: version.madeFrom.map { id.child($0) }, createdAt: version.createdAt)
        entry.author = author(of: version)
        entry.isContribution = isContribution(version)
        entry.approvals = votes(on: version.ordinal).map { ApprovalVote($0, of: id) }
        return entry
    }
}
