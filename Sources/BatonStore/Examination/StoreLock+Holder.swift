import Foundation

extension StoreLock {
    /// Who has the lock, in words; nil: nobody.
    ///
    /// It is asked for and let go at once: an orchestrator that starts in that very moment is told that the database is
    /// in use, and starts when it is tried again.
    static func holder(databasePath: String) -> String? {
        let path = databasePath + ".lock"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        let text = (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.flatMap { $0.isEmpty ? nil : $0 } ?? "another process"
    }
}
