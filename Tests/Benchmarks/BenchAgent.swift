import BatonEngine
import BatonMQTT
import BatonTestKit
import Foundation
import Synchronization

/// An agent that answers every command with a document of about two kilobytes.
final class BenchAgent: Sendable {
    enum Manner {
        case answersAtOnce
        /// After a time drawn evenly from half of this to one and a half of it: agents that all take equally long
        /// answer in waves, and between the waves nothing happens.
        case answers(after: Duration)
        /// Keeps what it has, until it is told to answer.
        case holds
    }

    private let stop: StopFlag
    private let done = DispatchSemaphore(value: 0)
    private let counts = Counts()

    /// What the agent's thread tells, and is told.
    private final class Counts: Sendable {
        let commands = Atomic(0)
        let released = Atomic(0)
        let answers = Mutex(Answers())
    }

    /// The answers to its results: each comes when the result is on disk.
    struct Answers {
        var count = 0
        var last = ContinuousClock.now
    }

    /// Commands that it got.
    var commands: Int { counts.commands.load(ordering: .acquiring) }
    var answers: Answers { counts.answers.withLock { $0 } }

    init(id: String, port: Int, _ manner: Manner = .answersAtOnce) throws {
        stop = try StopFlag()
        let (stop, done, counts) = (stop, done, counts)
        try DedicatedThread.run(named: "agent-\(id)") {
            do {
                var worker = try Worker(id: id, port: port, manner, counts)
                try worker.run(until: stop)
            } catch {
                print("agent \(id): \(error)")
            }
            done.signal()
        }
    }

    /// One more of those that are held is answered.
    func answerOne() {
        counts.released.add(1, ordering: .releasing)
        stop.wakeup.signal()
    }

    func finish() {
        stop.set()
        done.wait()
    }

    /// What its thread does.
    private struct Worker {
        private let session: Session
        private let root: String
        private let manner: Manner
        private let counts: Counts
        private let filler = String(repeating: "All work and no play makes a long document of this. ", count: 38)
        /// Results, and when they go out, the earliest first.
        private var pending: [(due: ContinuousClock.Instant, result: [UInt8])] = []
        private var next = 0
        private var released = 0
        private var random: SeededRandom

        init(id: String, port: Int, _ manner: Manner, _ counts: Counts) throws {
            var configuration = Session.Configuration(host: "127.0.0.1", port: port, clientID: id, cleanStart: true)
            configuration.sendMaximum = 1000
            configuration.receiveMaximum = 1000
            session = try Session(configuration)
            root = "baton/v1/default/agent/\(id)"
            self.manner = manner
            self.counts = counts
            random = SeededRandom(seed: id.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        }

        mutating func run(until stop: StopFlag) throws {
            try session.connect()
            while !stop.isSet, let descriptor = session.descriptor {
                let ready = try Readiness.wait(
                    [Interest(descriptor, write: session.wantsWrite), Interest(stop.wakeup.descriptor)],
                    timeoutMilliseconds: timeoutMilliseconds)
                if ready[0].canRead { try session.read(maxMessages: 512, maxBytes: 8 << 20) }
                if ready[1].canRead { stop.wakeup.drain() }
                for event in session.takeEvents() { try take(event) }
                try answer()
                session.releaseAcknowledgements()
                try session.write()
                try session.misc()
            }
            session.disconnect()
        }

        private var timeoutMilliseconds: Int {
            guard case .answers = manner, next < pending.count else { return 1000 }
            return max(0, Int((pending[next].due - .now) / .milliseconds(1)) + 1)
        }

        private mutating func take(_ event: SessionEvent) throws {
            switch event {
            case .connected:
                let presence: JSON = [
                    "state": "online", "roles": ["worker"], "slots": 10_000, "epoch": 1, "beats": false, "schema": 1,
                ]
                _ = try session.subscribe(["\(root)/in/task", "\(root)/in/control"], qos: 1)
                _ = try session.publish("\(root)/state", presence.bytes, qos: 1, retain: true)
            case .message(let message) where message.topic.hasSuffix("/in/task"):
                guard let result = try result(of: JSON.parse(message.payload)) else { return }
                counts.commands.add(1, ordering: .releasing)
                switch manner {
                case .answersAtOnce: try send(result)
                case .answers(let delay):
                    hold(result, until: .now + delay * Double.random(in: 0.5...1.5, using: &random))
                case .holds: pending.append((.now, result))
                }
            case .message(let message) where message.topic.hasSuffix("/in/control"):
                guard try JSON.parse(message.payload)["outcome"] == "accepted" else { return }
                counts.answers.withLock { $0 = Answers(count: $0.count + 1, last: .now) }
            default: break
            }
        }

        private mutating func hold(_ result: [UInt8], until due: ContinuousClock.Instant) {
            var (low, high) = (next, pending.count)
            while low < high {
                let middle = (low + high) / 2
                if pending[middle].due <= due { low = middle + 1 } else { high = middle }
            }
            pending.insert((due, result), at: low)
        }

        private mutating func answer() throws {
            switch manner {
            case .answersAtOnce: return
            case .answers:
                while next < pending.count, pending[next].due <= .now { try sendNext() }
            case .holds:
                while released < counts.released.load(ordering: .acquiring), next < pending.count {
                    released += 1
                    try sendNext()
                }
            }
            if next > 1000 {
                pending.removeFirst(next)
                next = 0
            }
        }

        private mutating func sendNext() throws {
            try send(pending[next].result)
            next += 1
        }

        private func send(_ result: [UInt8]) throws {
            _ = try session.publish("\(root)/out/result", result, qos: 1)
        }

        private func result(of command: JSON) -> [UInt8]? {
            guard let task = command["task"]?.string, let lease = command["lease"]?.string,
                let name = command["creates"]?.array?.first?["name"]?.string
            else { return nil }
            var result = JSONWriter()
            result.object {
                $0.field("task", task)
                $0.field("lease", lease)
                $0.field("status", "completed")
                $0.field("summary", "done")
                $0.array("artifacts") {
                    $0.object {
                        $0.field("name", name)
                        $0.field("content", "# \(name) of \(task)\n\n\(filler)\n")
                    }
                }
            }
            return result.bytes
        }
    }
}

/// Ends a thread that waits.
final class StopFlag: Sendable {
    let wakeup: Wakeup
    private let flag = Atomic(false)

    init() throws { wakeup = try Wakeup() }

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() {
        flag.store(true, ordering: .releasing)
        wakeup.signal()
    }
}
