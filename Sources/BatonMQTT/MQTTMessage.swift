/// An application message as it came from the broker.
public struct MQTTMessage: Sendable, Equatable {
    public var topic: String
    public var payload: [UInt8]
    /// 0 or 1 here; 2 only when another client published so and the subscription allowed it.
    public var qos: Int
    /// The broker kept this message and sends it because of a new subscription (or, with
    /// ``SubscribeOptions/retainAsPublished``, the publisher asked to keep it).
    public var retain: Bool
    /// Where an answer is wanted (MQTT 5 only).
    public var responseTopic: String?
    /// What the answer should carry back (MQTT 5 only).
    public var correlationData: [UInt8]?
    /// The broker's number of the delivery, 0 for QoS 0.
    public var packetID: Int

    public init(
        topic: String, payload: [UInt8], qos: Int = 1, retain: Bool = false, responseTopic: String? = nil,
        correlationData: [UInt8]? = nil, packetID: Int = 0
    ) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain
        self.responseTopic = responseTopic
        self.correlationData = correlationData
        self.packetID = packetID
    }
}

/// The message that the broker publishes when this client goes without saying so.
public struct Will: Sendable, Equatable {
    public var topic: String
    public var payload: [UInt8]
    public var qos: Int
    public var retain: Bool

    public init(topic: String, payload: [UInt8], qos: Int = 1, retain: Bool) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain
    }
}

/// What a session learned while it read or wrote. Losing the connection is no event: the call that notices it throws.
public enum SessionEvent: Sendable, Equatable {
    /// The broker accepted the CONNECT. `sessionPresent`: it still had this client's session.
    case connected(sessionPresent: Bool)
    case message(MQTTMessage)
    /// The fate of a publish: for QoS 1 the PUBACK, for QoS 0 that it was written to the socket.
    ///
    /// `reason` as in MQTT 5.0 section 3.4.2.1: 0 taken, 0x10 taken but nobody subscribes, from 0x80 on refused.
    /// MQTT 3.1.1 has only 0.
    case published(id: Int32, reason: Int)
    /// The answer to a subscribe, one entry per filter: the QoS granted, or from 0x80 on a refusal.
    case subscribed(id: Int32, granted: [Int])
}
