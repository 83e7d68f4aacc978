import BatonMessages
import Foundation

/// What surrounds a client: what the broker lets it hear, and how late it is elsewhere.
extension Client {
    /// Whether the broker lets this client read what runs publish; it takes a request, since a broker that does not
    /// says nothing.
    public func mayListen() async throws(ClientError) -> Bool {
        let overview = watchOverview()
        // A broker answers in order: the index that it retains is here when the reply is.
        _ = try await runs(limit: 1)
        return withExtendedLifetime(overview) { self.overview.index != nil }
    }

    /// How far the orchestrator's clock is ahead of this machine's, in milliseconds; what a message takes to come is
    /// part of it. nil: nothing was heard of it, which comes every second to those who may.
    public func clockDifference(within limit: Duration = .milliseconds(2500)) async -> Int64? {
        let number = nextNumber()
        connection.subscribe([.init(topics.mark, qos: 0)])
        return await withCheckedContinuation { continuation in
            markWaiters[number] = continuation
            Task { [weak self] in
                try? await Task.sleep(for: limit)
                await self?.stopWaitingForMark(number)
            }
        }
    }

    func receive(mark payload: [UInt8]) {
        guard let mark = try? Mark.decode(payload) else { return }
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        for waiter in markWaiters.values { waiter.resume(returning: mark.sentAt.milliseconds - now) }
        markWaiters = [:]
    }

    private func stopWaitingForMark(_ number: Int) { markWaiters.removeValue(forKey: number)?.resume(returning: nil) }
}
