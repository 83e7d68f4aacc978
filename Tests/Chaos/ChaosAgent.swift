import BatonAgent
import BatonMQTT
import BatonMessages
import BatonTestKit
import Foundation
import Logging
import ServiceLifecycle

/// An agent in a process of its own, on the library that agents in Swift use; it notes what it makes and what it is
/// told.
enum ChaosAgent {
    struct Settings {
        let id: String
        let roles: [String]
        let slots: Int
        let broker: String
        let journal: String
        let seed: UInt64

        var arguments: [String] {
            ["agent", id, roles.joined(separator: ","), "\(slots)", broker, journal, "\(seed)"]
        }
    }

    /// The body of that process.
    static func main(_ arguments: [String]) async throws {
        let seed = UInt64(arguments[5]) ?? 0
        let journal = try AgentJournal(file: URL(filePath: arguments[4]))
        var configuration = AgentConfiguration(
            id: arguments[0], roles: arguments[1].split(separator: ",").map(String.init),
            broker: try BrokerAddress(parsing: arguments[3]))
        configuration.slots = Int(arguments[2]) ?? 1
        configuration.drainTimeout = .seconds(2)
        var logger = Logger(label: arguments[0]) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let agent = try Agent(configuration, logger: logger) { notice in
            guard let task = notice.task, let lease = notice.lease else { return }
            note(.told(task: task, lease: lease, outcome: notice.outcome.rawValue), in: journal)
        } handler: { context in
            var performance = Performance(of: context.command, seed: seed)
            try await Task.sleep(for: performance.delay())
            let outcome = performance.outcome()
            try journal.noteResult(outcome, of: context.command)
            return outcome
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: agent)], gracefulShutdownSignals: [.sigterm], logger: logger))
        try await group.run()
    }

    /// An agent that can't write down what it was told is no witness: it ends.
    private static func note(_ entry: AgentJournal.Entry, in journal: AgentJournal) {
        do { try journal.note(entry) } catch { fatalError("\(error)") }
    }
}

/// What `baton agent --exec` runs for each task: the same performance, as a program.
enum AnsweringProgram {
    static func main(_ arguments: [String]) throws {
        let journal = try AgentJournal(file: URL(filePath: arguments[0]))
        let input = FileHandle.standardInput.readDataToEndOfFile()
        let command = try TaskCommand.decode(Array(input))
        var performance = Performance(of: command, seed: UInt64(arguments[1]) ?? 0)
        Thread.sleep(forTimeInterval: performance.delay() / .seconds(1))
        let outcome = performance.outcome()
        try journal.noteResult(outcome, of: command)
        let result = TaskResult(
            task: command.task, lease: command.lease, status: outcome.error == nil ? .completed : .failed,
            artifacts: outcome.artifacts, facts: outcome.facts, verdict: outcome.verdict, summary: outcome.summary,
            error: outcome.error)
        FileHandle.standardOutput.write(Data(result.encode()))
    }
}
