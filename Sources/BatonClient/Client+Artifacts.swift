import BatonMessages

/// The artifact versions of a run, which may be very many.
extension Client {
    /// Pages that are asked for at once: while one is read here, the orchestrator makes the next.
    private static let pagesAtOnce = 3

    /// Every artifact version that a run has, or had after an event, oldest first.
    public func artifacts(
        of run: Identifier, at sequence: Int? = nil
    ) async throws(ClientError) -> [ArtifactEntry] {
        // A former state is worked out for each question anew.
        if sequence != nil { return try await page(.artifacts(run, at: sequence)).entries }
        let limit = WireLimits.artifactsPerPage
        var (entries, total) = try await page(.artifacts(run, page: ListPage(offset: 0, limit: limit)))
        guard entries.count < total else { return entries }
        entries.reserveCapacity(total)
        for rest in try await pages(of: run, offsets: Array(stride(from: entries.count, to: total, by: limit))) {
            entries += rest
        }
        return entries
    }

    /// The pages of which each begins where the one before ends.
    private func pages(of run: Identifier, offsets: [Int]) async throws(ClientError) -> [[ArtifactEntry]] {
        let limit = WireLimits.artifactsPerPage
        let pages = await withTaskGroup(of: (Int, Result<[ArtifactEntry], ClientError>).self) { group in
            var pages: [Result<[ArtifactEntry], ClientError>?] = Array(repeating: nil, count: offsets.count)
            func ask(_ index: Int) {
                guard index < offsets.count else { return }
                let page = ListPage(offset: offsets[index], limit: limit)
                group.addTask { (index, await self.result(.artifacts(run, page: page))) }
            }
            for index in 0..<Self.pagesAtOnce { ask(index) }
            var next = Self.pagesAtOnce
            for await (index, page) in group {
                pages[index] = page
                if case .failure = page {
                    group.cancelAll()
                    break
                }
                ask(next)
                next += 1
            }
            return pages.compactMap(\.self)
        }
        var all: [[ArtifactEntry]] = []
        for page in pages {
            let entries = try page.get()
            guard all.count == offsets.count - 1 || entries.count >= limit else { throw unexpected }
            // Whoever gives more than was asked for gives what other pages hold.
            all.append(entries.count > limit ? Array(entries.prefix(limit)) : entries)
        }
        return all
    }

    private func result(_ query: GetRequest) async -> Result<[ArtifactEntry], ClientError> {
        do throws(ClientError) { return .success(try await page(query).entries) } catch { return .failure(error) }
    }

    private func page(_ query: GetRequest) async throws(ClientError) -> (entries: [ArtifactEntry], total: Int) {
        guard case .artifacts(let entries, let total) = try await request(.get(query)) else { throw unexpected }
        return (entries, total ?? entries.count)
    }
}
