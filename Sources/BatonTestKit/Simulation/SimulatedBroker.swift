import BatonMQTT
import OrderedCollections

/// An MQTT broker of one process: sessions, retained messages, wills, QoS 0 and 1; and what brokers do when they fail.
final class SimulatedBroker {
    private struct Subscription {
        let filter: [UInt8]
        let qos: Int
        let noLocal: Bool
    }

    private struct ClientSession {
        var isPersistent: Bool
        var subscriptions: [Subscription] = []
        /// What the client has not acknowledged, by packet number, in order.
        var pending: OrderedDictionary<Int, MQTTMessage> = [:]
        var lastPacket = 0
        var connection: SimulatedConnection?

        /// The highest QoS of the subscriptions that a message is for; nil if it is for none.
        func granted(_ topic: [UInt8], from sender: String, to client: String) -> Int? {
            var highest: Int?
            for subscription in subscriptions
            where subscription.qos > highest ?? -1 && SimulatedBroker.matches(subscription.filter, topic)
                && !(subscription.noLocal && client == sender)
            {
                highest = subscription.qos
            }
            return highest
        }
    }

    /// What is on the broker's disk.
    private struct Memory {
        var sessions: OrderedDictionary<String, ClientSession> = [:]
        var retained: OrderedDictionary<String, MQTTMessage> = [:]
    }

    private unowned let world: Simulation
    private var memory = Memory()
    /// As it was saved last.
    private var saved = Memory()
    private(set) var isUp = true

    init(in world: Simulation) { self.world = world }

    var retained: [MQTTMessage] { Array(memory.retained.values) }

    // MARK: Packets

    func received(_ packet: ClientPacket, on connection: SimulatedConnection) {
        guard isUp else { return connection.breakDown(clientDelay: 1, brokerDelay: nil) }
        let client = connection.clientID
        if case .connect = packet { return connect(connection) }
        guard memory.sessions[client]?.connection === connection else { return }
        switch packet {
        case .connect: break
        case .publish(let id, let topic, let payload, let retain):
            let message = MQTTMessage(topic: topic, payload: payload, qos: id == nil ? 0 : 1, retain: retain)
            let isHeard = publish(message, from: client)
            if let id { connection.deliver(.published(id: id, reason: isHeard ? 0 : 0x10)) }
        case .acknowledge(let packet):
            memory.sessions[client]?.pending[packet] = nil
        case .subscribe(let id, let filters, let qos, let noLocal):
            subscribe(client, filters, qos: qos, noLocal: noLocal)
            connection.deliver(.subscribed(id: id, granted: filters.map { _ in qos }))
            let filters = filters.map { Array($0.utf8) }
            for message in memory.retained.values {
                let topic = Array(message.topic.utf8)
                guard filters.contains(where: { Self.matches($0, topic) }) else { continue }
                var message = message
                message.retain = true
                send(message, to: client, qos: min(qos, message.qos))
            }
        case .disconnect:
            connection.close()
            end(client)
        }
    }

    private func connect(_ connection: SimulatedConnection) {
        let client = connection.clientID
        if let former = memory.sessions[client]?.connection {
            // MQTT 5.0 section 3.1.4: the former connection of that name is closed, as one that was lost.
            former.breakDown(clientDelay: world.latency(), brokerDelay: nil)
            lost(former)
        }
        var session = memory.sessions[client]
        if connection.isClean { session = nil }
        let isPresent = session != nil
        var current = session ?? ClientSession(isPersistent: !connection.isClean)
        current.connection = connection
        memory.sessions[client] = current
        connection.deliver(.connected(sessionPresent: isPresent))
        for (packet, message) in current.pending { deliver(message, packet, on: connection) }
    }

    /// The broker has noticed that a connection is gone.
    func lost(_ connection: SimulatedConnection) {
        guard isUp, memory.sessions[connection.clientID]?.connection === connection else { return }
        end(connection.clientID)
        if let will = connection.will { fire(will) }
    }

    private func end(_ client: String) {
        guard memory.sessions[client]?.isPersistent == true else {
            memory.sessions[client] = nil
            return
        }
        memory.sessions[client]?.connection = nil
    }

    private func fire(_ will: Will) {
        world.note("the broker publishes the will on \(will.topic)")
        _ = publish(
            MQTTMessage(topic: will.topic, payload: will.payload, qos: will.qos, retain: will.retain), from: "")
    }

