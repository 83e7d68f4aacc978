import CMosquitto
import Glibc

/// Where libmosquitto's callbacks put what they are told, in order.
///
/// The callbacks run inside a call of the ``Session`` that owns the buffer, on its thread; they hold no reference to
/// it.
final class EventBuffer {
    private var events: [SessionEvent] = []
    /// Events and payload bytes ever appended.
    private(set) var count = 0
    private(set) var payloadBytes = 0
    fileprivate(set) var isConnected = false
    /// The reason code of a CONNACK that refused.
    fileprivate(set) var refusal: Int?
    /// The connection is gone: from 0x80 on the reason code of the broker's DISCONNECT, below the library's own code.
    fileprivate(set) var closeReason: Int?
    /// What is wrong with the broker's certificate, in words.
    fileprivate(set) var certificateFault: String?

    fileprivate func append(_ event: SessionEvent) {
        events.append(event)
        count += 1
        if case .message(let message) = event { payloadBytes += message.payload.count }
    }

    func take() -> [SessionEvent] {
        defer { events = [] }
        return events
    }
}

func setCallbacks(of handle: OpaquePointer) {
    mosquitto_connect_v5_callback_set(handle, didConnect)
    mosquitto_disconnect_v5_callback_set(handle, didDisconnect)
    mosquitto_message_v5_callback_set(handle, didReceive)
    mosquitto_publish_v5_callback_set(handle, didPublish)
    mosquitto_subscribe_v5_callback_set(handle, didSubscribe)
}

/// Until the broker is there, what the library says of certificates is kept: its codes do not tell.
func listenForCertificateFaults(of handle: OpaquePointer) { mosquitto_log_callback_set(handle, didLog) }

private func didLog(
    _: OpaquePointer?, object: UnsafeMutableRawPointer?, level: Int32, text: UnsafePointer<CChar>?
) {
    guard level == Int32(MOSQ_LOG_ERR), let text else { return }
    let words = String(cString: text)
    if words.contains("certificate verify failed") {
        buffer(object).certificateFault = MQTTError.untrustedCertificate
    } else if words.contains("host name verification failed") {
        buffer(object).certificateFault = "the broker's certificate is for another host"
    }
}

private func buffer(_ object: UnsafeMutableRawPointer?) -> EventBuffer {
    Unmanaged<EventBuffer>.fromOpaque(object!).takeUnretainedValue()
}

private func didConnect(
    handle: OpaquePointer?, object: UnsafeMutableRawPointer?, reason: Int32, flags: Int32, _: OpaquePointer?
) {
    let buffer = buffer(object)
    guard reason == 0 else {
        buffer.refusal = Int(reason)
        return
    }
    buffer.isConnected = true
    mosquitto_log_callback_set(handle, nil)
    buffer.append(.connected(sessionPresent: flags & 1 != 0))
}

private func didDisconnect(
    _: OpaquePointer?, object: UnsafeMutableRawPointer?, reason: Int32, _: OpaquePointer?
) {
    let buffer = buffer(object)
    buffer.isConnected = false
    // After the broker's DISCONNECT the library finds the socket closed, and calls again with less to say.
    if buffer.closeReason == nil { buffer.closeReason = Int(reason) }
}

private func didReceive(
    _: OpaquePointer?, object: UnsafeMutableRawPointer?, message: UnsafePointer<mosquitto_message>?,
    properties: OpaquePointer?
) {
    guard let message = message?.pointee, let topic = message.topic else { return }
    let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
    buffer(object).append(
        .message(
            MQTTMessage(
                topic: String(cString: topic), payload: Array(payload), qos: Int(message.qos), retain: message.retain,
                responseTopic: responseTopic(in: properties), correlationData: correlationData(in: properties),
                packetID: Int(message.mid))))
}

private func didPublish(
    _: OpaquePointer?, object: UnsafeMutableRawPointer?, id: Int32, reason: Int32, _: OpaquePointer?
) {
    buffer(object).append(.published(id: id, reason: Int(reason)))
}

private func didSubscribe(
    _: OpaquePointer?, object: UnsafeMutableRawPointer?, id: Int32, count: Int32, granted: UnsafePointer<Int32>?,
    _: OpaquePointer?
) {
    let answers = UnsafeBufferPointer(start: granted, count: Int(count))
    buffer(object).append(.subscribed(id: id, granted: answers.map { Int($0) }))
}

private func responseTopic(in properties: OpaquePointer?) -> String? {
    guard properties != nil else { return nil }
    var value: UnsafeMutablePointer<CChar>?
    mosquitto_property_read_string(properties, Int32(MQTT_PROP_RESPONSE_TOPIC.rawValue), &value, false)
    defer { free(value) }
    return value.map { String(cString: $0) }
}

private func correlationData(in properties: OpaquePointer?) -> [UInt8]? {
    guard properties != nil else { return nil }
    var value: UnsafeMutableRawPointer?
    var count: UInt16 = 0
    mosquitto_property_read_binary(properties, Int32(MQTT_PROP_CORRELATION_DATA.rawValue), &value, &count, false)
    defer { free(value) }
    return value.map { Array(UnsafeRawBufferPointer(start: $0, count: Int(count))) }
}
