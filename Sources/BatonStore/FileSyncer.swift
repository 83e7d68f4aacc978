import Foundation

/// Syncs a file on a thread of its own, by a descriptor of its own.
final class FileSyncer: @unchecked Sendable {
    private let descriptor: Int32
    private let condition = NSCondition()
    // Guarded by the condition.
    private var asked = 0
    private var answered = 0
    private var failure: Int32 = 0
    private var isEnded = false
    private var isRunning = false

    /// - Throws: ``StoreError`` with code `inaccessible`.
    init(path: String) throws(StoreError) {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StoreError(.inaccessible, "\(path) can't be opened: \(String(cString: strerror(errno)))")
        }
        let thread = Thread { [self] in syncWhenAsked() }
        thread.name = "baton-sync"
        thread.start()
        // A thread that can't be started says nothing.
        let isThere = condition.withLock {
            let limit = Date(timeIntervalSinceNow: 10)
            while !isRunning, condition.wait(until: limit) {}
            isEnded = !isRunning
            return isRunning
        }
        guard isThere else {
            close(descriptor)
            throw StoreError(.inaccessible, "no thread could be started for \(path): is there a limit of them?")
        }
    }

    /// What has been written until now is to be on disk.
    func begin() {
        condition.withLock {
            asked += 1
            condition.broadcast()
        }
    }

    /// Waits until everything that was asked for is done.
    ///
    /// - Returns: 0, or the error number of the first sync that failed; it stays, since what the page cache holds can't
    ///   be trusted any more.
    func wait() -> Int32 {
        condition.withLock {
            while answered < asked, failure == 0 { condition.wait() }
            return failure
        }
    }

    /// Does what was asked for, and ends the thread.
    func end() {
        condition.withLock {
            isEnded = true
            condition.broadcast()
            while isRunning { condition.wait() }
        }
        close(descriptor)
    }

    private func syncWhenAsked() {
        condition.lock()
        isRunning = true
        condition.broadcast()
        while true {
            if asked > answered, failure == 0 {
                let request = asked
                condition.unlock()
                let number = fdatasync(descriptor) == 0 ? 0 : errno
                condition.lock()
                answered = request
                failure = number
                condition.broadcast()
            } else if isEnded {
                break
            } else {
                condition.wait()
            }
        }
        isRunning = false
        condition.broadcast()
        condition.unlock()
    }
}
