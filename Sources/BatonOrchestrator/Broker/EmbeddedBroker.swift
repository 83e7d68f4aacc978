import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// A Mosquitto of our own, for those who have no broker: started from a generated copy of `broker/mosquitto.conf`,
/// started again when it dies, stopped with us, and never left behind.
public actor EmbeddedBroker {
    public struct Settings: Sendable {
        /// The configuration to copy; nil looks for `broker/mosquitto.conf` in the usual places.
        public var configuration: String?
        /// The port on 127.0.0.1; nil takes a free one.
        public var port: Int?
        /// The folder for the generated configuration and for what the broker keeps; it is made if it does not exist.
        public var directory: String
        /// The program; nil looks for `mosquitto`.
        public var executable: String?
        /// Nobody can name another broker in its place, with `--broker`.
        public var isOnlyChoice = false

        public init(configuration: String? = nil, port: Int?, directory: String, executable: String? = nil) {
            self.configuration = configuration
            self.port = port
            self.directory = directory
            self.executable = executable
        }
    }

    public nonisolated let port: Int
    public nonisolated var url: String { "mqtt://127.0.0.1:\(port)" }

    private static let acceptTimeout = Duration.seconds(10)
    /// A broker of a predecessor that was killed needs a moment to end.
    private static let portTimeout = Duration.seconds(3)
    private static let firstDelay = Duration.milliseconds(500)
    private static let longestDelay = Duration.seconds(30)

    private let executable: String
    private let configuration: String
    private let logger: Logger
    private let lastLines = LastLines()
    private let claim: FolderClaim
    private var child: ChildProcess?
    private var supervision: Task<Void, Never>?
    private var isStopping = false

    private init(port: Int, executable: String, configuration: String, claim: FolderClaim, logger: Logger) {
        self.port = port
        self.claim = claim
        self.executable = executable
        self.configuration = configuration
        self.logger = logger
    }

    /// Starts a broker and waits until it accepts connections.
    public static func start(_ settings: Settings, logger: Logger) async throws -> EmbeddedBroker {
        let executable = try settings.executable ?? findExecutable(isOnlyChoice: settings.isOnlyChoice)
        let source = try BrokerConfiguration.find(settings.configuration)
        guard let port = settings.port ?? LocalPort.free() else {
            throw BrokerError(.portTaken, "no port is free on 127.0.0.1: end some programs that listen")
        }
        let folder = URL(filePath: settings.directory).standardizedFileURL.path
        let copy = folder + "/mosquitto.conf"
        let text = try source.replacing(port: port, directory: folder)
        let claim: FolderClaim
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            claim = try FolderClaim(folder)
            try Data(text.utf8).write(to: URL(filePath: copy), options: .atomic)
        } catch let error as POSIXError where error.code == .EWOULDBLOCK {
            throw BrokerError(
                .directory,
                "the broker's folder \(folder) is in use by another baton serve: stop that one, or name another "
                    + "database with --database")
        } catch {
            let reason = error.localizedDescription
            throw BrokerError(.directory, "the broker's folder \(folder) can't be used (\(reason)): check its rights")
        }
        try await waitUntilFree(port, isOnlyChoice: settings.isOnlyChoice)
        let broker = EmbeddedBroker(
            port: port, executable: executable, configuration: copy, claim: claim, logger: logger)
        try await broker.begin()
        return broker
    }

    /// Stops the broker and waits for its end. It keeps its sessions in its folder.
    public func stop() async {
        isStopping = true
        supervision?.cancel()
        await child?.stop()
        await supervision?.value
        claim.release()
    }

    // MARK: Supervision

    private func begin() async throws {
        do {
            try await launch()
        } catch {
            await child?.stop()
            throw error
        }
        logger.info("embedded broker on \(url)")
        supervision = Task { await supervise() }
    }

    /// Starts the process and waits until it accepts connections.
    private func launch() async throws {
        let child: ChildProcess
        do {
            child = try ChildProcess(
                executable: executable, arguments: ["-c", configuration],
                output: .lines { [logger, lastLines] in
                    lastLines.append($0)
                    Self.log($0, to: logger)
                })
        } catch {
            throw BrokerError(.failed, "\(executable) can't be started: \(error.localizedDescription)")
        }
        self.child = child
        let deadline = ContinuousClock.now + Self.acceptTimeout
        while !LocalPort.isAccepting(port) {
            if let exit = child.ended {
                throw BrokerError(
                    .failed,
                    "the broker \(exit) before it listened on port \(port): \(lastLines.text); see \(configuration)")
            }
            guard ContinuousClock.now < deadline else {
                throw BrokerError(.failed, "the broker does not listen on port \(port): \(lastLines.text)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func supervise() async {
        var delay = Self.firstDelay
        while let child, !isStopping {
            let since = ContinuousClock.now
            let exit = await child.exit()
            if ContinuousClock.now - since > .seconds(60) { delay = Self.firstDelay }
            var reason = "\(exit)"
            while !isStopping {
                logger.error("the embedded broker failed (\(reason)); starting it again in \(delay)")
                try? await Task.sleep(for: delay)
                delay = min(delay * 2, Self.longestDelay)
                guard !isStopping else { break }
                do {
                    try await launch()
                    logger.notice("embedded broker on \(url) again")
                    break
                } catch {
                    reason = "\(error)"
                    await self.child?.stop()
                }
            }
        }
    }

    private static func waitUntilFree(_ port: Int, isOnlyChoice: Bool) async throws {
        let deadline = ContinuousClock.now + portTimeout
        while !LocalPort.isFree(port) {
            guard ContinuousClock.now < deadline else {
                let holder = LocalPort.holder(of: port) ?? "another program"
                let help =
                    isOnlyChoice
                    ? "choose another port with --port, or leave it out"
                    : "use that broker with --broker mqtt://127.0.0.1:\(port), or choose another port with --port"
                throw BrokerError(.portTaken, "port \(port) on 127.0.0.1 is taken by \(holder): \(help)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func findExecutable(isOnlyChoice: Bool) throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        // Debian keeps it where the PATH of ordinary users does not look.
        let folders = path.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin"]
        for folder in folders where FileManager.default.isExecutableFile(atPath: folder + "/mosquitto") {
            return folder + "/mosquitto"
        }
        throw BrokerError(
            .notInstalled,
            "mosquitto is not installed: install it (on Debian: apt-get install mosquitto)"
                + (isOnlyChoice ? "" : ", or use a broker that runs already with --broker"))
    }

    /// Mosquitto begins a line with the time, which the log has already, and says errors and warnings by word.
    private static func log(_ line: String, to logger: Logger) {
        let text = line.drop { $0.isNumber || "-T:".contains($0) }.drop { $0 == " " }
        if text.hasPrefix("Error") {
            logger.error("mosquitto: \(text)")
        } else {
            logger.debug("mosquitto: \(text)")
        }
    }
}

extension EmbeddedBroker: Service {
    /// Runs until the service group shuts down gracefully, then stops the broker. Name it first in the group: what
    /// comes after is shut down before it, and can still say goodbye.
    public nonisolated func run() async throws {
        try? await gracefulShutdown()
        await stop()
    }
}

/// The end of the broker's log, for the message when it does not start.
private final class LastLines: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) {
        lines.withLock {
            $0.append(line)
            if $0.count > 3 { $0.removeFirst() }
        }
    }

    var text: String { lines.withLock { $0.joined(separator: " / ") } }
}

/// A lock on a broker's folder, which ends with this process: two brokers would write over each other's files.
private final class FolderClaim: Sendable {
    private let descriptor: Mutex<Int32?>

    /// - Throws: `POSIXError`; `EWOULDBLOCK` when somebody else has it.
    init(_ folder: String) throws {
        let descriptor = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            close(descriptor)
            throw error
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    func release() {
        if let descriptor = descriptor.withLock({ $0.take() }) { close(descriptor) }
    }
}
