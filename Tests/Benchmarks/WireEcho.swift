import BatonEngine
import BatonMQTT
import Foundation

/// What the broker, the agents and the library can do at all: the same agents and payloads with no orchestrator, only a
/// loop that answers each result with an acknowledgement and a fixed next command.
enum WireEcho {
    /// - Parameters:
    ///   - chains: how many results are waited for at once.
    ///   - steps: the length of each chain.
    ///   - command: a command as the orchestrator would send it.
    /// - Returns: steps a second.
    static func run(port: Int, agents: [String], chains: Int, steps: Int, command: [UInt8]) throws -> Double {
        var configuration = Session.Configuration(host: "127.0.0.1", port: port, clientID: "echo", cleanStart: true)
        configuration.receiveMaximum = 512
        let session = try Session(configuration)
        try session.connect()
        defer { session.abandon() }
        let (head, tail) = split(command)
        let root = "baton/v1/default/agent/"
        let control = Array(
            #"{"type":"ack","outcome":"accepted","task":"\#(UUID())","lease":"\#(UUID())","by":{}}"#.utf8)
        var left = Array(repeating: steps, count: chains)
        var began: ContinuousClock.Instant?
        var finished = 0

        func send(_ chain: Int) throws {
            let id = Identifier(high: 1, low: UInt64(chain)).description
            _ = try session.publish(
                "\(root)\(agents[chain % agents.count])/in/task", head + Array(id.utf8) + tail, qos: 1)
        }

        while finished < chains {
            guard let descriptor = session.descriptor else {
                throw MQTTError(.connectionLost, "the echo lost its broker")
            }
            let ready = try Readiness.wait(
                [Interest(descriptor, write: session.wantsWrite)], timeoutMilliseconds: 1000)
            if ready[0].canRead { try session.read(maxMessages: 512, maxBytes: 8 << 20) }
            for event in session.takeEvents() {
                switch event {
                case .connected:
                    _ = try session.subscribe(["\(root)+/out/+"], qos: 1)
                case .subscribed:
                    began = .now
                    for chain in 0..<chains { try send(chain) }
                case .message(let message):
                    let result = try JSON.parse(message.payload)
                    guard let id = result["task"]?.string.flatMap({ Identifier($0) }) else { continue }
                    let chain = Int(id.low)
                    let agent = message.topic.dropFirst(root.count).prefix { $0 != "/" }
                    _ = try session.publish("\(root)\(agent)/in/control", control, qos: 1)
                    left[chain] -= 1
                    if left[chain] > 0 { try send(chain) } else { finished += 1 }
                default: break
                }
            }
            session.releaseAcknowledgements()
            try session.write()
            try session.misc()
        }
        return Double(chains * steps) / ((.now - began!) / .seconds(1))
    }

    /// The command around the value of `task`, which tells the chains apart.
    private static func split(_ command: [UInt8]) -> (head: [UInt8], tail: [UInt8]) {
        let text = String(decoding: command, as: UTF8.self)
        let start = text.firstRange(of: #""task":""#)!.upperBound
        return (Array(text[..<start].utf8), Array(text[text.index(start, offsetBy: 36)...].utf8))
    }
}
