import Foundation
import Logging

/// Notices that the access file has become another, and reads it again.
///
/// Looking costs one `stat` a second. A file that can't be used is logged, and the rules stay as they are.
final class AccessFile {
    private struct Look: Equatable {
        var modified: Date?
        var size: Int?
        var number: Int?
    }

    private let path: String
    private let logger: Logger
    private var last: Look
    private var lookedAt = ContinuousClock.now

    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
        last = Self.look(path)
    }

    /// The rules, when the file has become another since the last call.
    func takeChange() -> AccessRules? {
        guard ContinuousClock.now - lookedAt >= .seconds(1) else { return nil }
        lookedAt = .now
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
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return Look(
            modified: attributes?[.modificationDate] as? Date, size: attributes?[.size] as? Int,
            number: attributes?[.systemFileNumber] as? Int)
    }
}
