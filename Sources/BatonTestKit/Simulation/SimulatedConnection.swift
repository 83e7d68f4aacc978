import BatonMQTT

/// What a client sends to a broker.
enum ClientPacket {
    case connect
    /// `id` is nil at QoS 0.
    case publish(id: Int32?, topic: String, payload: [UInt8], retain: Bool)
    /// A delivery was taken.
    case acknowledge(packet: Int)
    case subscribe(id: Int32, filters: [String], qos: Int, noLocal: Bool)
    case disconnect
}

/// What a broker sends to a client.
enum BrokerPacket {
    case connected(sessionPresent: Bool)
    case message(MQTTMessage)
    case published(id: Int32, reason: Int)
    case subscribed(id: Int32, granted: [Int])
}

/// A party that connects to the broker.
protocol SimulatedClient: AnyObject {
    func received(_ packet: BrokerPacket, on connection: SimulatedConnection)
    /// The connection is gone, and this side has noticed.
    func lost(_ connection: SimulatedConnection)
}

/// One TCP connection: two ways, each of which keeps its order, and delays what it carries.
///
/// When it breaks, what is on its way is gone, and each side notices in its own time.
final class SimulatedConnection {
    let clientID: String
    let isClean: Bool
    let will: Will?
    private unowned let world: Simulation
    private weak var client: (any SimulatedClient)?
    /// Nothing is carried any more.
    private(set) var isBroken = false
    /// Nothing arrives before.
    private var stalledUntil: Int64 = 0
    private var lastUp: Int64 = 0
    private var lastDown: Int64 = 0

    init(_ configuration: Session.Configuration, of client: any SimulatedClient, in world: Simulation) {
        clientID = configuration.clientID
        isClean = configuration.cleanStart
        will = configuration.will
        self.client = client
        self.world = world
        world.connections.append(self)
        send(.connect)
    }

    func send(_ packet: ClientPacket) {
        guard !isBroken else { return }
        lastUp = max(lastUp, world.now + world.latency(), stalledUntil)
        world.schedule(at: lastUp) { [self] in
            guard !isBroken else { return }
            world.broker.received(packet, on: self)
        }
    }

    func deliver(_ packet: BrokerPacket) {
        guard !isBroken else { return }
        lastDown = max(lastDown, world.now + world.latency(), stalledUntil)
        world.schedule(at: lastDown) { [self] in
            guard !isBroken else { return }
            client?.received(packet, on: self)
        }
    }

    func stall(for milliseconds: Int64) { stalledUntil = max(stalledUntil, world.now + milliseconds) }

    /// Breaks it; the broker notices after `brokerDelay`, nil if it knows, the client after `clientDelay`.
    func breakDown(clientDelay: Int64, brokerDelay: Int64?) {
        guard !isBroken else { return }
        isBroken = true
        world.connections.removeAll { $0 === self }
        world.schedule(after: clientDelay) { [self] in client?.lost(self) }
        if let brokerDelay { world.schedule(after: brokerDelay) { [self] in world.broker.lost(self) } }
    }

    /// The client goes without a word.
    func abandon() {
        guard !isBroken else { return }
        isBroken = true
        world.connections.removeAll { $0 === self }
        world.schedule(after: world.random.within(0...20)) { [self] in world.broker.lost(self) }
    }

    /// The client said goodbye, and the broker has heard it.
    func close() {
        isBroken = true
        world.connections.removeAll { $0 === self }
    }
}
