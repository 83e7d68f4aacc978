import BatonMQTT
import BatonMessages

/// Who an agent is, what it serves, and where.
public struct AgentConfiguration: Sendable {
    public typealias TLS = Session.TLS

    /// The agent's name: its MQTT client id, and the segment of its topics. 1–128 of `A-Z a-z 0-9 _ -`.
    public var id: String
    /// The roles that it serves: 1 to 64 names.
    public var roles: [String]
    /// How many tasks it takes at once.
    public var slots = 1
    public var broker: BrokerAddress
    public var tls: TLS?
    /// For brokers that only speak MQTT 3.1.1.
    public var usesMQTT311 = false
    public var namespace = "default"
    /// Whether the agent renews its leases while it works. One that does not is bound by timeouts alone, and a hanging
    /// task of it is noticed late.
    public var beats = true
    /// On a graceful stop, how long tasks may go on before they are handed back.
    public var drainTimeout: Duration = .seconds(30)
    /// The most bytes of required artifacts that one task may bring; those above 1 MiB are files.
    public var maxArtifactBytes = 256 << 20
    /// Where those files are, in a folder of this process that goes with it; nil: `TMPDIR`, else `/var/tmp`.
    public var contentFolder: String?

    public init(id: String, roles: [String], broker: BrokerAddress = BrokerAddress()) {
        self.id = id
        self.roles = roles
        self.broker = broker
    }

    /// An agent on the broker that ``BrokerAccess`` leads to.
    public init(id: String, roles: [String], access: BrokerAccess) {
        self.init(id: id, roles: roles, broker: access.address)
        tls = access.tls
        usesMQTT311 = access.version == .v311
    }

    /// Checks everything that can be told without the broker.
    func check() throws(AgentError) {
        func demand(_ isRight: Bool, _ what: @autoclosure () -> String) throws(AgentError) {
            guard isRight else { throw AgentError(.configuration, what()) }
        }
        let rule = "1 to \(WireLimits.nameBytes) of A–Z, a–z, 0–9, _ and -"
        try demand(Topics.isName(id), "“\(id.prefix(200))” cannot be an agent's id: \(rule)")
        try demand(Topics.isName(namespace), "“\(namespace.prefix(200))” cannot be a namespace: \(rule)")
        try demand(
            (1...WireLimits.rolesPerAgent).contains(roles.count),
            "an agent serves 1 to \(WireLimits.rolesPerAgent) roles, not \(roles.count)")
        for role in roles {
            try demand(
                (1...WireLimits.nameBytes).contains(role.utf8.count),
                "“\(role.prefix(200))” cannot be a role: 1 to \(WireLimits.nameBytes) bytes")
        }
        try demand(
            (1...WireLimits.slotsPerAgent).contains(slots),
            "an agent has 1 to \(WireLimits.slotsPerAgent) slots, not \(slots)")
    }

    /// The connection of the agent's `epoch`: clean start, the agent's own name, and the will that takes it offline.
    package func session(epoch: Int64) -> Session.Configuration {
        var session = Session.Configuration(broker, clientID: id, tls: tls, cleanStart: true)
        if session.username == nil, session.password != nil { session.username = id }
        session.version = usesMQTT311 ? .v311 : .v5
        session.will = Will(
            topic: Topics(namespace: namespace).agentState(id), payload: presence(.offline, epoch: epoch).encode(),
            retain: true)
        return session
    }

    func presence(_ state: Presence.State, epoch: Int64) -> Presence {
        Presence(state: state, roles: roles, slots: slots, epoch: epoch, beats: beats)
    }
}
