import Foundation

/// A server called `localhost` that takes TLS connections, one at a time, and passes what they say on to one that knows
/// no TLS. Without certificates it is an HTTP proxy of the `CONNECT` kind, which leads everybody to that server,
/// whatever they ask for.
public final class TLSFront: Sendable {
    public let port: Int
    private let process: GuardedProcess

    /// - Parameters:
    ///   - target: the port of the server behind it.
    ///   - certificates: whose `server` it shows; nil: it is a proxy.
    ///   - log: a file that gets the first line of each request to the proxy.
    public init(to target: Int, _ certificates: Certificates?, log: URL? = nil) throws {
        port = try freePort()
        process = try GuardedProcess(
            URL(filePath: "/usr/bin/env"),
            [
                "python3", PythonEnvironment.file("Tests/Contract/tls_front.py"), "\(port)", "\(target)",
                certificates?.path("server.crt") ?? "",
                certificates?.path("server.key") ?? "",
            ], output: log)
        let deadline = ContinuousClock.now + .seconds(10)
        while !accepts(port: port) {
            guard process.isRunning, ContinuousClock.now < deadline else {
                throw TooSlow(limit: .seconds(10))
            }
            usleep(5000)
        }
    }

    deinit { process.signal(SIGKILL) }
}
