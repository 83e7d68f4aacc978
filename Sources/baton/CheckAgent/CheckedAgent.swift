import BatonOrchestrator
import Foundation
import Synchronization

/// The agent's program, as it is started for the check.
final class CheckedAgent: Sendable {
    struct Place: Sendable {
        var port: Int
        var namespace: String
        var role: String
        var id: String
    }

    private let words: [String]
    private let environment: [String: String]
    private let log: String
    private let child = Mutex<ChildProcess?>(nil)

    /// - Parameters:
    ///   - command: may hold `{broker}`, `{host}`, `{port}`, `{namespace}`, `{role}` and `{id}`.
    ///   - log: the file for what it says.
    init(_ command: [String], at place: Place, log: String) {
        let broker = "mqtt://127.0.0.1:\(place.port)"
        let values = [
            "broker": broker, "host": "127.0.0.1", "port": "\(place.port)", "namespace": place.namespace,
            "role": place.role, "id": place.id,
        ]
        words = command.map { word in values.reduce(word) { $0.replacing("{\($1.key)}", with: $1.value) } }
        environment = ProcessInfo.processInfo.environment.merging(
            ["BATON_BROKER": broker, "BATON_NAMESPACE": place.namespace]) { $1 }
        self.log = log
    }

    func start() throws {
        let process = try ChildProcess(
            executable: "/usr/bin/env", arguments: words, environment: environment, output: .file(log),
            graceMilliseconds: 15_000)
        child.withLock { $0 = process }
    }

    /// How it ended; nil while it runs.
    var ended: String? { child.withLock { $0?.ended.map(\.description) } }

    /// SIGTERM, and SIGKILL after 15 s.
    func stop() async { await child.withLock { $0 }?.stop() }

    /// The last that it said.
    var lastWords: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(3).joined(separator: " / ")
    }
}
