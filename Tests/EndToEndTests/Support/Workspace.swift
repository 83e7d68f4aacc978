import BatonTestKit
import Foundation
import Testing

/// A folder for one test, with a real broker, and the `baton` processes that the test starts; all of it goes away with
/// it.
final class Workspace: Sendable {
    let directory: URL
    let broker: BrokerProcess

    convenience init(persistentBroker: Bool = false) throws {
        try self.init(broker: BrokerProcess(isPersistent: persistentBroker))
    }

    init(broker: BrokerProcess) throws {
        self.broker = broker
        directory = FileManager.default.temporaryDirectory.appending(path: "baton-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var database: String { directory.appending(path: "baton.sqlite").path }

    /// The root of the package.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The program under test, which the build puts beside the test bundle.
    static let baton: URL = {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: "baton")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        return package.appending(path: ".build/debug/baton")
    }()

    /// Starts `baton` and leaves it running; what it says goes to `<name>.log`.
    func start(
        _ arguments: [String], name: String, environment: [String: String] = [:]
    ) throws -> GuardedProcess {
        var variables = ProcessInfo.processInfo.environment
        variables["BATON_BROKER"] = broker.url
        variables.merge(environment) { $1 }
        return try GuardedProcess(
            Self.baton, arguments, environment: variables, directory: directory, output: log(name))
    }

    func log(_ name: String) -> URL { directory.appending(path: "\(name).log") }

    func text(ofLog name: String) -> String { (try? String(contentsOf: log(name), encoding: .utf8)) ?? "" }

    /// An orchestrator on this workspace's database.
    func serve(
        library: URL = Workspace.package.appending(path: "workflows"), name: String = "serve",
        environment: [String: String] = [:], _ extra: [String] = []
    ) throws -> GuardedProcess {
        try start(
            ["serve", "--database", database, "--library", library.path, "--log-level", "debug"] + extra, name: name,
            environment: environment)
    }

    /// A process for each role, of stand-ins that are quick.
    func agents(for roles: [String], suffix: String = "", _ extra: [String] = []) throws -> [GuardedProcess] {
        try roles.map { role in
            try start(
                [
                    "agent", "--role", role, "--id", "\(role)\(suffix)", "--exec", "'\(Self.baton.path)' stand-in",
                ] + extra, name: "agent-\(role)\(suffix)")
        }
    }

    /// A library with one workflow: `text` is what stands below `sequence`, without its margin.
    func library(id: String, sequence text: String) throws -> URL {
        let library = directory.appending(path: "library")
        try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
        let lines = text.split(separator: "\n").map { "    \($0)" }
        let workflow = (["workflow:", "  id: \(id)", "  sequence:"] + lines).joined(separator: "\n") + "\n"
        try workflow.write(to: library.appending(path: "\(id).yaml"), atomically: true, encoding: .utf8)
        return library
    }

    /// Publishes as any client of the broker can.
    func publish(_ payload: String, to topic: String, _ arguments: [String] = []) throws {
        let file = directory.appending(path: ".payload")
        try Data(payload.utf8).write(to: file)
        let sent = try runToEnd(
            URL(filePath: "/usr/bin/env"),
            [
                "mosquitto_pub", "-p", "\(broker.port)", "-q", "1", "-t", "baton/v1/default/\(topic)", "-f", file.path,
            ] + arguments, directory: directory)
        guard sent.code == 0 else { throw QueryFailure(description: "mosquitto_pub: \(sent.error)") }
    }

    /// What the broker retains below `topic`, as `topic payload`.
    func retained(_ topic: String) throws -> [String] {
        try runToEnd(
            URL(filePath: "/usr/bin/env"),
            [
                "mosquitto_sub", "-p", "\(broker.port)", "-v", "-W", "1", "--retained-only", "-t",
                "baton/v1/default/\(topic)",
            ], directory: directory
        ).output.split(separator: "\n").map(String.init)
    }

    /// Runs `baton` to its end.
    func run(
        _ arguments: [String], environment: [String: String] = [:], limit: Duration = .seconds(120)
    ) async throws -> (code: Int32, output: String, error: String) {
        var variables = ProcessInfo.processInfo.environment
        variables["BATON_BROKER"] = broker.url
        variables.merge(environment) { $1 }
        let (directory, final) = (directory, variables)
        return try await onThread {
            try runToEnd(Self.baton, arguments, environment: final, directory: directory, limit: limit)
        }
    }

    /// What the `sqlite3` shell answers, a line per row, columns separated by `|`.
    func query(_ sql: String) throws -> [String] { try DatabaseShell(path: database).query(sql) }

    struct QueryFailure: Error, CustomStringConvertible { let description: String }

    /// Waits until `condition` holds.
    func wait(
        _ limit: Duration = .seconds(60), for what: String, _ condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            if (try? await condition()) == true { return }
            guard ContinuousClock.now < deadline else {
                throw QueryFailure(description: "waited \(limit) in vain for \(what)\n\(logs)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The ends of all logs, for a failure's report.
    var logs: String {
        let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "log" }.map { file in
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return "--- \(file.lastPathComponent)\n\(text.suffix(1500))"
        }.joined(separator: "\n")
    }
}
