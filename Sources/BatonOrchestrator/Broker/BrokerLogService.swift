import BatonEngine
import Foundation
import Logging
import ServiceLifecycle

/// Follows the log of a broker that somebody else runs, and says in the orchestrator's own what the broker refused.
///
/// It begins at the end of the file, waits for one that is not there yet, and begins anew with one that was replaced or
/// emptied. What a sender tries again and again is said ten times a minute of each kind.
public struct BrokerLogService: Service {
    private static let pause = Duration.milliseconds(500)
    /// What is behind by more is left out, so that a flood costs no more than this a look.
    private static let mostBytesAtOnce = 1 << 20

    private let path: String
    private let accessPath: String?
    private let logger: Logger

    /// - Parameters:
    ///   - path: the file with what Mosquitto logs, its debug lines too.
    ///   - accessPath: the access file, which says who is an agent.
    public init(path: String, accessPath: String?, logger: Logger) {
        self.path = path
        self.accessPath = accessPath
        self.logger = logger
    }

    public func run() async throws { await cancelWhenGracefulShutdown { await follow() } }

    private func follow() async {
        var tail = FileTail(path: path)
        var log = BrokerLog()
        var rate = LogRate(linesPerMinute: 10)
        while (try? await Task.sleep(for: Self.pause)) != nil {
            let (lines, leftOut) = tail.read(atMost: Self.mostBytesAtOnce)
            if leftOut > 0 {
                logger.warning("the broker's log is faster than it is read", metadata: ["left_out": "\(leftOut) bytes"])
            }
            guard !lines.isEmpty else { continue }
            let rules = accessPath.flatMap { try? AccessRules(file: $0) }
            for line in lines {
                guard let notice = log.read(line, isAgent: { rules?.agent($0) != nil }) else { continue }
                say(notice, &rate)
            }
        }
    }

    private func say(_ notice: BrokerLog.Notice, _ rate: inout LogRate) {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let (isLogged, leftOut) = rate.admit("\(notice.kind) \(notice.client)", now: now)
        guard isLogged else { return }
        var metadata: Logger.Metadata = ["sender": "\(notice.client)"]
        if leftOut > 0 { metadata["left_out"] = "\(leftOut)" }
        logger.warning("refused by the broker: \(notice.text)", metadata: metadata)
    }
}

/// The whole lines that are added to a file.
struct FileTail {
    private let path: String
    /// Kept open: the number of a file that is gone would be another's.
    private var file: FileHandle?
    private var offset = 0
    private var rest: [UInt8] = []

    /// Begins at the end of what is there now.
    init(path: String) {
        self.path = path
        file = FileHandle(forReadingAtPath: path)
        offset = size
    }

    /// - Returns: the lines that came since the last call, and how many bytes were passed over to keep to the bound.
    mutating func read(atMost limit: Int) -> (lines: [Substring], leftOut: Int) {
        if isReplaced || size < offset {
            (file, offset, rest) = (FileHandle(forReadingAtPath: path), 0, [])
        }
        let size = size
        guard let file, size > offset else { return ([], 0) }
        let leftOut = max(0, size - offset - limit)
        if leftOut > 0 { (offset, rest) = (offset + leftOut, []) }
        guard (try? file.seek(toOffset: UInt64(offset))) != nil, let data = try? file.read(upToCount: size - offset)
        else { return ([], leftOut) }
        offset += data.count
        rest += data
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return ([], leftOut) }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        rest.removeSubrange(...end)
        return (text.split(separator: "\n"), leftOut)
    }

    private var size: Int {
        var status = stat()
        guard let file, fstat(file.fileDescriptor, &status) == 0 else { return 0 }
        return Int(status.st_size)
    }

    private var isReplaced: Bool {
        var (there, here) = (stat(), stat())
        guard stat(path, &there) == 0 else { return false }
        guard let file, fstat(file.fileDescriptor, &here) == 0 else { return true }
        return there.st_ino != here.st_ino || there.st_dev != here.st_dev
    }
}
