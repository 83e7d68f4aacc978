import BatonClient
import BatonDashboard
import BatonTestKit
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// A dashboard and those who look at it, each in a process of its own: this program again, with `dashboard` or `people`
/// as its first argument.
final class AudienceProcess {
    private static let browsers = 20
    private static let watches = 5

    private let folder: URL
    private let dashboard: GuardedProcess
    private var people: GuardedProcess?

    /// - Parameter isDeaf: the dashboard is stopped once it has subscribed, and nobody looks at it.
    init(broker: Int, isDeaf: Bool) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "baton-people-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL
        let log = folder.appending(path: "dashboard")
        dashboard = try GuardedProcess(program, ["dashboard", "\(broker)"], output: log)
        let port = try Self.wait(for: log)
        if isDeaf {
            // It has subscribed to every run's index and question by now.
            dashboard.signal(SIGSTOP)
        } else {
            people = try GuardedProcess(
                program, ["people", "\(broker)", "\(port)"], output: folder.appending(path: "people"))
        }
    }

    private static func wait(for log: URL) throws -> Int {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            if let found = text.firstMatch(of: /127\.0\.0\.1:([0-9]+)\//), let port = Int(found.1) { return port }
            usleep(10_000)
        }
        throw BenchFailure("the dashboard did not start")
    }

    /// Sends everybody home; gives how many pages were read.
    func finish() throws -> Int {
        guard let people else { return 0 }
        people.signal(SIGTERM)
        people.waitUntilExit()
        let text = (try? String(contentsOf: folder.appending(path: "people"), encoding: .utf8)) ?? ""
        guard let pages = text.split(separator: "\n").last.flatMap({ Int($0) }), pages > 0 else {
            throw BenchFailure("the browsers have read nothing: \(text.suffix(500))")
        }
        return pages
    }

    func clear() {
        dashboard.signal(SIGKILL)
        people?.signal(SIGKILL)
        dashboard.waitUntilExit()
        people?.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: The bodies of those processes

    static func dashboard(_ arguments: [String]) async throws {
        let client = try await client(port: Int(arguments[0]) ?? 0)
        var logger = Logger(label: "dashboard")
        logger.logLevel = .error
        let dashboard = Dashboard(client: client, configuration: try DashboardConfiguration(), logger: logger) {
            FileHandle.standardOutput.write(Data("\($0)\n".utf8))
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: dashboard)], gracefulShutdownSignals: [.sigterm], logger: logger))
        try await group.run()
    }

    /// Twenty browsers, half of which look at all runs and half at one each, and five who follow a run as it goes.
    static func people(_ arguments: [String]) async throws {
        let client = try await client(port: Int(arguments[0]) ?? 0)
        let port = Int(arguments[1]) ?? 0
        signal(SIGTERM, SIG_IGN)
        let stop = DispatchSource.makeSignalSource(signal: SIGTERM)
        let pages = Atomic(0)
        let (goodbye, farewell) = AsyncStream.makeStream(of: Void.self)
        stop.setEventHandler { farewell.finish() }
        stop.resume()
        for _ in 0..<browsers / 2 { Browser(port: port, page: "/").start { pages.add(1, ordering: .relaxed) } }
        let runs = try await self.runs(client, count: browsers / 2)
        for run in runs {
            Browser(port: port, page: "/runs/\(run)").start { pages.add(1, ordering: .relaxed) }
        }
        for run in runs.prefix(watches) {
            let follower = try await Self.client(port: Int(arguments[0]) ?? 0)
            Task {
                var lines = 0
                for await update in try await follower.watch(run, after: 0) {
                    // What `baton watch` would write.
                    if case .event(let event) = update { lines += EventLines(startedAt: event.at).lines(event).count }
                }
                _ = lines
            }
        }
        for await _ in goodbye {}
        FileHandle.standardOutput.write(Data("\(pages.load(ordering: .relaxed))\n".utf8))
        exit(0)
    }

    private static func client(port: Int) async throws -> Client {
        var configuration = try ClientConfiguration(environment: [:])
        configuration.broker.port = port
        return try await Client.connect(configuration)
    }

    private static func runs(_ client: Client, count: Int) async throws -> [Identifier] {
        while true {
            let rows = try await client.runs(status: .running, limit: WireLimits.runsPerList)
            if rows.count >= count { return rows.prefix(count).map(\.run) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
