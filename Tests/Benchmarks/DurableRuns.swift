import BatonEngine
import BatonTestKit
import Foundation

/// Runs through the real orchestrator, broker and database, measured from the first start to the last end.
struct DurableRuns {
    /// Completed steps a second.
    let stepsPerSecond: Double
    let report: OrchestratorProcess.Report
    /// Of the database and its WAL, and of the artifacts in it.
    let databaseBytes: Double
    let artifactBytes: Double
    /// A command as the agents got it.
    let command: [UInt8]

    /// - Parameters:
    ///   - agents: all that there are.
    ///   - isWithoutDatabase: the same loop, agents and payloads, and nothing is stored.
    static func measure(
        broker: BrokerProcess, agents: [BenchAgent], load: Load, isWithoutDatabase: Bool = false
    ) throws -> DurableRuns {
        let stage = try Stage(broker: broker, load: load, isWithoutDatabase: isWithoutDatabase)
        defer { stage.clear() }
        try stage.start()
        let watcher = try Watcher(port: broker.port, facts: load.facts)
        defer { watcher.finish() }
        try watcher.warmUp()
        let seconds = load.isAllAtOnce ? try watcher.runAll(load, by: agents) : try watcher.runAll(load)
        let report = try stage.stop()
        return DurableRuns(
            stepsPerSecond: Double(load.tasks) / seconds, report: report, databaseBytes: stage.databaseBytes,
            artifactBytes: Double(load.tasks) * Watcher.artifactBytes, command: watcher.command)
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
