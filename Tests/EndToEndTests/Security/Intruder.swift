import BatonEngine
import BatonMQTT
import Foundation
import Synchronization

/// Somebody with a valid login and bad intentions: publishes and subscribes to what it likes, and notes what comes.
final class Intruder: Sendable {
    private let connection: Connection
    private let heard: Mutex<(messages: [MQTTMessage], refusals: [String], isUp: Bool, losses: Int)> = Mutex(
        ([], [], false, 0))
    private let reader: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(_ session: Session.Configuration, filters: [String] = []) throws {
        connection = try Connection(.init(session, subscriptions: filters.map { Connection.Subscription($0) }))
        try connection.start()
        reader.withLock { reader in
            reader = Task { [connection, weak self] in
                for await event in connection.events {
                    self?.heard.withLock { heard in
                        switch event {
                        case .connected: heard.isUp = true
                        case .message(let message): heard.messages.append(message)
                        case .refused(let topic, let reason): heard.refusals.append("\(topic): \(reason)")
                        case .disconnected:
                            heard.isUp = false
                            heard.losses += 1
                        }
                    }
                }
            }
        }
    }

    deinit {
        reader.withLock { $0?.cancel() }
        let connection = connection
        Task { await connection.stop(within: .zero) }
    }

    var isConnected: Bool { heard.withLock { $0.isUp } }
    var losses: Int { heard.withLock { $0.losses } }
    var messages: [MQTTMessage] { heard.withLock { $0.messages } }
    var refusals: [String] { heard.withLock { $0.refusals } }

    func publish(_ payload: some Sequence<UInt8>, to topic: String, retain: Bool = false) {
        try? connection.send("baton/v1/default/\(topic)", Array(payload), retain: retain)
    }

    func publish(_ text: String, to topic: String, retain: Bool = false) {
        publish(Array(text.utf8), to: topic, retain: retain)
    }

    func stop() async { await connection.stop(within: .zero) }
}
