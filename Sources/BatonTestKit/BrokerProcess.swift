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
    private let executable: URL
    private let process = Mutex<GuardedProcess?>(nil)

    public var url: String { "mqtt://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - settings: lines of `mosquitto.conf(5)` beside listener, anonymous access, TCP_NODELAY, and queue limits.
    ///   - accessList: lines of an `acl_file`; nil allows everything.
    ///   - isPersistent: keep sessions and retained messages in a file, written at each change and at a clean stop.
    public init(settings: [String] = [], accessList: [String]? = nil, isPersistent: Bool = false) throws {
        guard let executable = Self.executable else { throw Failure.notInstalled }
        self.executable = executable
        port = try freePort()
        directory = FileManager.default.temporaryDirectory.appending(path: "baton-broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var lines = [
            "listener \(port) 127.0.0.1", "allow_anonymous true", "set_tcp_nodelay true", "max_inflight_messages 1000",
            "max_queued_messages 1000000", "log_dest file \(directory.path)/log", "log_type all",
        ]
        if isPersistent {
            lines += [
                "persistence true", "persistence_location \(directory.path)/", "autosave_on_changes true",
                "autosave_interval 1",
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
        try? FileManager.default.removeItem(at: directory)
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
        ending?.signal(number)
        ending?.waitUntilExit()
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
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
    defer { close(descriptor) }
    var address = loopback(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
        }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    return Int(UInt16(bigEndian: address.sin_port))
}

private func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
    return address
}

private func accepts(port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = loopback(port: port)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
