import BatonMessages
import BatonOrchestrator
import BatonTestKit
import BatonWorkflow
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// The real orchestrator in a process of its own, so that its memory can be measured apart from the agents'.
///
/// The process is this program again, with `orchestrator` as its first argument: it runs the service as `baton serve`
/// does, and at the end writes how long its turns took.
enum OrchestratorProcess {
    static func start(
        port: Int, database: String, library: String, report: String, isWithoutDatabase: Bool
    ) throws -> GuardedProcess {
        try GuardedProcess(
            URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL,
            ["orchestrator", "\(port)", database, library, report, isWithoutDatabase ? "bare" : "durable"],
            output: URL(fileURLWithPath: report + ".log"))
    }

    /// The body of that process.
    static func main(_ arguments: [String]) async throws {
        var settings = OrchestratorSettings()
        settings.broker.address.port = Int(arguments[0])!
        settings.databasePath = arguments[1]
        settings.isWithoutDatabase = arguments[4] == "bare"
        let (library, _) = Library.load(arguments[2]) { ContentHash.of($0).description }
        let turns = Mutex<[Double]>([])
        var logger = Logger(label: "bench")
        logger.logLevel = .warning
        let service = try OrchestratorService(settings: settings, library: library, logger: logger) {
            duration, commands in
            turns.withLock { $0.append(contentsOf: repeatElement(duration / .microseconds(1), count: commands)) }
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service)], gracefulShutdownSignals: [.sigterm], logger: logger))
        try await group.run()
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let peak =
            status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double($0) } ?? 0
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let measured = Report(
            microseconds: turns.withLock { $0 }, peakKilobytes: peak, userSeconds: usage.ru_utime.seconds,
            systemSeconds: usage.ru_stime.seconds)
        try JSONEncoder().encode(measured).write(to: URL(fileURLWithPath: arguments[3]))
    }

    struct Report: Codable {
        /// From the read of a result to the write of the command that followed, one entry a command.
        let microseconds: [Double]
        let peakKilobytes: Double
        /// Of the whole process, start and end included.
        let userSeconds: Double
        let systemSeconds: Double
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
