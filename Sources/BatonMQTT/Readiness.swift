import Glibc

/// What a descriptor is watched for.
public struct Interest: Sendable {
    public var descriptor: Int32
    public var read: Bool
    public var write: Bool

    public init(_ descriptor: Int32, read: Bool = true, write: Bool = false) {
        self.descriptor = descriptor
        self.read = read
        self.write = write
    }
}

/// What `poll(2)` says about a descriptor.
public struct Readiness: Sendable, Equatable {
    /// Reading will not block; it may find the end, or an error.
    public var canRead: Bool
    public var canWrite: Bool

    public init(canRead: Bool = false, canWrite: Bool = false) {
        self.canRead = canRead
        self.canWrite = canWrite
    }

    /// Waits until one of the descriptors is ready, the time is over, or a signal came.
    ///
    /// - Parameter timeoutMilliseconds: nil waits without end; 0 only looks.
    /// - Returns: one entry per interest, in the same order; none is ready after a timeout or a signal.
    ///
    /// `poll` and not `select`, which cannot watch descriptors from 1024 on.
    public static func wait(
        _ interests: [Interest], timeoutMilliseconds: Int?
    ) throws(MQTTError) -> [Readiness] {
        var entries = interests.map { interest in
            let events = (interest.read ? POLLIN : 0) | (interest.write ? POLLOUT : 0)
            return pollfd(fd: interest.descriptor, events: Int16(events), revents: 0)
        }
        let timeout = timeoutMilliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
        guard poll(&entries, nfds_t(entries.count), timeout) >= 0 else {
            let number = errno
            guard number == EINTR || number == EAGAIN else { throw .system("waiting for input", errno: number) }
            return interests.map { _ in Readiness() }
        }
        return entries.map { entry in
            let events = Int32(entry.revents)
            let broken = events & Int32(POLLERR | POLLHUP | POLLNVAL) != 0
            return Readiness(
                canRead: events & Int32(POLLIN) != 0 || broken, canWrite: events & Int32(POLLOUT) != 0 || broken)
        }
    }
}
