import BatonClient

/// Gathers what a page shows.
struct Views {
    let feed: Feed
    let frame: Frame

    func runs() async -> HTML { RunsPage(frame: frame, overview: await feed.overview, now: .now).html }

    func agents() async throws(ClientError) -> HTML {
        let agents = try await feed.client.agents()
        return AgentsPage(frame: frame, overview: await feed.overview, agents: agents, now: .now).html
    }

    func run(_ run: Identifier, notice: String?) async throws(ClientError) -> HTML {
        let snapshot = try await feed.snapshot(of: run)
        let record = try await feed.record(of: snapshot)
        return RunPage(
            frame: frame, overview: await feed.overview, run: snapshot, record: record, notice: notice, now: .now
        ).html
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
