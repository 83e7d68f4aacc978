import BatonMQTT
import BatonTestKit
import Foundation
import Testing

/// The broker of `broker/secure`, started by its own script in a copy of the folder, on free ports.
final class SecureBroker: Sendable {
    let root: URL
    let agents: Int
    let clients: Int
    let admins: Int
    private let process: GuardedProcess
    private let output: URL

    /// Certificates are made once for all tests: it takes a second.
    private static let certificates = Task { () -> URL in
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-secure-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try copy(to: folder)
        let made = try await onThread {
            try runToEnd(folder.appending(path: "broker/secure/make-certificates"), ["localhost"], directory: folder)
        }
        guard made.code == 0 else { throw Workspace.QueryFailure(description: "make-certificates: \(made.error)") }
        return folder.appending(path: "broker/secure/data")
    }

    /// The folder as it is checked out, without what an installation has made in it.
    private static func copy(to root: URL) throws {
        let (from, to) = (Workspace.package.appending(path: "broker/secure"), root.appending(path: "broker/secure"))
        try FileManager.default.createDirectory(at: to.appending(path: "data"), withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: from.path) where name != "data" {
            try FileManager.default.copyItem(at: from.appending(path: name), to: to.appending(path: name))
        }
    }

    /// - Parameter settings: changes of `mosquitto.conf`, by what stands there.
    init(in workspace: Workspace, settings: [String: String] = [:]) async throws {
        root = workspace.directory.appending(path: "secure")
        try Self.copy(to: root)
        (agents, clients, admins) = (try freePort(), try freePort(), try freePort())
        let file = root.appending(path: "broker/secure/mosquitto.conf")
        var text = try String(contentsOf: file, encoding: .utf8)
        let ports = ["listener 8883": agents, "listener 8884": clients, "listener 8885": admins]
        for (line, port) in ports { text.replace("\n\(line)\n", with: "\nlistener \(port) 127.0.0.1\n") }
        for (line, other) in settings { text.replace("\n\(line)\n", with: "\n\(other)\n") }
        try text.write(to: file, atomically: true, encoding: .utf8)
        let made = try await Self.certificates.value
        for name in ["ca.crt", "ca.key", "broker.crt", "broker.key"] {
            try FileManager.default.copyItem(
                at: made.appending(path: name), to: root.appending(path: "broker/secure/data/\(name)"))
        }
        output = workspace.log("broker")
        process = try GuardedProcess(
            root.appending(path: "broker/secure/start"), [], environment: Self.environment, directory: root,
            output: output)
        let (port, process, log) = (admins, process, output)
        try await workspace.wait(.seconds(20), for: "the secure broker") {
            if !process.isRunning {
                Issue.record("the broker ended: \((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
            }
            return accepts(port: port)
        }
    }

    /// What a shell of a user has, with the program on its path.
    static var environment: [String: String] {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BATON_") }
        variables["PATH"] = "\(variables["PATH"] ?? ""):\(Workspace.baton.deletingLastPathComponent().path)"
        return variables
    }

    var log: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    var data: URL { root.appending(path: "broker/secure/data") }
    var authority: String { data.appending(path: "ca.crt").path }

    func passwordFile(_ name: String) -> String { data.appending(path: "logins/\(name)").path }

    /// `baton user …`, as typed in the root of the checkout.
    @discardableResult
    func user(_ arguments: [String], input: String? = nil) async throws -> (code: Int32, output: String, error: String)
    {
        let root = root
        return try await onThread {
            try runToEnd(
                Workspace.baton, ["user"] + arguments, environment: Self.environment, directory: root,
                input: input.map { Data($0.utf8) })
        }
    }

    /// Adds a login, and says what a program needs in its environment to use it.
    func add(_ name: String, _ kind: String, _ more: [String] = []) async throws -> [String: String] {
        let added = try await user(["add", name, "--kind", kind] + more)
        try #require(added.code == 0, "\(added.error)")
        return environment(of: name, at: kind == "agent" ? agents : kind == "admin" ? admins : clients)
    }

    func environment(of name: String, at port: Int) -> [String: String] {
        [
            "BATON_BROKER": "mqtts://localhost:\(port)", "BATON_TLS_CA": authority, "BATON_USER": name,
            "BATON_PASSWORD_FILE": passwordFile(name),
        ]
    }

    /// The orchestrator, as the script says to start it.
    func serve(_ workspace: Workspace, library: URL? = nil, _ extra: [String] = []) async throws -> GuardedProcess {
        let orchestrator = try workspace.serve(
            library: library ?? Workspace.package.appending(path: "workflows"),
            environment: environment(of: "baton", at: admins),
            [
                "--access", data.appending(path: "access.json").path, "--broker-log",
                data.appending(path: "broker.log").path,
            ] + extra)
        try await workspace.wait(.seconds(20), for: "the orchestrator") {
            workspace.text(ofLog: "serve").contains("] connected")
        }
        return orchestrator
    }

    /// A connection with a login, as whoever has its password file can make it.
    func session(
        _ name: String, port: Int? = nil, clientID: String? = nil, version: Session.Version = .v5
    ) throws -> Session.Configuration {
        let password = try String(contentsOfFile: passwordFile(name), encoding: .utf8)
        var session = Session.Configuration(
            host: "localhost", port: port ?? agents, clientID: clientID ?? name, username: name,
            password: password.trimmingCharacters(in: .newlines), tls: Session.TLS(authorityFile: authority),
            cleanStart: true)
        session.version = version
        return session
    }
}
