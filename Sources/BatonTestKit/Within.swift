/// A test waited longer than it was willing to.
public struct TooSlow: Error, CustomStringConvertible {
    public let limit: Duration

    public init(limit: Duration) { self.limit = limit }

    public var description: String { "nothing in \(limit)" }
}

/// Runs `body` and cancels it when it takes longer than `limit`: a test that hangs should fail instead.
public func within<Value: Sendable>(
    _ limit: Duration = .seconds(20), _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: limit)
            throw TooSlow(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw TooSlow(limit: limit) }
        return value
    }
}
