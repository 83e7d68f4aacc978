import Foundation
import Synchronization

/// A real Mosquitto for a test: on a free loopback port, with a folder of its own that goes away with it.
public final class BrokerProcess: Sendable {
    public enum Failure: Error, CustomStringConvertible {
        case notInstalled
        case didNotStart(log: String)

        public var description: String {
            switch self {
            case .notInstalled: "mosquitto is neither in PATH nor in /usr/sbin nor in /usr/local/sbin"
            case .didNotStart(let log): "mosquitto did not start:\n\(log)"
            }
        }
    }

    public let port: Int
    public let directory: URL
    private let isDirectoryOurs: Bool
    private let executable: URL
    private let process = Mutex<GuardedProcess?>(nil)

    public var url: String { "mqtt://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - directory: where it keeps its files, which then stay; nil: a folder that goes away with it.
    ///   - settings: lines of `mosquitto.conf(5)` beside listener, anonymous access, TCP_NODELAY, and queue limits.
    ///   - accessList: lines of an `acl_file`; nil allows everything.
    ///   - isPersistent: keep sessions and retained messages in a file, written at each change and at a clean stop.
    ///   - saveInterval: in seconds; with it the file is written so often, and not at each change.
    ///   - isQuiet: log no more than warnings and errors.
    public init(
        directory: URL? = nil, settings: [String] = [], accessList: [String]? = nil, isPersistent: Bool = false,
        saveInterval: Int? = nil, isQuiet: Bool = false
    ) throws {
        guard let executable = Self.executable else { throw Failure.notInstalled }
        self.executable = executable
        port = try freePort()
        isDirectoryOurs = directory == nil
        let directory =
            directory ?? FileManager.default.temporaryDirectory.appending(path: "baton-broker-\(UUID().uuidString)")
        self.directory = directory
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var lines = [
            "listener \(port) 127.0.0.1", "allow_anonymous true", "set_tcp_nodelay true", "max_inflight_messages 1000",
            "max_queued_messages 1000000", "log_dest file \(directory.path)/log",
        ]
        lines += isQuiet ? ["log_type error", "log_type warning"] : ["log_type all"]
        if isPersistent {
            lines += [
                "persistence true", "persistence_location \(directory.path)/",
                "autosave_on_changes \(saveInterval == nil)", "autosave_interval \(saveInterval ?? 1)",
            ]
        }
        // A broker that is started by root gives its rights away, and then cannot write into the folder.
        if getuid() == 0 { lines.append("user root") }
        if let accessList {
            let file = directory.appending(path: "acl")
            try (accessList.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
            lines.append("acl_file \(file.path)")
        }
        let text = (lines + settings).joined(separator: "\n") + "\n"
        try text.write(to: directory.appending(path: "mosquitto.conf"), atomically: true, encoding: .utf8)
        try start()
    }

    deinit {
        signal(SIGKILL)
        if isDirectoryOurs { try? FileManager.default.removeItem(at: directory) }
    }

    /// Starts the broker again after ``stop()`` or ``kill()``, on the same port. Returns once it accepts connections.
    public func start() throws {
        let configuration = directory.appending(path: "mosquitto.conf").path
        let process = try GuardedProcess(
            executable, ["-c", configuration], output: directory.appending(path: "output"))
        self.process.withLock { $0 = process }
        let deadline = ContinuousClock.now + .seconds(10)
        while !accepts(port: port) {
            guard process.isRunning, ContinuousClock.now < deadline else {
                kill()
                throw Failure.didNotStart(log: log)
            }
            usleep(5000)
        }
    }

    /// A clean stop: the broker publishes every will and writes its file.
    public func stop() { signal(SIGTERM) }

    /// A crash: nothing is written that was not written before.
    public func kill() { signal(SIGKILL) }

    /// Stops the process where it stands, with its connections open, and lets it go on.
    public func suspend() { process.withLock { $0?.signal(SIGSTOP) } }
    public func resume() { process.withLock { $0?.signal(SIGCONT) } }

    /// Removes what a persistent broker remembers; only while it is stopped.
    public func forget() throws {
        let file = directory.appending(path: "mosquitto.db")
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }

    /// The broker's own log so far.
    public var log: String {
        (try? String(contentsOf: directory.appending(path: "log"), encoding: .utf8)) ?? ""
    }

    private func signal(_ number: Int32) {
        let ending = process.withLock { process in
            defer { process = nil }
            return process
        }
        ending?.end(by: number)
    }

    /// Where mosquitto is installed; Debian puts it where a user's PATH does not look.
    public static var executable: URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"])
            .map { URL(filePath: $0).appending(path: "mosquitto") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

/// A loopback TCP port that nobody listens on right now.
public func freePort() throws -> Int {
    let descriptor = try LoopbackSocket.open()
    defer { close(descriptor) }
    guard LoopbackSocket.bind(descriptor, port: 0) else { throw POSIXError(.EADDRNOTAVAIL) }
    return try LoopbackSocket.port(of: descriptor)
}

/// Whether somebody listens on a loopback port.
public func accepts(port: Int) -> Bool {
    guard let descriptor = LoopbackSocket.connect(to: port) else { return false }
    close(descriptor)
    return true
}

/// A connection to a loopback port, which the caller closes; nil when nobody takes it.
public func connection(toPort port: Int) -> Int32? { LoopbackSocket.connect(to: port) }
