import BatonTestKit
import Foundation

/// A folder with a workflow and a database, and the orchestrator that works on it.
final class Stage {
    private let broker: BrokerProcess
    private let folder: URL
    private let isWithoutDatabase: Bool
    private var process: GuardedProcess?

    private var database: String { folder.appending(path: "baton.sqlite").path }
    private var report: URL { folder.appending(path: "report.json") }

    init(broker: BrokerProcess, load: Load, isWithoutDatabase: Bool = false) throws {
        self.broker = broker
        self.isWithoutDatabase = isWithoutDatabase
        folder = FileManager.default.temporaryDirectory.appending(path: "baton-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try load.workflow.write(to: folder.appending(path: "bench.yaml"), atomically: true, encoding: .utf8)
    }

    func start() throws {
        process = try OrchestratorProcess.start(
            port: broker.port, database: database, library: folder.path, report: report.path,
            isWithoutDatabase: isWithoutDatabase)
    }

    /// Ends the orchestrator as an operator does; gives what it measured of itself.
    func stop() throws -> OrchestratorProcess.Report {
        process?.signal(SIGTERM)
        let code = process?.waitUntilExit()
        guard code == 0 else {
            let log = try? String(contentsOfFile: report.path + ".log", encoding: .utf8)
            throw BenchFailure("the orchestrator ended with \(code ?? -1): \(log ?? "")")
        }
        return try JSONDecoder().decode(OrchestratorProcess.Report.self, from: Data(contentsOf: report))
    }

    /// Ends it as a power cut does.
    func kill() {
        process?.signal(SIGKILL)
        process?.waitUntilExit()
    }

    func clear() {
        if process?.isRunning == true { kill() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Of the database and its log.
    var databaseBytes: Double {
        ["", "-wal"].reduce(0) { sum, suffix in
            let size = try? FileManager.default.attributesOfItem(atPath: database + suffix)[.size] as? Int
            return sum + Double(size ?? 0)
        }
    }

    /// The CPU time that the process took until now, in seconds (`proc(5)`, fields 14 and 15 of `stat`).
    var processorSeconds: Double {
        fields("stat").dropFirst(13).prefix(2).reduce(0) { $0 + (Double($1) ?? 0) }
            / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The memory that the process has now, in kilobytes (field 2 of `statm`, in pages).
    var residentKilobytes: Double {
        (fields("statm").dropFirst().first.flatMap { Double($0) } ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }

    private func fields(_ file: String) -> [Substring] {
        guard let process,
            let text = try? String(contentsOfFile: "/proc/\(process.identifier)/\(file)", encoding: .utf8)
        else { return [] }
        // The name of the program, in parentheses, may have spaces in it.
        guard let end = text.lastIndex(of: ")") else { return text.split(separator: " ") }
        return ["", ""] + text[text.index(after: end)...].split(separator: " ")
    }
}
