import BatonEngine
import BatonMQTT
import BatonOrchestrator
import DequeModule

/// The orchestrator's side of a connection: as a session of the library, it reads when it is told to, and lets
/// acknowledgements out with the next write.
final class SimulatedWire: Wire {
    let configuration: Session.Configuration
    private unowned let world: Simulation
    private var connection: SimulatedConnection!
    /// What has arrived and was not read.
    private var arrived: Deque<BrokerPacket> = []
    private var events: [SessionEvent] = []
    /// Deliveries that were read, whose acknowledgements wait for the next write.
    private var unacknowledged: [MQTTMessage] = []
    private var holdsAcknowledgements = false
    private var outgoing: [ClientPacket] = []
    private var lastPacket: Int32 = 0
    private(set) var isConnected = false
    private(set) var isLost = false

    init(_ configuration: Session.Configuration, of client: any SimulatedClient, in world: Simulation) {
        self.configuration = configuration
        self.world = world
        connection = SimulatedConnection(configuration, of: client, in: world)
    }

    func belongs(to connection: SimulatedConnection) -> Bool { self.connection === connection }

    // MARK: The connection

    func arrive(_ packet: BrokerPacket) { arrived.append(packet) }

    func lose() { isLost = true }

    func abandon() {
        isLost = true
        connection.abandon()
    }

    func disconnect() {
        connection.send(.disconnect)
        isLost = true
    }

    // MARK: Reading

    /// Reads some of what has arrived.
    func read(maxMessages: Int) throws(MQTTError) {
        try checkConnection()
        holdsAcknowledgements = true
        for _ in 0..<maxMessages {
            guard let packet = arrived.popFirst() else { return }
            switch packet {
            case .connected(let sessionPresent):
                isConnected = true
                events.append(.connected(sessionPresent: sessionPresent))
            case .message(let message):
                if message.qos > 0 { unacknowledged.append(message) }
                events.append(.message(message))
            case .published(let id, let reason): events.append(.published(id: id, reason: reason))
            case .subscribed(let id, let granted): events.append(.subscribed(id: id, granted: granted))
            }
        }
    }

    var hasMore: Bool { !arrived.isEmpty }

    func takeEvents() -> [SessionEvent] {
        defer { events = [] }
        return events
    }

    func releaseAcknowledgements() { holdsAcknowledgements = false }

    // MARK: Writing

    func publish(
        _ topic: String, _ payload: [UInt8], qos: Int, retain: Bool, trace: TraceParent?
    ) throws(MQTTError) -> Int32 {
        guard isConnected, !isLost else { throw MQTTError(.notConnected, "publishing without a connection") }
        lastPacket += 1
        outgoing.append(
            .publish(id: qos > 0 ? lastPacket : nil, topic: topic, payload: payload, retain: retain))
        return lastPacket
    }

    func subscribe(_ filters: [String], qos: Int, options: SubscribeOptions) throws(MQTTError) -> Int32 {
        try checkConnection()
        lastPacket += 1
        outgoing.append(
            .subscribe(id: lastPacket, filters: filters, qos: qos, noLocal: options.contains(.noLocal)))
        return lastPacket
    }

    func write() throws(MQTTError) {
        precondition(!holdsAcknowledgements, "write() between read() and releaseAcknowledgements()")
        try checkConnection()
        for message in unacknowledged {
            world.auditor.acknowledged(message)
            connection.send(.acknowledge(packet: message.packetID))
        }
        unacknowledged = []
        for packet in outgoing { connection.send(packet) }
        outgoing = []
    }

    func misc() throws(MQTTError) { try checkConnection() }

    private func checkConnection() throws(MQTTError) {
        if isLost { throw MQTTError(.connectionLost, "the connection was closed") }
    }
}
