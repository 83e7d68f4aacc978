import Foundation

/// Certificates for `localhost` from an authority that the tests make, and from one that nobody knows, in a folder that
/// goes with this object.
///
/// | name | what it is |
/// |---|---|
/// | `authority`, `stranger` | authorities; only the first signs |
/// | `server` | of a server that is called `localhost` |
/// | `ann` | of a client |
///
/// Each is a certificate (`NAME.crt`) and its key (`NAME.key`), in PEM.
public final class Certificates: Sendable {
    public let directory: URL

    /// Nil: this machine can't make certificates.
    public static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].map { URL(filePath: $0) }.first {
        FileManager.default.isExecutableFile(atPath: $0.path)
    }

    public init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "baton-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for authority in ["authority", "stranger"] {
            try make(authority, ["-subj", "/CN=\(authority)", "-addext", "basicConstraints=critical,CA:TRUE"])
        }
        let issuer = ["-CA", "authority.crt", "-CAkey", "authority.key"]
        try make("server", issuer + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        try make("ann", issuer + ["-subj", "/CN=ann"])
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    public func path(_ name: String) -> String { directory.appending(path: name).path }

    private func make(_ name: String, _ arguments: [String]) throws {
        guard let openssl = Self.openssl else { throw Failure(description: "there is no openssl") }
        let log = directory.appending(path: "log")
        let common = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        let files = ["-keyout", "\(name).key", "-out", "\(name).crt"]
        let process = try GuardedProcess(openssl, common + arguments + files, directory: directory, output: log)
        guard process.waitUntilExit() == 0 else {
            let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            throw Failure(description: "openssl made no certificate for \(name): \(said.suffix(2000))")
        }
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }
}
