import Foundation
import Synchronization

/// libfaketime, which gives a program another clock while it runs: Debian's package `faketime`.
///
/// The library shares a semaphore and a piece of memory with the programs that its program starts. Left to itself it
/// names them by the program's number and never takes them away from a program that was killed: the next one with that
/// number can't start. So each start is given a pair of its own here.
public final class FalseClock: Sendable {
    private let library: String
    private let file: URL
    private let shared = Mutex<[URL]>([])

    /// - Parameter folder: where the file lies that says which clock it is.
    /// - Returns: nil when libfaketime is not installed.
    public init?(folder: URL) {
        let libraries = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        let found = libraries.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
        guard let found else { return nil }
        library = found
        file = folder.appending(path: "clock")
        set(offsetSeconds: 0)
    }

    deinit {
        shared.withLock { for file in $0 { try? FileManager.default.removeItem(at: file) } }
    }

    /// What one start of a program needs to live by this clock. Each start needs its own: one that was killed may have
    /// held the semaphore.
    public func environment() throws -> [String: String] {
        let name = "baton-clock-\(UUID().uuidString)"
        try share(name)
        return [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file.path, "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            // Were it missing, the library would set it. Adding a variable moves the environment, from whose place on
            // the stack Swift finds the arguments.
            "FAKETIME_SHARED": "/\(name) /\(name)",
        ]
    }

    /// Within a second the program's clock is so far from the real one.
    public func set(offsetSeconds: Int) {
        let text = offsetSeconds < 0 ? "\(offsetSeconds)" : "+\(offsetSeconds)"
        try? "\(text)\n".write(to: file, atomically: true, encoding: .utf8)
    }

    /// Puts a semaphore that nobody holds, and the memory beside it, where `sem_open` and `shm_open` look for them.
    private func share(_ name: String) throws {
        let folder = URL(filePath: "/dev/shm")
        let (semaphore, memory) = (folder.appending(path: "sem.\(name)"), folder.appending(path: name))
        shared.withLock { $0 += [semaphore, memory] }
        var free = sem_t()
        guard sem_init(&free, 1, 1) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EINVAL) }
        try withUnsafeBytes(of: &free) { Data($0) }.write(to: semaphore)
        try Data(count: 4096).write(to: memory)
    }
}
