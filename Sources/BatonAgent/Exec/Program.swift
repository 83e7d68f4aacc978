import BatonMQTT
import Glibc
import Synchronization

/// One run of a program: bytes in, bytes out, the end.
struct Program: Sendable {
    /// The first is the path.
    var arguments: [String]
    /// `NAME=value`; nil gives this process's own.
    var environment: [String]?
    var input: [UInt8]
    var timeout: Duration?
    var maxOutputBytes: Int
    /// Where output goes that is too much for memory.
    var overflowFolder = TemporaryFolder.usual
    /// From SIGTERM to SIGKILL.
    var grace: Duration = .seconds(5)
    /// The descriptor on which the program says how far it is, a line each time; nil: it has none.
    var progressDescriptor: Int32?

    struct End: Sendable, Equatable {
        enum Cause: Sendable, Equatable {
            case exited(Int32)
            /// By a signal that did not come from here.
            case signalled(Int32)
            case timedOut
            case cancelled
            case outputTooLarge
            /// It can't be kept; why.
            case outputLost(String)
        }

        var cause: Cause
        var output: CollectedOutput.Whole
        /// The last lines of standard error.
        var lastErrors: [String]
    }

    /// Runs the program to its end, on a thread of its own. When the calling task is cancelled, the program is ended.
    ///
    /// Its whole process group ends with it: nothing that it left in the background stays.
    func run(
        onErrorLine: @escaping @Sendable (String) -> Void,
        onProgressLine: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> End {
        let cancellation = try Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do throws(MQTTError) {
                    try DedicatedThread.run(named: "baton-exec") {
                        continuation.resume(
                            with: Result {
                                var loop = try ProgramLoop(self, cancellation, onErrorLine, onProgressLine)
                                return try loop.run()
                            })
                    }
                } catch { continuation.resume(throwing: error) }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    final class Cancellation: Sendable {
        private let flag = Atomic(false)
        let wakeup: Wakeup

        init() throws(MQTTError) { wakeup = try Wakeup() }

        var isCancelled: Bool { flag.load(ordering: .acquiring) }

        func cancel() {
            flag.store(true, ordering: .releasing)
            wakeup.signal()
        }
    }
}
