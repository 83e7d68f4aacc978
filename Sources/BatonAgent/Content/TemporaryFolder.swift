import Glibc

/// A folder of this process for contents that are too large to be in memory; it goes with the last reference to it.
///
/// A process that was killed leaves its folder. It holds a lock on it, so the next one that makes a folder at the same
/// place finds those that nobody holds, and removes them.
final class TemporaryFolder: Sendable {
    private static let prefix = "baton-contents-"

    let path: String
    private let descriptor: Int32

    /// Where large contents go when nothing else is said: they are too much for a file system in memory.
    static var usual: String {
        guard let named = getenv("TMPDIR").map({ String(cString: $0) }), !named.isEmpty else { return "/var/tmp" }
        return named
    }

    /// - Parameter parent: is made if it is not there.
    /// - Throws: ``AgentError`` `content`, with the system's reason.
    init(below parent: String) throws(AgentError) {
        try FolderPath.make(parent)
        let parent = try FolderPath.absolute(parent)
        Self.sweep(parent)
        // Between its making and its locking another process may take it for an orphan.
        for _ in 1...100 {
            var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { break }
            let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let descriptor = Self.lock(path) else { continue }
            self.path = path
            self.descriptor = descriptor
            return
        }
        throw AgentError(.content, "no folder for large documents can be made in \(parent): \(FolderPath.reason)")
    }

    deinit {
        FolderPath.removeAll(in: descriptor, depth: 0)
        rmdir(path)
        close(descriptor)
    }

    /// Opens and locks a folder; nil when another process has it, or has removed it.
    private static func lock(_ path: String) -> Int32? {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        var (held, named) = (stat(), stat())
        guard flock(folder, LOCK_EX | LOCK_NB) == 0, fstat(folder, &held) == 0, stat(path, &named) == 0,
            held.st_ino == named.st_ino
        else {
            close(folder)
            return nil
        }
        return folder
    }

    /// Removes what processes of this user that were killed have left.
    private static func sweep(_ parent: String) {
        for name in FolderPath.entries(of: parent) where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_uid == geteuid(), let folder = lock(path) else { continue }
            FolderPath.removeAll(in: folder, depth: 0)
            rmdir(path)
            close(folder)
        }
    }
}
