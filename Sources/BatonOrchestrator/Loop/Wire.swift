import BatonEngine
import BatonMQTT

/// The way to the broker, as a turn of the loop uses it: a ``Session``, or a simulated one.
package protocol Wire: AnyObject {
    var configuration: Session.Configuration { get }

    /// Queues a message for the next ``write()``; gives the number under which its fate is told.
    ///
    /// - Parameter trace: goes along as the user property `traceparent`, where the protocol has such.
    func publish(
        _ topic: String, _ payload: [UInt8], qos: Int, retain: Bool, trace: TraceParent?
    ) throws(MQTTError) -> Int32

    /// Queues a subscription; gives the number under which its answer is told.
    func subscribe(_ filters: [String], qos: Int, options: SubscribeOptions) throws(MQTTError) -> Int32

    /// What happened since the last call, in order.
    func takeEvents() -> [SessionEvent]

    /// What was read is safe: its acknowledgements may leave with the next ``write()``.
    func releaseAcknowledgements()

    /// Sends what is queued, acknowledgements and publishes together.
    func write() throws(MQTTError)

    /// Keeps the connection alive.
    func misc() throws(MQTTError)
}

extension Wire {
    func publish(
        _ topic: String, _ payload: [UInt8], qos: Int, retain: Bool = false
    ) throws(MQTTError) -> Int32 {
        try publish(topic, payload, qos: qos, retain: retain, trace: nil)
    }

    func subscribe(_ filters: [String], qos: Int) throws(MQTTError) -> Int32 {
        try subscribe(filters, qos: qos, options: [])
    }
}

extension Session: Wire {
    package func publish(
        _ topic: String, _ payload: [UInt8], qos: Int, retain: Bool, trace: TraceParent?
    ) throws(MQTTError) -> Int32 {
        let properties = trace.map { ["traceparent": $0.description] } ?? [:]
        return try publish(
            topic, payload, qos: qos, retain: retain, responseTopic: nil, correlationData: nil,
            userProperties: properties)
    }
}
