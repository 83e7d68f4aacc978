import Foundation

/// Keeps a second orchestrator off the same database: an advisory lock on a file beside it, which ends with the
/// process.
final class StoreLock {
    private let descriptor: Int32

    /// Takes the lock, or says who has it.
    init(databasePath: String) throws(StoreError) {
        let path = databasePath + ".lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw StoreError(
                .inaccessible,
                "the lock file \(path) can't be written (\(String(cString: strerror(errno)))): check the folder "
                    + "and its rights")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: path, encoding: .utf8))?
                .trimmingCharacters(in: .whitespacesAndNewlines)
            close(file)
            let who = holder.flatMap { $0.isEmpty ? nil : $0 } ?? "another process"
            throw StoreError(
                .locked,
                "the database \(databasePath) is in use by \(who): stop it first, or name another with --database")
        }
        descriptor = file
        let text =
            "baton (process \(ProcessInfo.processInfo.processIdentifier) on \(ProcessInfo.processInfo.hostName))\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit {
        // A child of this process that has not got to its own program yet has the lock as well, and would keep it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
