import CMosquitto
import Glibc

extension Session {
    /// Everything that must be said before the first connect.
    func configure() throws(MQTTError) {
        try require(mosquitto_threaded_set(handle, true))  // acknowledgements are queued, not written while reading
        try set(MOSQ_OPT_PROTOCOL_VERSION, configuration.version == .v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311)
        try set(MOSQ_OPT_RECEIVE_MAXIMUM, Int32(configuration.receiveMaximum))
        try set(MOSQ_OPT_SEND_MAXIMUM, Int32(configuration.sendMaximum))
        try set(MOSQ_OPT_TCP_NODELAY, 1)
        if let username = configuration.username {
            try require(mosquitto_username_pw_set(handle, username, configuration.password))
        }
        if let tls = configuration.tls {
            listenForCertificateFaults(of: handle)
            if let authorityFile = tls.authorityFile {
                try require(
                    mosquitto_tls_set(handle, authorityFile, nil, tls.certificateFile, tls.keyFile, nil),
                    "reading the certificates")
            } else {
                try set(MOSQ_OPT_TLS_USE_OS_CERTS, 1)
                if tls.certificateFile != nil {
                    try require(
                        mosquitto_tls_set(handle, nil, "/etc/ssl/certs", tls.certificateFile, tls.keyFile, nil),
                        "reading the certificates")
                }
            }
        }
        if let will = configuration.will {
            try require(
                mosquitto_will_set_v5(
                    handle, will.topic, Int32(clamping: will.payload.count), will.payload, Int32(will.qos),
                    will.retain, nil), "setting the last will")
        }
    }

    private func set(_ option: mosq_opt_t, _ value: Int32) throws(MQTTError) {
        try require(mosquitto_int_option(handle, option, value))
    }

    private func require(_ code: Int32, _ action: String = "configuring the MQTT client") throws(MQTTError) {
        guard code == MOSQ_ERR_SUCCESS.rawValue else { throw .library(code, errno: errno, while: action) }
    }

    /// Makes the TCP connection and sends CONNECT; the broker's answer is a later
    /// ``SessionEvent/connected(sessionPresent:)`` or an error of ``read(maxMessages:maxBytes:)``.
    ///
    /// Blocks while the name is looked up and at most ``Configuration/connectTimeout`` for the connection.
    ///
    /// - Precondition: the first call on this session.
    public func connect() throws(MQTTError) {
        precondition(connectDeadline == nil, "a session connects once")
        let deadline = ContinuousClock.now + configuration.connectTimeout
        connectDeadline = deadline
        let broker = "\(configuration.host):\(configuration.port)"
        try storeConnectProperties()
        let code = mosquitto_connect_bind_async(
            handle, configuration.host, Int32(configuration.port), Int32(configuration.keepAliveSeconds), nil)
        let number = errno
        guard code == MOSQ_ERR_SUCCESS.rawValue, let socket = descriptor else {
            if let fault = inbox.certificateFault { throw MQTTError(.tls, fault) }
            let error = MQTTError.library(code, errno: number, while: "connecting to \(broker)")
            throw error.code == .connectionLost ? MQTTError(.cannotConnect, error.cause) : error
        }
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)  // programs that an agent starts do not inherit the connection
        try waitForConnection(socket, until: deadline, broker)
        connectDeadline = ContinuousClock.now + configuration.connectTimeout
        try write()
    }

    /// Only the blocking connect takes properties, and it blocks for minutes when nobody answers. It keeps them for
    /// every later connect of the client, though, before it looks at the keep-alive: so it is called with one that it
    /// refuses, and the connect that does not block does the rest.
    private func storeConnectProperties() throws(MQTTError) {
        guard configuration.version == .v5, configuration.sessionExpirySeconds > 0 else { return }
        var properties: OpaquePointer?
        defer { mosquitto_property_free_all(&properties) }
        try require(
            mosquitto_property_add_int32(
                &properties, Int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue), configuration.sessionExpirySeconds))
        let code = mosquitto_connect_bind_v5(
            handle, configuration.host, Int32(configuration.port), refusedKeepAliveSeconds, nil, properties)
        guard code == MOSQ_ERR_INVAL.rawValue else {
            throw MQTTError(.system, "this version of libmosquitto does not keep the properties of a CONNECT")
        }
    }

    private var refusedKeepAliveSeconds: Int32 { 1 }

    private func waitForConnection(
        _ socket: Int32, until deadline: ContinuousClock.Instant, _ broker: String
    ) throws(MQTTError) {
        while true {
            let left = max(0, (deadline - .now) / .milliseconds(1))
            let interest = Interest(socket, read: false, write: true)
            if try Readiness.wait([interest], timeoutMilliseconds: Int(left.rounded(.up)))[0].canWrite { break }
            guard left > 0 else {
                abandon()
                throw MQTTError(.cannotConnect, "connecting to \(broker): no answer in \(configuration.connectTimeout)")
            }
        }
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &size)
        guard number == 0 else {
            abandon()
            throw MQTTError(.cannotConnect, "connecting to \(broker): \(String(cString: strerror(number)))")
        }
    }
}
