import BatonClient

/// Gathers what a page shows.
struct Views {
    let feed: Feed
    let frame: Frame

    /// A page that moves: what is asked for to be put in where something has changed, and the sheet, put together anew.
    struct Moving: Sendable {
        let path: String
        /// Of what it shows; nil: it is not kept.
        let version: Int?
        let make: @Sendable () async throws(ClientError) -> Sheet
    }

    func runs() async -> Moving {
        Moving(path: "/", version: await feed.version(of: nil)) { [feed, frame] () async throws(ClientError) in
            RunsPage(frame: frame, overview: await feed.overview, now: .now).sheet
        }
    }

    func agents() async -> Moving {
        Moving(path: "/agents", version: await feed.version(of: nil)) { [feed, frame] () async throws(ClientError) in
            let agents = try await feed.agents()
            return AgentsPage(frame: frame, overview: await feed.overview, agents: agents, now: .now).sheet
        }
    }

    func workflows() async throws(ClientError) -> HTML {
        let workflows = try await feed.client.workflows()
        return StartPage(frame: frame, overview: await feed.overview, workflows: workflows).html
    }

    /// - Parameters:
    ///   - form: what was filled in before.
    ///   - requestID: of the request that it was, where nobody knows whether it was carried out.
    func start(
        _ form: StartForm, requestID: String? = nil, faults: StartForm.Faults = .init()
    ) async -> HTML {
        StartFormPage(
            frame: frame, overview: await feed.overview, form: form, requestID: requestID ?? Gate.random(),
            faults: faults
        ).html
    }

    /// - Parameter at: the `seq` of the event after which the run is to be shown; nil, or beyond its last: as it is.
    func run(_ run: Identifier, at sequence: Int?, notice: String?) async -> Moving {
        let version = sequence == nil && notice == nil ? await feed.version(of: run) : nil
        return Moving(path: Address.run(run.description), version: version) {
            [feed, frame] () async throws(ClientError) in
            let snapshot = try await feed.snapshot(of: run)
            let overview = await feed.overview
            if let sequence, sequence < snapshot.sequence {
                let (past, record) = try await feed.past(of: run, at: max(1, sequence))
                var frame = frame
                frame.isPast = true
                return RunPage(
                    frame: frame, overview: overview, run: past, record: record, lastSequence: snapshot.sequence,
                    now: past.updatedAt
                ).sheet
            }
            let record = try await feed.record(of: snapshot)
            // A login that may not see them is told less.
            let agents = snapshot.waitingFor.isEmpty ? [] : (try? await feed.agents()) ?? []
            return RunPage(
                frame: frame, overview: overview, run: snapshot, record: record, lastSequence: snapshot.sequence,
                notice: notice, agents: agents, now: .now
            ).sheet
        }
    }

    func document(
        _ name: String, _ version: Int?, of run: Identifier, isSource: Bool
    ) async throws(ClientError) -> HTML {
        let versions = try await feed.client.versions(of: name, in: run)
        let entry = try version.map { number throws(ClientError) in try versions.version(number) } ?? versions.latest
        let isShown = entry.size <= DocumentPage.maxBytes
        let content = isShown ? try await feed.client.content(of: entry, in: run) : nil
        return DocumentPage(
            frame: frame, overview: await feed.overview, run: run.description, versions: versions.entries,
            entry: entry, content: content, isSource: isSource
        ).html
    }

    func difference(
        of name: String, _ old: Int?, _ new: Int?, in run: Identifier
    ) async throws(ClientError) -> HTML {
        let versions = try await feed.client.versions(of: name, in: run)
        let newer = try new.map { number throws(ClientError) in try versions.version(number) } ?? versions.latest
        let before: Int
        if let old { before = old } else { before = try versions.before(newer) }
        let older = try versions.version(before)
        return DifferencePage(
            frame: frame, overview: await feed.overview, run: run.description, name: newer.name,
            old: (older.version, try await text(of: older, in: run)),
            new: (newer.version, try await text(of: newer, in: run))
        ).html
    }

    private func text(of entry: ArtifactEntry, in run: Identifier) async throws(ClientError) -> String {
        guard entry.size <= DocumentPage.maxBytes else {
            throw ClientError(.unreadable, "the versions are too large to be compared here; `baton diff` compares them")
        }
        let content = try await feed.client.content(of: entry, in: run)
        guard !content.contains(0), let text = String(validating: content, as: UTF8.self) else {
            throw ClientError(.unreadable, "\(entry.name) version \(entry.version) is not text")
        }
        return text
    }
}
