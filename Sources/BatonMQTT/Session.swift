import CMosquitto
import Glibc

/// One MQTT connection, driven by its owner: nothing is read, written or answered unless a call here does it.
///
/// The owner is one thread, which repeats four steps: wait for ``descriptor``, ``read(maxMessages:maxBytes:)``, make
/// safe what followed from the messages, then ``releaseAcknowledgements()`` and ``write()``. A PUBACK is only queued
/// while reading and leaves with the next write; so a process that dies in between is sent the same messages again.
///
/// ```swift
/// let session = try Session(configuration)
/// try session.connect()
/// while true {
///     let interest = Interest(session.descriptor!, write: session.wantsWrite)
///     if try Readiness.wait([interest], timeoutMilliseconds: 1000)[0].canRead {
///         try session.read(maxMessages: 256, maxBytes: 4 << 20)
///         try commit(session.takeEvents())
///         session.releaseAcknowledgements()
///     }
///     try session.write()
///     try session.misc()
/// }
/// ```
///
/// A session serves one connection. After any error other than ``MQTTError/Code/invalidArgument`` and
/// ``MQTTError/Code/tooLarge`` it is of no more use than its ``takeEvents()``: make another one.
///
/// Deliberately not `Sendable`. QoS 2 is not offered: libmosquitto completes it before the message is handed over, so
/// that a crash in that moment loses the message.
public final class Session {
    public let configuration: Configuration
    let handle: OpaquePointer
    let inbox = EventBuffer()
    var connectDeadline: ContinuousClock.Instant?
    private var isAbandoned = false

    /// Messages were read whose acknowledgements must not leave yet. ``write()`` traps while this is so.
    public private(set) var holdsAcknowledgements = false

    public init(_ configuration: Configuration) throws(MQTTError) {
        try configuration.check()
        _ = library
        self.configuration = configuration
        let object = Unmanaged.passUnretained(inbox).toOpaque()
        guard let handle = mosquitto_new(configuration.clientID, configuration.cleanStart, object) else {
            throw .system("making an MQTT client", errno: errno)
        }
        self.handle = handle
        setCallbacks(of: handle)
        try configure()
    }

    deinit { mosquitto_destroy(handle) }

    // MARK: Waiting

    /// The socket to wait for; nil before ``connect()`` and once the connection is gone.
    public var descriptor: Int32? {
        let descriptor = mosquitto_socket(handle)
        return descriptor >= 0 && !isAbandoned ? descriptor : nil
    }

    /// The broker accepted the CONNECT and the connection is not known to be lost.
    public var isConnected: Bool { inbox.isConnected && descriptor != nil }

    /// Something is queued that ``write()`` would send; watch ``descriptor`` for writing when a write left a rest.
    public var wantsWrite: Bool { descriptor != nil && mosquitto_want_write(handle) }

    // MARK: Reading

    /// Reads what has arrived, until reading would block or a bound is reached; sends nothing.
    ///
    /// Events collect for ``takeEvents()``, also when this throws: what came before a loss is still there.
    /// Acknowledgements are held from here on, see ``releaseAcknowledgements()``.
    ///
    /// - Parameters:
    ///   - maxMessages: events of any kind; overshot by up to the number of own publishes in flight.
    ///   - maxBytes: payload bytes; overshot by at most the last messages.
    /// - Returns: whether a bound ended the reading, so that more may be waiting.
    @discardableResult
    public func read(maxMessages: Int, maxBytes: Int) throws(MQTTError) -> Bool {
        guard var socket = descriptor else { throw MQTTError(.notConnected, "reading without a connection") }
        holdsAcknowledgements = true
        let (firstEvent, firstByte) = (inbox.count, inbox.payloadBytes)
        while true {
            // The library ignores its packet count: it reads one packet, or as many as there are publishes in flight.
            let code = mosquitto_loop_read(handle, 1)
            try check(code, errno: errno, while: "reading from the broker")
            guard inbox.count - firstEvent < maxMessages, inbox.payloadBytes - firstByte < maxBytes else { return true }
            guard let current = descriptor else { throw MQTTError(.connectionLost, "the connection was closed") }
            socket = current
            guard hasInput(socket) else { return false }
        }
    }

    /// Whether a read would find bytes, the end of the stream, or an error.
    private func hasInput(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
    }

    /// What happened since the last call, in order.
    public func takeEvents() -> [SessionEvent] { inbox.take() }

    /// What was read is safe: the acknowledgements may leave with the next ``write()``.
    public func releaseAcknowledgements() { holdsAcknowledgements = false }

    // MARK: Writing

