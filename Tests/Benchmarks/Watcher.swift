import BatonEngine
import BatonMQTT
import Foundation

/// Starts runs and waits for their ends, as a client of the broker.
final class Watcher {
    static let artifactBytes = 2040.0

    private let session: Session
    private let root = "baton/v1/default/"
    private let facts: JSON
    private(set) var command: [UInt8] = []
    private var isConnected = false
    private var started = 0
    private var ended = 0

    init(port: Int, facts: JSON = [:]) throws {
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
        _ = try session.subscribe(["\(root)rsp/watcher"], qos: 1)
        _ = try waitForOrchestrator(after: 0)
    }

    /// Waits until the orchestrator says that it is online under a later epoch, and gives its epoch.
    func waitForOrchestrator(after epoch: Int64) throws -> Int64 {
        var found: Int64 = 0
        _ = try session.subscribe(["\(root)orchestrator/state"], qos: 1)
        try pump { message in
            guard message.topic.hasSuffix("orchestrator/state"), let state = try? JSON.parse(message.payload),
                state["state"] == "online"
            else { return false }
            found = state["epoch"]?.int ?? 0
            return found > epoch
        }
        return found
    }

    /// One run that shows a command, and warms everything up; the agents' presence has been read then.
    func warmUp() throws {
        _ = try session.subscribe(["\(root)agent/+/in/task"], qos: 0)
        try start()
        try pump { message in
            guard message.topic.hasSuffix("/in/task") else { return false }
            command = message.payload
            return true
        }
        try session.unsubscribe(["\(root)agent/+/in/task"])
        _ = try session.subscribe(["\(root)run/+/log"], qos: 0)
        _ = try waitForEnds(1) {}
    }

    /// Starts the runs of a load, and gives the seconds until all of them have ended.
    func runAll(_ load: Load, whenOneEnds: () throws -> Void = {}) throws -> Double {
        let last = started + load.runs
        let began = ContinuousClock.now
        try startAtOnce(load)
        let end = try waitForEnds(ended + load.runs) {
            try whenOneEnds()
            if started < last { try start() }
        }
        return (end - began) / .seconds(1)
    }

    /// The same for runs that all go on at once, as those see it who do the work: it ends with the answer to the last
    /// result. Nobody follows the runs meanwhile; whoever does is one more whom the broker serves.
    func runAll(_ load: Load, by agents: [BenchAgent]) throws -> Double {
        let log = "\(root)run/+/log"
        try session.unsubscribe([log])
        func answers() -> Int { agents.reduce(0) { $0 + $1.answers.count } }
        let target = answers() + load.tasks
        let began = ContinuousClock.now
        try startAtOnce(load)
        var deadline = ContinuousClock.now + .seconds(60)
        var known = answers()
        while known < target {
            try turn(timeoutMilliseconds: 5) { _ in false }
            let count = answers()
            if count > known { deadline = .now + .seconds(60) }
            guard ContinuousClock.now < deadline else { throw BenchFailure("the bench waited too long") }
            known = count
        }
        let end = agents.map(\.answers.last).max() ?? .now
        ended = started
        try checkThatNothingRuns()
        _ = try session.subscribe([log], qos: 0)
        return (end - began) / .seconds(1)
    }

    private func startAtOnce(_ load: Load) throws {
        let began = ContinuousClock.now
        let first = min(load.runs, load.atOnce)
        for number in 0..<first {
            try start()
            guard let seconds = load.startSeconds else { continue }
            try session.write()
            let due = began + .seconds(seconds * Double(number) / Double(first))
            if due > .now { usleep(useconds_t((due - .now) / .microseconds(1))) }
        }
    }

    private func checkThatNothingRuns() throws {
        try askWhatRuns(as: "rest")
        try pump { message in
            guard message.topic.hasSuffix("rsp/watcher"), let reply = try? JSON.parse(message.payload),
                reply["request_id"] == "rest"
            else { return false }
            guard reply["runs"] == [] else { throw BenchFailure("runs go on although all was answered") }
            return true
        }
    }

