import BatonMQTT

/// Runs a part of a test that blocks for long on a thread of its own: the few threads of Swift's pool are for all
/// tests.
public func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do throws(MQTTError) {
            try DedicatedThread.run(named: "test") { continuation.resume(with: Result { try body() }) }
        } catch { continuation.resume(throwing: error) }
    }
}
