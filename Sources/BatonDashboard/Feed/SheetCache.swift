import BatonClient

/// Pages that were put together a moment ago: what many browsers look at is put together once.
actor SheetCache {
    /// Of one that nothing new has made older: times stand in it.
    private static let maxAge = Duration.seconds(1)
    private static let maxSheets = 64

    private struct Entry {
        let version: Int
        let madeAt: ContinuousClock.Instant
        let sheet: Task<Result<Sheet, ClientError>, Never>
    }

    private var entries: [String: Entry] = [:]
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// - Parameters:
    ///   - path: of the page.
    ///   - version: of what it shows: another one is put together anew.
    func sheet(
        _ path: String, version: Int, make: @escaping @Sendable () async throws(ClientError) -> Sheet
    ) async throws(ClientError) -> Sheet {
        if let entry = entries[path], entry.version == version, now() - entry.madeAt < Self.maxAge {
            return try await entry.sheet.value.get()
        }
        let task = Task { () async -> Result<Sheet, ClientError> in
            do throws(ClientError) { return .success(try await make()) } catch { return .failure(error) }
        }
        if entries.count >= Self.maxSheets { entries = [:] }
        entries[path] = Entry(version: version, madeAt: now(), sheet: task)
        return try await task.value.get()
    }
}