    private func askWhatRuns(as id: String) throws {
        let question: JSON = ["request_id": .string(id), "type": "list", "status": "running", "limit": 1]
        _ = try session.publish("\(root)req/watcher", question.bytes, qos: 1)
    }

    /// Starts so many runs, and waits until each start was answered.
    func startAll(count: Int) throws {
        for _ in 0..<count { try start() }
        var answered = 0
        try pump { message in
            if message.topic.hasSuffix("rsp/watcher") { answered += 1 }
            return answered == count
        }
    }

    private func start() throws {
        started += 1
        let request: JSON = [
            "request_id": .string("start-\(started)"), "type": "start", "workflow": "bench", "inputs": ["idea": "x"],
            "facts": facts,
        ]
        _ = try session.publish("\(root)req/watcher", request.bytes, qos: 1)
    }

    /// Waits until so many runs have ended; gives when the last one did.
    ///
    /// A broker may drop what it sends at QoS 0, and so a run's last word: after a silence the orchestrator is asked
    /// whether anything is still running.
    private func waitForEnds(_ count: Int, whenOneEnds: () throws -> Void) throws -> ContinuousClock.Instant {
        var lastHeard = ContinuousClock.now
        var questions = 0
        func end() throws {
            ended += 1
            try whenOneEnds()
        }
        try pump { message in
            if message.topic.hasSuffix("/log") {
                lastHeard = .now
                // The entries of a log message are in their order, and a run's end is the last.
                let tail = String(decoding: message.payload.suffix(100), as: UTF8.self)
                if tail.contains(#""kind":"run_ended""#) { try end() }
            } else if message.topic.hasSuffix("rsp/watcher"), let reply = try? JSON.parse(message.payload),
                reply["request_id"] == .string("silence-\(questions)"), reply["runs"] == []
            {
                for _ in ended..<started { try end() }
            }
            return ended == count
        } whenSilent: {
            guard lastHeard + .seconds(2) < .now else { return }
            questions += 1
            try askWhatRuns(as: "silence-\(questions)")
        }
        return lastHeard
    }

    /// Reads until a message is the last, or a condition holds; a minute without any message is a failure.
    private func pump(
        _ isLast: (MQTTMessage) throws -> Bool, until: () -> Bool = { false }, whenSilent: () throws -> Void = {}
    ) throws {
        var deadline = ContinuousClock.now + .seconds(60)
        while true {
            guard ContinuousClock.now < deadline else { throw BenchFailure("the bench waited too long") }
            let isDone = try turn(timeoutMilliseconds: 1000) { message in
                deadline = .now + .seconds(60)
                return try isLast(message)
            } whenSilent: {
                try whenSilent()
            }
            if isDone || until() { return }
        }
    }

    /// Waits for messages, and takes them; gives whether one of them is the last.
    @discardableResult
    private func turn(
        timeoutMilliseconds: Int, _ isLast: (MQTTMessage) throws -> Bool, whenSilent: () throws -> Void = {}
    ) throws -> Bool {
        guard let descriptor = session.descriptor else {
            throw BenchFailure("the broker closed the bench's connection")
        }
        let ready = try Readiness.wait(
            [Interest(descriptor, write: session.wantsWrite)], timeoutMilliseconds: timeoutMilliseconds)
        if ready[0].canRead {
            try session.read(maxMessages: 4096, maxBytes: 32 << 20)
        } else {
            try whenSilent()
        }
        var isDone = false
        for event in session.takeEvents() {
            switch event {
            case .connected: isConnected = true
            case .message(let message): if try isLast(message) { isDone = true }
            default: break
            }
        }
        session.releaseAcknowledgements()
        try session.write()
        try session.misc()
        return isDone
    }

    func finish() { session.disconnect() }
}
