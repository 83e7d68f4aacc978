import BatonClient
import Foundation

/// Reads the keyboard on a thread of its own, and hears there of the terminal's size.
final class Keyboard: Sendable {
    enum Event: Sendable {
        case key(Key)
        /// The terminal has another size.
        case resized
        /// The process was stopped and goes on; somebody else may have had the terminal.
        case continued
        /// There is no keyboard any more.
        case closed
    }

    /// Who types faster than is read loses keys.
    private static let maxWaiting = 4096
    /// After this time Esc is a key of its own.
    private static let patience: Int32 = 50

    /// What signal handlers write to.
    let alarm: Int32
    private let bell: Int32
    let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    /// Signalled when nothing is read any more.
    private let rest = DispatchSemaphore(value: 0)
    /// How long a thread that has nothing else to do takes for that at most.
    private static let restLimit = DispatchTimeInterval.seconds(2)

    init() throws(ClientError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ClientError(.file, "no pipe for the keyboard: \(String(cString: strerror(errno)))")
        }
        (bell, alarm) = (ends[0], ends[1])
        // A handler never waits; that the size has changed needs to be said only once.
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.maxWaiting))
    }

    func start() {
        let thread = Thread { self.read() }
        thread.name = "keyboard"
        thread.start()
    }

    /// Ends the thread. No signal handler may have the alarm any more.
    func stop() { tell(UInt8(ascii: "Q")) }

    /// Leaves the keyboard to another program: nothing is read when this returns, which is at once.
    func pause() {
        tell(UInt8(ascii: "P"))
        _ = rest.wait(timeout: .now() + Self.restLimit)
    }

    /// Reads again.
    func resume() { tell(UInt8(ascii: "G")) }

    private func tell(_ byte: UInt8) {
        var byte = byte
        _ = write(alarm, &byte, 1)
    }

    private func read() {
        defer {
            continuation.finish()
            close(bell)
            close(alarm)
        }
        var reader = KeyReader()
        var bytes = [UInt8](repeating: 0, count: 4096)
        var isPaused = false
        while true {
            var files = [
                pollfd(fd: isPaused ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&files, 2, reader.isWaiting ? Self.patience : -1)
            if count == 0 { reader.rest().forEach { continuation.yield(.key($0)) } }
            guard count > 0 else { continue }
            if files[1].revents != 0 {
                let count = Foundation.read(bell, &bytes, bytes.count)
                for byte in bytes.prefix(max(0, count)) {
                    switch byte {
                    case UInt8(ascii: "Q"): return
                    case UInt8(ascii: "C"): continuation.yield(.continued)
                    case UInt8(ascii: "P"):
                        isPaused = true
                        rest.signal()
                    case UInt8(ascii: "G"): isPaused = false
                    default: continuation.yield(.resized)
                    }
                }
            }
            if files[0].revents != 0, !isPaused {
                let count = Foundation.read(STDIN_FILENO, &bytes, bytes.count)
                if count > 0 {
                    for key in reader.read(bytes.prefix(count)) { continuation.yield(.key(key)) }
                } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                    continuation.yield(.closed)
                    // Only the end of it all is still waited for.
                    files[1].revents = 0
                    return waitForEnd()
                }
            }
        }
    }

    private func waitForEnd() {
        var file = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
        var byte: UInt8 = 0
        while byte != UInt8(ascii: "Q") {
            guard poll(&file, 1, -1) > 0 else { continue }
            guard Foundation.read(bell, &byte, 1) != 0 else { return }
            if byte == UInt8(ascii: "P") { rest.signal() }
        }
    }
}
