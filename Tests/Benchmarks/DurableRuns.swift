import BatonEngine
import BatonMQTT
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

    /// - Parameter isWithoutDatabase: the same loop, agents and payloads, and nothing is stored.
    static func measure(
        broker: BrokerProcess, agents: [String], load: Load, isWithoutDatabase: Bool = false
    ) async throws -> DurableRuns {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try load.workflow.write(to: folder.appending(path: "bench.yaml"), atomically: true, encoding: .utf8)
        let database = folder.appending(path: "baton.sqlite").path
        let report = folder.appending(path: "report.json").path
        let process = try OrchestratorProcess.start(
            port: broker.port, database: database, library: folder.path, report: report,
            isWithoutDatabase: isWithoutDatabase)
        let watcher = try Watcher(port: broker.port, agents: agents, facts: load.facts)
        defer { watcher.finish() }
        let seconds = try watcher.runAll(count: load.runs, oneByOne: load.runsOneByOne)
        process.signal(SIGTERM)
        let code = process.waitUntilExit()
        guard code == 0 else {
            let log = try? String(contentsOfFile: report + ".log", encoding: .utf8)
            throw BenchFailure(
                "the orchestrator ended with \(code): \(log ?? "")"
            )
        }
        let bytes = ["", "-wal"].reduce(0.0) { sum, suffix in
            let size = try? FileManager.default.attributesOfItem(atPath: database + suffix)[.size] as? Int
            return sum + Double(size ?? 0)
        }
        return DurableRuns(
            stepsPerSecond: Double(load.tasks) / seconds,
            report: try JSONDecoder().decode(
                OrchestratorProcess.Report.self, from: Data(contentsOf: URL(fileURLWithPath: report))),
            databaseBytes: bytes, artifactBytes: Double(load.tasks) * Watcher.artifactBytes, command: watcher.command)
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Starts runs and waits for their ends, as a client of the broker.
final class Watcher {
    static let artifactBytes = 2040.0

    private let session: Session
    private let root = "baton/v1/default/"
    private let facts: JSON
    private(set) var command: [UInt8] = []

    init(port: Int, agents: [String], facts: JSON) throws {
        self.facts = facts
        var configuration = Session.Configuration(host: "127.0.0.1", port: port, clientID: "watcher", cleanStart: true)
        configuration.sendMaximum = 1000
        session = try Session(configuration)
        try session.connect()
        try pump { _ in
            false
        } until: {
            self.isConnected
        }
        _ = try session.subscribe(["\(root)orchestrator/state"], qos: 1)
        try pump { message in
            message.topic.hasSuffix("orchestrator/state") && (try? JSON.parse(message.payload))?["state"] == "online"
        }
        // The agents' presence has to have been read as well; then one run shows a command, and warms everything up.
        _ = try session.subscribe(["\(root)agent/+/in/task"], qos: 0)
        try start(run: 0)
        try pump { message in
            guard message.topic.hasSuffix("/in/task") else { return false }
            self.command = message.payload
            return true
        }
        try session.unsubscribe(["\(root)agent/+/in/task"])
        _ = try session.subscribe(["\(root)run/+/log"], qos: 0)
        _ = try waitForEnds(1)
    }

    private var isConnected = false

    /// Starts so many runs, and gives the seconds until all of them have ended.
    func runAll(count: Int, oneByOne: Bool) throws -> Double {
        let began = ContinuousClock.now
        for run in 1...count {
            try start(run: run)
            if oneByOne, run < count { _ = try waitForEnds(1) }
        }
        if oneByOne { return (try waitForEnds(1) - began) / .seconds(1) }
        return (try waitForEnds(count) - began) / .seconds(1)
    }

    private func start(run: Int) throws {
        let request: JSON = [
            "request_id": .string("start-\(run)"), "type": "start", "workflow": "bench", "inputs": ["idea": "x"],
            "facts": facts,
        ]
        _ = try session.publish("\(root)req/watcher", request.bytes, qos: 1)
    }

    /// Waits for so many runs to end; gives when the last one did.
    ///
    /// A broker may drop what it sends at QoS 0, and so a run's last word: after a silence the orchestrator is asked
    /// whether anything is still running.
    private func waitForEnds(_ count: Int) throws -> ContinuousClock.Instant {
        _ = try session.subscribe(["\(root)rsp/watcher"], qos: 1)
        var ended = 0
        var lastHeard = ContinuousClock.now
        var questions = 0
        try pump { message in
            if message.topic.hasSuffix("/log") {
                lastHeard = .now
                // The entries of a log message are in their order, and a run's end is the last.
                let tail = String(decoding: message.payload.suffix(100), as: UTF8.self)
                if tail.contains(#""kind":"run_ended""#) { ended += 1 }
            } else if message.topic.hasSuffix("rsp/watcher"), let reply = try? JSON.parse(message.payload),
                reply["request_id"] == .string("silence-\(questions)"), reply["runs"] == []
            {
                return true
            }
            return ended == count
        } whenSilent: {
            guard lastHeard + .seconds(2) < .now else { return }
            questions += 1
            let question: JSON = [
                "request_id": .string("silence-\(questions)"), "type": "list", "status": "running", "limit": 1,
            ]
            _ = try session.publish("\(root)req/watcher", question.bytes, qos: 1)
        }
        return lastHeard
    }

    private func pump(
        _ isLast: (MQTTMessage) -> Bool, until: () -> Bool = { false }, whenSilent: () throws -> Void = {}
    ) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while let descriptor = session.descriptor {
            guard ContinuousClock.now < deadline else { throw BenchFailure("the bench waited too long") }
            let ready = try Readiness.wait(
                [Interest(descriptor, write: session.wantsWrite)], timeoutMilliseconds: 1000)
            if !ready[0].canRead { try whenSilent() }
            if ready[0].canRead { try session.read(maxMessages: 4096, maxBytes: 32 << 20) }
            var isDone = false
            for event in session.takeEvents() {
                if case .connected = event { isConnected = true }
                if case .message(let message) = event, isLast(message) { isDone = true }
            }
            session.releaseAcknowledgements()
            try session.write()
            try session.misc()
            if isDone || until() { return }
        }
        throw BenchFailure("the broker closed the bench's connection")
    }

    func finish() { session.disconnect() }
}
