import Glibc
import Logging

/// Notices that the access file has become another, and reads it again.
///
/// Looking is one `stat` a turn of the loop, before its messages are decided: whoever was added may act at once. A file
/// that can't be used is logged, and the rules stay as they are.
final class AccessFile {
    private struct Look: Equatable {
        var seconds = 0
        var nanoseconds = 0
        var size = 0
        var number: UInt64 = 0
    }

    private let path: String
    private let logger: Logger
    private var last: Look

    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
        last = Self.look(path)
    }

    /// The rules, when the file has become another since the last call.
    func takeChange() -> AccessRules? {
        let look = Self.look(path)
        guard look != last else { return nil }
        last = look
        do {
            let rules = try AccessRules(file: path)
            logger.info(
                "the access file was read again",
                metadata: ["agents": "\(rules.agents.count)", "clients": "\(rules.clients.count)"])
            return rules
        } catch {
            logger.error("the access file can't be used, and what it said before holds: \(error)")
            return nil
        }
    }

    private static func look(_ path: String) -> Look {
        var status = stat()
        guard stat(path, &status) == 0 else { return Look() }
        return Look(
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size),
            number: UInt64(status.st_ino))
    }
}
