import BatonMQTT
import BatonTestKit
import Foundation
import Synchronization

/// A client that nobody asked for: it listens to what agents send, and sends what should not be sent.
final class Stranger: Sendable {
    private let connection: Connection
    private let overheard = Mutex<[MQTTMessage]>([])
    private let root = "baton/v1/default/"
    private let agents: [String]
    /// A task, and a lease, of no run.
    static let madeUpTask = "0192f0c1-2b3c-7d4e-8f50-6172deadbeef"

    init(port: Int, agents: [String]) throws {
        self.agents = agents
        connection = try Connection(
            Connection.Configuration(
                Session.Configuration(host: "127.0.0.1", port: port, clientID: "stranger", cleanStart: true),
                subscriptions: [.init("\(root)agent/+/out/result", qos: 0)]))
        try connection.start()
        Task { [connection, weak self] in
            for await event in connection.events {
                guard case .message(let message) = event else { continue }
                self?.overheard.withLock { messages in
                    messages.append(message)
                    if messages.count > 20 { messages.removeFirst() }
                }
            }
        }
    }

    func stop() async { await connection.stop(within: .zero) }

    private func send(_ topic: String, _ payload: [UInt8], retain: Bool = false) {
        // Without a connection there is nobody to annoy.
        try? connection.send(root + topic, payload, retain: retain)
    }

    /// Ten megabytes where a message is expected.
    func sendLarge(_ random: inout SeededRandom) {
        let agent = agents.randomElement(using: &random)!
        let topic = ["req/stranger", "agent/\(agent)/out/result", "agent/stranger/out/beat", "agent/\(agent)/in/task"]
            .randomElement(using: &random)!
        send(topic, [UInt8](repeating: UInt8(ascii: "["), count: 10 << 20))
    }

    /// What is no message of the protocol, in all the ways that there are.
    func sendMalformed(_ random: inout SeededRandom) {
        let elsewhere = Self.madeUpTask
        let payloads: [[UInt8]] = [
            [], Array("hello".utf8), [0x7B, 0x22, 0xFF, 0x22, 0x7D], [UInt8](repeating: 0, count: 4096),
            [UInt8](repeating: UInt8(ascii: "["), count: 100_000), Array(#"{"request_id":7,"type":[]}"#.utf8),
            Array(#"{"task":"\#(elsewhere)","lease":"\#(elsewhere)","status":"completed","summary":""}"#.utf8),
            Array(#"{"epoch":1,"held":[{"task":"\#(elsewhere)","lease":"\#(elsewhere)"}]}"#.utf8),
            Array(#"{"task":"\#(elsewhere)","lease":"\#(elsewhere)","reason":"no"}"#.utf8),
            Array(#"{"request_id":"x","type":"start","workflow":"no-such-workflow"}"#.utf8),
        ]
        let topics = ["req/stranger", "orchestrator/mark", "agent/stranger/state", "no/such/topic", "run/x/state"]
        let channels = ["result", "beat", "decline", "get", "put"]
        for _ in 0..<20 {
            let agent = agents.randomElement(using: &random)!
            let topic =
                Bool.random(using: &random)
                ? topics.randomElement(using: &random)!
                : "agent/\(agent)/out/\(channels.randomElement(using: &random)!)"
            send(topic, payloads.randomElement(using: &random)!)
        }
    }

    /// A start that would stay in the broker for ever.
    func sendRetained(_ random: inout SeededRandom) {
        let payload = #"{"request_id":"\#(random.next())","type":"start","workflow":"made-0"}"#
        send("req/stranger", Array(payload.utf8), retain: true)
    }

    /// A result that was sent, once more, and again as if another agent had made it.
    func repeatResults(_ random: inout SeededRandom) {
        for message in overheard.withLock({ $0 }).shuffled(using: &random).prefix(5) {
            try? connection.send(message.topic, message.payload)
            send("agent/stranger/out/result", message.payload)
        }
    }
}
