import CMosquitto
import Glibc

/// What a subscription asks of an MQTT 5 broker; MQTT 3.1.1 ignores it.
public struct SubscribeOptions: OptionSet, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Do not send back what this client publishes itself.
    public static let noLocal = SubscribeOptions(rawValue: 0x04)
    /// Leave ``MQTTMessage/retain`` as the publisher set it, also on messages that are not old.
    public static let retainAsPublished = SubscribeOptions(rawValue: 0x08)
}

extension Session {
    /// The largest payload, from MQTT's largest remaining length (section 1.5.5 of MQTT 5.0) less room for the topic.
    public static let maxPayloadBytes = 268_435_455 - 65_535 - 64

    /// Queues a message for the next ``write()``.
    ///
    /// - Parameters:
    ///   - qos: 0 or 1.
    ///   - responseTopic: for MQTT 5; left out on 3.1.1, as is `correlationData`.
    /// - Returns: the number under which ``SessionEvent/published(id:reason:)`` tells what became of it.
    /// - Throws: ``MQTTError/Code/invalidArgument`` for a topic that cannot be published to,
    ///   ``MQTTError/Code/tooLarge``, ``MQTTError/Code/notConnected`` before the broker accepted the connection. The
    ///   session is unharmed by the first two.
    public func publish(
        _ topic: String, _ payload: [UInt8], qos: Int, retain: Bool = false, responseTopic: String? = nil,
        correlationData: [UInt8]? = nil, userProperties: [String: String] = [:]
    ) throws(MQTTError) -> Int32 {
        guard isConnected else { throw MQTTError(.notConnected, "publishing without a connection") }
        guard payload.count <= Self.maxPayloadBytes else {
            throw MQTTError(.tooLarge, "a payload of \(payload.count) bytes; MQTT takes \(Self.maxPayloadBytes)")
        }
        guard (0...1).contains(qos) else {
            throw MQTTError(.invalidArgument, "QoS \(qos) is not offered, only 0 and 1")
        }
        guard !topic.isEmpty, !topic.utf8.contains(0),
            mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS.rawValue
        else { throw MQTTError(.invalidArgument, "“\(topic.prefix(200))” is not a topic to publish to") }
        var properties: OpaquePointer?
        defer { mosquitto_property_free_all(&properties) }
        if configuration.version == .v5 {
            try addProperties(&properties, responseTopic: responseTopic, correlationData: correlationData)
            for (name, value) in userProperties {
                let code = mosquitto_property_add_string_pair(
                    &properties, Int32(MQTT_PROP_USER_PROPERTY.rawValue), name, value)
                guard code == MOSQ_ERR_SUCCESS.rawValue else {
                    throw .library(code, errno: errno, while: "adding a user property")
                }
            }
        }
        var id: Int32 = 0
        let code = mosquitto_publish_v5(
            handle, &id, topic, Int32(payload.count), payload, Int32(qos), retain, properties)
        guard code == MOSQ_ERR_SUCCESS.rawValue else { throw .library(code, errno: errno, while: "publishing") }
        return id
    }

    private func addProperties(
        _ properties: inout OpaquePointer?, responseTopic: String?, correlationData: [UInt8]?
    ) throws(MQTTError) {
        if let responseTopic {
            let code = mosquitto_property_add_string(
                &properties, Int32(MQTT_PROP_RESPONSE_TOPIC.rawValue), responseTopic)
            guard code == MOSQ_ERR_SUCCESS.rawValue else {
                throw .library(code, errno: errno, while: "adding the response topic")
            }
        }
        if let correlationData {
            guard let count = UInt16(exactly: correlationData.count) else {
                throw MQTTError(.tooLarge, "correlation data of \(correlationData.count) bytes; MQTT takes 65535")
            }
            let code = mosquitto_property_add_binary(
                &properties, Int32(MQTT_PROP_CORRELATION_DATA.rawValue), correlationData, count)
            guard code == MOSQ_ERR_SUCCESS.rawValue else {
                throw .library(code, errno: errno, while: "adding the correlation data")
            }
        }
    }

    /// Queues one SUBSCRIBE for all `filters`. To be done after every CONNACK: a broker that lost its memory may still
    /// say that the session is present.
    ///
    /// - Returns: the number under which ``SessionEvent/subscribed(id:granted:)`` answers.
    public func subscribe(
        _ filters: [String], qos: Int, options: SubscribeOptions = []
    ) throws(MQTTError) -> Int32 {
        guard isConnected else { throw MQTTError(.notConnected, "subscribing without a connection") }
        guard (0...1).contains(qos), !filters.isEmpty else {
            throw MQTTError(.invalidArgument, "a subscription needs a filter, and QoS 0 or 1")
        }
        for filter in filters {
            guard !filter.utf8.contains(0), mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS.rawValue else {
                throw MQTTError(.invalidArgument, "“\(filter.prefix(200))” is not a topic filter")
            }
        }
        let names = filters.map { strdup($0) }
        defer { for name in names { free(name) } }
        var id: Int32 = 0
        let code = mosquitto_subscribe_multiple(
            handle, &id, Int32(names.count), names, Int32(qos), configuration.version == .v5 ? options.rawValue : 0,
            nil)
        guard code == MOSQ_ERR_SUCCESS.rawValue else { throw .library(code, errno: errno, while: "subscribing") }
        return id
    }

    /// Queues one UNSUBSCRIBE for all `filters`.
    public func unsubscribe(_ filters: [String]) throws(MQTTError) {
        guard isConnected else { throw MQTTError(.notConnected, "unsubscribing without a connection") }
        let names = filters.map { strdup($0) }
        defer { for name in names { free(name) } }
        let code = mosquitto_unsubscribe_multiple(handle, nil, Int32(names.count), names, nil)
        guard code == MOSQ_ERR_SUCCESS.rawValue else { throw .library(code, errno: errno, while: "unsubscribing") }
    }
}
