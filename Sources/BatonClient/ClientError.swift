import BatonMQTT
import BatonMessages

/// Why a client could not do what it was asked.
public struct ClientError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// Something that can never work: a bad address, a name that is none.
        case invalidArgument
        /// No connection to the broker.
        case brokerUnreachable
        /// The broker does not let this client do it.
        case brokerRefused
        /// Nobody has ever been an orchestrator on the namespace, or the last one went.
        case noOrchestrator
        /// The orchestrator is online and has not answered in time.
        case noReply
        /// The orchestrator answered that it won't; the code is its own.
        case refused(ErrorCode)
        /// No run, workflow, question or artifact of that name.
        case notFound
        /// More than one run begins like that.
        case ambiguous
        /// An answer that breaks the protocol: another version, or damage.
        case unreadable
        /// What was fetched is not what was announced, or may not be written there.
        case unsafe
        /// The file system said no.
        case file
        /// The client was stopped while it waited, or its task cancelled.
        case stopped
    }

    public let code: Code
    /// One sentence for people: what is wrong and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same call can succeed later without anybody changing it.
    public var isRetriable: Bool {
        switch code {
        case .brokerUnreachable, .noOrchestrator, .noReply: true
        case .refused(let code): code == .busy
        case .invalidArgument, .brokerRefused, .notFound, .ambiguous, .unreadable, .unsafe, .file, .stopped: false
        }
    }

    public var description: String { message }
}

extension ClientError {
    /// The orchestrator's refusal, with its reasons.
    init(_ error: ReplyError) {
        let reasons = error.reasons.map { TerminalText.line($0) }.joined(separator: "; ")
        let message = TerminalText.line(error.message)
        let code: Code =
            switch error.code {
            case .unknownRun, .unknownArtifact, .unknownWorkflow, .unknownDecision, .unknownStep,
                .unknownDeadLetter:
                .notFound
            default: .refused(error.code)
            }
        self.init(code, reasons.isEmpty ? message : "\(message): \(reasons)")
    }

    /// The broker's or the library's words about a connection.
    ///
    /// - Parameter hasAnswered: whether the broker took this client before.
    init(_ error: MQTTError, broker: BrokerAddress, hasAnswered: Bool = false) {
        switch error.code {
        case .refused:
            self.init(
                .brokerRefused,
                "the broker at \(broker) refuses the connection: \(error); check user name and password")
        case .tls:
            let isUntrusted = error.cause == MQTTError.untrustedCertificate
            self.init(
                .brokerRefused,
                "no secure connection to the broker at \(broker): \(error); "
                    + (isUntrusted ? "name its CA with --tls-ca" : "check certificates"))
        case .invalidArgument, .tooLarge:
            self.init(.invalidArgument, error.cause)
        case .connectionLost where !hasAnswered && !broker.usesTLS:
            self.init(
                .brokerUnreachable,
                "what answers at \(broker) is not MQTT without TLS: \(error); try mqtts://, or give another address")
        case .cannotConnect, .connectionLost, .notConnected, .queueFull, .system:
            self.init(
                .brokerUnreachable,
                "no broker can be reached at \(broker): \(error); start one with `baton serve`, or give another address"
            )
        }
    }
}
