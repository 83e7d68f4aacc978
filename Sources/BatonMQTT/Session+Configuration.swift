extension Session {
    public enum Version: Sendable, Equatable {
        case v5
        case v311
    }

    /// The certificates of a TLS connection, as paths of PEM files.
    public struct TLS: Sendable, Equatable {
        /// Who signs the broker's certificate; nil trusts what the operating system trusts.
        public var authorityFile: String?
        /// This client's own certificate and key, for brokers that ask for one.
        public var certificateFile: String?
        public var keyFile: String?

        public init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
            self.authorityFile = authorityFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// How to connect, and as whom.
    public struct Configuration: Sendable {
        public var host: String
        public var port: Int
        public var clientID: String
        public var username: String?
        public var password: String?
        public var tls: TLS?
        public var version: Version = .v5
        /// 5…65535.
        public var keepAliveSeconds = 30
        /// The broker forgets what it kept for this client id: subscriptions and undelivered messages.
        public var cleanStart: Bool
        /// How long the broker keeps the session after the connection ended; 0 ends it with the connection. On MQTT
        /// 3.1.1 the broker decides: until its own limit, unless ``cleanStart``.
        public var sessionExpirySeconds: UInt32 = 0
        public var will: Will?
        /// How many unacknowledged QoS 1 messages the broker may send at once (MQTT 5).
        public var receiveMaximum = 512
        /// How many publishes may wait for their PUBACK at once; more wait in memory.
        public var sendMaximum = 100
        /// For the TCP connection, and again for the CONNACK.
        public var connectTimeout: Duration = .seconds(10)

        public init(
            host: String, port: Int = 1883, clientID: String, username: String? = nil, password: String? = nil,
            tls: TLS? = nil, cleanStart: Bool
        ) {
            self.host = host
            self.port = port
            self.clientID = clientID
            self.username = username
            self.password = password
            self.tls = tls
            self.cleanStart = cleanStart
        }

        public init(_ broker: BrokerAddress, clientID: String, tls: TLS? = nil, cleanStart: Bool) {
            self.init(
                host: broker.host, port: broker.port, clientID: clientID, username: broker.username,
                password: broker.password, tls: broker.usesTLS ? tls ?? TLS() : nil, cleanStart: cleanStart)
        }

        /// What libmosquitto would refuse late, or cut off at a NUL without a word.
        func check() throws(MQTTError) {
            func demand(_ isRight: Bool, _ what: String) throws(MQTTError) {
                guard isRight else { throw MQTTError(.invalidArgument, what) }
            }
            try demand(!host.isEmpty && (1...65535).contains(port), "a broker needs a host and a port from 1 to 65535")
            try demand((1...65535).contains(clientID.utf8.count), "a client id has 1 to 65535 bytes")
            try demand((5...65535).contains(keepAliveSeconds), "the keep-alive is not between 5 and 65535 seconds")
            try demand((1...65535).contains(receiveMaximum), "the receive maximum is not between 1 and 65535")
            try demand((1...65535).contains(sendMaximum), "the send maximum is not between 1 and 65535")
            try demand(password == nil || username != nil, "a password needs a user name")
            let texts: [String?] = [
                host, clientID, username, password, will?.topic, tls?.authorityFile, tls?.certificateFile, tls?.keyFile,
            ]
            try demand(!texts.contains { $0?.utf8.contains(0) == true }, "a NUL in the connection's configuration")
        }
    }
}