    private func subscribe(_ client: String, _ filters: [String], qos: Int, noLocal: Bool) {
        for filter in filters.map({ Array($0.utf8) }) {
            memory.sessions[client]?.subscriptions.removeAll { $0.filter == filter }
            memory.sessions[client]?.subscriptions.append(Subscription(filter: filter, qos: qos, noLocal: noLocal))
        }
    }

    /// - Returns: whether anybody has subscribed to it.
    private func publish(_ message: MQTTMessage, from sender: String) -> Bool {
        world.auditor.published(message)
        if message.retain { memory.retained[message.topic] = message.payload.isEmpty ? nil : message }
        var live = message
        live.retain = false
        var isHeard = false
        let topic = Array(message.topic.utf8)
        for (client, session) in memory.sessions {
            guard let qos = session.granted(topic, from: sender, to: client) else { continue }
            isHeard = true
            send(live, to: client, qos: min(qos, message.qos))
        }
        return isHeard
    }

    private func send(_ message: MQTTMessage, to client: String, qos: Int) {
        guard let connection = memory.sessions[client]?.connection ?? nil else {
            if qos > 0 { _ = keep(message, for: client) }
            return
        }
        guard qos > 0 else {
            var message = message
            message.qos = 0
            return connection.deliver(.message(message))
        }
        let packet = keep(message, for: client)
        deliver(message, packet, on: connection)
        if world.happens(.duplicate, 0.01) { deliver(message, packet, on: connection) }
    }

    private func keep(_ message: MQTTMessage, for client: String) -> Int {
        memory.sessions[client]!.lastPacket += 1
        let packet = memory.sessions[client]!.lastPacket
        var message = message
        message.packetID = packet
        memory.sessions[client]!.pending[packet] = message
        return packet
    }

    private func deliver(_ message: MQTTMessage, _ packet: Int, on connection: SimulatedConnection) {
        // From a full queue it drops while the connection lives, and tells nobody.
        if world.happens(.drop, 0.005) {
            world.note("the broker drops a message on \(message.topic) for \(connection.clientID)")
            memory.sessions[connection.clientID]?.pending[packet] = nil
            return
        }
        var message = message
        message.packetID = packet
        connection.deliver(.message(message))
    }

    // MARK: Failing

    /// Writes its memory to its disk, as brokers do now and then.
    func save() {
        guard isUp else { return }
        saved = memory
        for client in saved.sessions.keys { saved.sessions[client]!.connection = nil }
        saved.sessions.removeAll { !$0.value.isPersistent }
    }

    /// Dies without a word; comes back with what is on its disk, or with nothing.
    func kill(losesDisk: Bool, for milliseconds: Int64) {
        guard isUp else { return }
        world.note("the broker dies for \(milliseconds) ms\(losesDisk ? " and loses its disk" : "")")
        goDown(for: milliseconds)
        memory = losesDisk ? Memory() : saved
        saved = memory
    }

    /// Is stopped and started again: every will fires, everything is kept.
    func restart(for milliseconds: Int64) {
        guard isUp else { return }
        world.note("the broker is restarted, for \(milliseconds) ms")
        let open = memory.sessions.values.compactMap(\.connection)
        for connection in open { if let will = connection.will { fire(will) } }
        goDown(for: milliseconds)
        for client in memory.sessions.keys { memory.sessions[client]!.connection = nil }
        memory.sessions.removeAll { !$0.value.isPersistent }
        saved = memory
    }

    private func goDown(for milliseconds: Int64) {
        isUp = false
        for connection in memory.sessions.values.compactMap(\.connection) {
            connection.breakDown(clientDelay: world.random.within(0...50), brokerDelay: nil)
        }
        world.schedule(after: milliseconds) { [self] in
            isUp = true
            world.note("the broker is up")
        }
    }

    // MARK: Topics

    /// MQTT 5.0 section 4.7, byte by byte.
    private static func matches(_ filter: [UInt8], _ topic: [UInt8]) -> Bool {
        let slash = UInt8(ascii: "/")
        var position = 0
        for (index, byte) in filter.enumerated() {
            if byte == UInt8(ascii: "#") { return true }
            if byte == UInt8(ascii: "+") {
                while position < topic.count, topic[position] != slash { position += 1 }
            } else if position < topic.count {
                guard topic[position] == byte else { return false }
                position += 1
            } else {
                // "a/#" is for "a", too.
                return byte == slash && filter[index...].elementsEqual("/#".utf8)
            }
        }
        return position == topic.count
    }
}
