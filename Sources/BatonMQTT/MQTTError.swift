/// What went wrong between this process and the broker.
public struct MQTTError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// An argument that can never work: a topic with a wildcard, a filter that is none, a keep-alive of two
        /// seconds.
        case invalidArgument
        /// More bytes than MQTT or the broker takes.
        case tooLarge
        /// No connection was made: no such host, nobody listens, no answer in time.
        case cannotConnect
        /// The certificates or the handshake failed.
        case tls
        /// The broker answered the CONNECT with a refusal; see ``MQTTError/reason``.
        case refused
        /// A connection that was there is gone: closed by the broker, by the network, or by silence.
        case connectionLost
        /// The call needs a connection and there is none.
        case notConnected
        /// A bounded queue is full.
        case queueFull
        /// The operating system or the library failed: no memory, no descriptors.
        case system
    }

    /// The cause of ``Code/tls`` when no authority that is known has signed the broker's certificate.
    package static let untrustedCertificate = "the broker's certificate is not trusted"

    public let code: Code
    /// One clause for people.
    public let cause: String
    /// The reason code of the broker's CONNACK or DISCONNECT, where there was one.
    public let reason: Int?

    public init(_ code: Code, _ cause: String, reason: Int? = nil) {
        self.code = code
        self.cause = cause
        self.reason = reason
    }

    /// Whether the same call can succeed later without anybody changing a configuration.
    public var isRetriable: Bool {
        switch code {
        case .cannotConnect, .connectionLost, .notConnected, .queueFull, .system: true
        case .invalidArgument, .tooLarge, .tls: false
        // MQTT 3.1.1 section 3.2.2.3 (3: server unavailable); MQTT 5.0 section 3.2.2.2 (unavailable, busy, quota
        // exceeded, use another server, connection rate exceeded).
        case .refused: [0x03, 0x88, 0x89, 0x97, 0x9C, 0x9F].contains(reason ?? 0)
        }
    }

    public var description: String {
        guard let reason else { return cause }
        return "\(cause) (reason 0x\(String(reason, radix: 16, uppercase: true)))"
    }
}
