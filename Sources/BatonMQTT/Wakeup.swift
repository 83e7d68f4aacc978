import Glibc

/// Ends another thread's ``Readiness/wait(_:timeoutMilliseconds:)``.
///
/// A non-blocking pipe: any number of ``signal()`` calls before a ``drain()`` make one wake-up.
public final class Wakeup: Sendable {
    /// Readable after a ``signal()``.
    public let descriptor: Int32
    private let writer: Int32

    public init() throws(MQTTError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("making a wake-up pipe", errno: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        writer = ends[1]
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    /// Wakes the waiting thread, or the next that waits. May be called from any thread, and from a signal handler.
    public func signal() {
        var byte: UInt8 = 1
        // A full pipe is as good as a written one.
        _ = write(writer, &byte, 1)
    }

    /// Takes back all signals given so far.
    public func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
