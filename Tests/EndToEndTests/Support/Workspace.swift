import BatonTestKit
import Foundation
import Testing

/// A folder for one test, with a real broker, and the `baton` processes that the test starts; all of it goes away with
/// it.
final class Workspace: Sendable {
    let directory: URL
    let broker: BrokerProcess

    init(persistentBroker: Bool = false) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "baton-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        broker = try BrokerProcess(isPersistent: persistentBroker)
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
    func query(_ sql: String) throws -> [String] {
        let result = try runToEnd(
            URL(filePath: "/usr/bin/env"), ["sqlite3", "-readonly", database, ".timeout 5000", sql],
            environment: ProcessInfo.processInfo.environment, directory: directory)
        guard result.code == 0 else { throw QueryFailure(description: "\(sql): \(result.error)") }
        return result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).filter {
            !$0.isEmpty
        }
    }

    struct QueryFailure: Error, CustomStringConvertible { let description: String }

    /// Waits until `condition` holds.
    func wait(
        _ limit: Duration = .seconds(60), for what: String, _ condition: () throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            if (try? condition()) == true { return }
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

/// Runs a program to its end; one that takes longer than `limit` is killed, and ended with 137.
func runToEnd(
    _ executable: URL, _ arguments: [String], environment: [String: String], directory: URL, input: Data? = nil,
    limit: Duration = .seconds(120)
) throws -> (code: Int32, output: String, error: String) {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = directory
    let names = ["in", "out", "err"].map { directory.appending(path: ".\(UUID().uuidString).\($0)") }
    defer { for name in names { try? FileManager.default.removeItem(at: name) } }
    try (input ?? Data()).write(to: names[0])
    for name in names[1...] { try Data().write(to: name) }
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try withNoSignalBlocked { try process.run() }
    let identifier = process.processIdentifier
    let watch = ProcessWatch(process)
    Thread.detachNewThread { watch.kill(identifier, after: limit) }
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return (
        code, try String(contentsOf: names[1], encoding: .utf8), try String(contentsOf: names[2], encoding: .utf8)
    )
}

/// Does something with every signal let through, since a child has the mask of the thread that started it, and the
/// threads that tests run on block most signals: a child that waits for an alarm or for SIGTERM would never end.
private func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
}

/// Ends a program that takes too long.
///
/// Unchecked, since `Process` is not Sendable: all that is asked of it here is whether it runs.
private final class ProcessWatch: @unchecked Sendable {
    private let process: Process

    init(_ process: Process) { self.process = process }

    func kill(_ identifier: pid_t, after limit: Duration) {
        let deadline = ContinuousClock.now + limit
        while process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.05) }
        if process.isRunning { Glibc.kill(identifier, SIGKILL) }
    }
}
