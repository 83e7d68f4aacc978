import BatonEngine
import BatonMQTT
import Foundation
import Synchronization

/// An agent that answers every command at once with a document of about two kilobytes.
final class BenchAgent: Sendable {
    private let stop: StopFlag
    private let done = DispatchSemaphore(value: 0)
    /// Results sent.
    let answered = Atomic(0)

    init(id: String, port: Int) throws {
        stop = try StopFlag()
        let (stop, done) = (stop, done)
        let counter: @Sendable () -> Void = { [weak self] in self?.answered.add(1, ordering: .relaxed) }
        try DedicatedThread.run(named: "agent-\(id)") {
            do { try Self.run(id: id, port: port, stop: stop, counter: counter) } catch {
                print("agent \(id): \(error)")
            }
            done.signal()
        }
    }

    func finish() {
        stop.set()
        done.wait()
    }

    private static func run(id: String, port: Int, stop: StopFlag, counter: () -> Void) throws {
        var configuration = Session.Configuration(host: "127.0.0.1", port: port, clientID: id, cleanStart: true)
        configuration.sendMaximum = 1000
        configuration.receiveMaximum = 1000
        let session = try Session(configuration)
        try session.connect()
        let root = "baton/v1/default/agent/\(id)"
        let presence: JSON = [
            "state": "online", "roles": ["worker"], "slots": 10_000, "epoch": 1, "beats": false, "schema": 1,
        ]
        let filler = String(repeating: "All work and no play makes a long document of this. ", count: 38)
        while !stop.isSet, let descriptor = session.descriptor {
            let ready = try Readiness.wait(
                [Interest(descriptor, write: session.wantsWrite), Interest(stop.wakeup.descriptor)],
                timeoutMilliseconds: 1000)
            if ready[0].canRead { try session.read(maxMessages: 512, maxBytes: 8 << 20) }
            for event in session.takeEvents() {
                switch event {
                case .connected:
                    _ = try session.subscribe(["\(root)/in/task", "\(root)/in/control"], qos: 1)
                    _ = try session.publish("\(root)/state", presence.bytes, qos: 1, retain: true)
                case .message(let message) where message.topic.hasSuffix("/in/task"):
                    let command = try JSON.parse(message.payload)
                    guard let task = command["task"]?.string, let lease = command["lease"]?.string,
                        let name = command["creates"]?.array?.first?["name"]?.string
                    else { continue }
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
                    _ = try session.publish("\(root)/out/result", result.bytes, qos: 1)
                    counter()
                default: break
                }
            }
            session.releaseAcknowledgements()
            try session.write()
            try session.misc()
        }
        session.disconnect()
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