    /// Sends what is queued, acknowledgements and publishes together, until all is out or writing would block.
    ///
    /// The socket is corked meanwhile: TCP_NODELAY alone would send each small packet by itself.
    ///
    /// - Precondition: ``releaseAcknowledgements()`` was called since the last read.
    public func write() throws(MQTTError) {
        precondition(!holdsAcknowledgements, "write() between read() and releaseAcknowledgements()")
        guard let socket = descriptor else { throw MQTTError(.notConnected, "writing without a connection") }
        guard mosquitto_want_write(handle) else { return }
        setCork(socket, true)
        let code = mosquitto_loop_write(handle, 1)
        let number = errno
        if mosquitto_socket(handle) == socket { setCork(socket, false) }
        try check(code, errno: number, while: "writing to the broker")
    }

    private func setCork(_ socket: Int32, _ isOn: Bool) {
        var value: Int32 = isOn ? 1 : 0
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Keep-alive: queues a PINGREQ when it is time, and notices a broker that no longer answers. To be called at least
    /// once a second. Sends nothing.
    public func misc() throws(MQTTError) {
        guard descriptor != nil else { throw MQTTError(.notConnected, "no connection to keep alive") }
        if let connectDeadline, !inbox.isConnected, ContinuousClock.now > connectDeadline {
            abandon()
            throw MQTTError(.cannotConnect, "the broker did not answer the CONNECT")
        }
        let code = mosquitto_loop_misc(handle)
        try check(code, errno: errno, while: "keeping the connection alive")
    }

    // MARK: Ending

    /// Says goodbye, so that the broker discards the will, and closes once the broker has. What was queued is sent
    /// before; all of it takes at most `timeoutMilliseconds`.
    ///
    /// - Precondition: as for ``write()``; use ``abandon()`` when messages were read that are not safe.
    public func disconnect(timeoutMilliseconds: Int = 1000) {
        precondition(!holdsAcknowledgements, "disconnect() between read() and releaseAcknowledgements()")
        // The library closes its socket once the DISCONNECT is out. A socket that is closed with input unread resets
        // the connection, and a broker that is writing then drops what it has not read, the DISCONNECT too, and
        // publishes the will: a second descriptor holds the connection open until the broker has closed its end.
        let twin = descriptor.map { dup($0) } ?? -1
        defer { if twin >= 0 { close(twin) } }
        guard descriptor != nil, mosquitto_disconnect_v5(handle, 0, nil) == 0 else { return abandon() }
        let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
        while let socket = descriptor, mosquitto_loop_write(handle, 1) == 0, descriptor != nil {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0,
                (try? Readiness.wait([Interest(socket, read: false, write: true)], timeoutMilliseconds: Int(left)))
                    != nil
            else { break }
        }
        abandon()
        if twin >= 0 { Self.drain(twin, until: deadline) }
    }

    /// Reads, and throws away, what comes until the other side closes.
    private static func drain(_ socket: Int32, until deadline: ContinuousClock.Instant) {
        shutdown(socket, Int32(SHUT_WR))
        withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { buffer in
            while true {
                let left = (deadline - .now) / .milliseconds(1)
                guard left > 0, let ready = try? Readiness.wait([Interest(socket)], timeoutMilliseconds: Int(left)),
                    ready[0].canRead, recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)) > 0
                else { return }
            }
        }
    }

    /// Drops the connection without any goodbye, as a crash would: nothing queued is sent, nothing is acknowledged, the
    /// broker publishes the will and sends unacknowledged messages again.
    public func abandon() {
        guard let socket = descriptor else { return }
        shutdown(socket, Int32(SHUT_RDWR))
        isAbandoned = true
    }

    /// Turns a return code, a refusal and a loss into the one error for it.
    func check(_ code: Int32, errno number: Int32, while action: String) throws(MQTTError) {
        if let reason = inbox.refusal {
            let words = MQTTError.words(forReason: reason, version: configuration.version)
            throw MQTTError(.refused, "the broker refused the connection: \(words)", reason: reason)
        }
        if let fault = inbox.certificateFault { throw MQTTError(.tls, fault) }
        if let reason = inbox.closeReason, reason >= 0x80 {
            let words = MQTTError.words(forReason: reason, version: .v5)
            throw MQTTError(.connectionLost, "the broker closed the connection: \(words)", reason: reason)
        }
        if code != MOSQ_ERR_SUCCESS.rawValue { throw .library(code, errno: number, while: action) }
        if inbox.closeReason != nil { throw MQTTError(.connectionLost, "\(action): the connection was closed") }
    }
}

/// `mosquitto_lib_init`, once per process.
private let library: Int32 = mosquitto_lib_init()
