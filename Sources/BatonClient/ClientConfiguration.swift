import BatonMQTT
import BatonMessages
import Foundation

/// Which orchestrator to talk to, and as whom.
public struct ClientConfiguration: Sendable {
    public var broker: BrokerAddress
    public var namespace = "default"
    /// The segment of the topics `req/{name}` and `rsp/{name}`, by which the orchestrator knows who asks. What is asked
    /// again under another name is another request.
    ///
    /// nil: the user name where it can be one (brokers bind their access rules to it), else a random one.
    public var name: String?
    /// PEM file of who signs the broker's certificate; nil trusts what the operating system trusts.
    public var authorityFile: String?
    /// PEM files of this client's own certificate and its key, for brokers that ask for one.
    public var certificateFile: String?
    public var keyFile: String?
    /// For brokers that only speak MQTT 3.1.1.
    public var usesMQTT311 = false
    /// How long an answer may take.
    public var timeout: Duration = .seconds(10)
    /// A request that has no answer is sent again this often.
    public var resendInterval: Duration = .seconds(3)
    /// Goes on trying when there is no broker at first, until ``timeout``; otherwise that is an error at once.
    public var waitsForBroker = false

    public init(broker: BrokerAddress = BrokerAddress(), namespace: String = "default") {
        self.broker = broker
        self.namespace = namespace
    }
}

extension ClientConfiguration {
    /// From settings as people give them: what is nil comes from the environment (`BATON_BROKER`, `BATON_NAMESPACE`,
    /// `BATON_USER`, `BATON_PASSWORD_FILE`, `BATON_TLS_CA`, `BATON_CLIENT_ID`), else is the default.
    ///
    /// - Parameters:
    ///   - user: replaces the address's own.
    ///   - passwordFile: its first line is the password; replaces the address's own.
    public init(
        broker: String? = nil, namespace: String? = nil, user: String? = nil, passwordFile: String? = nil,
        authorityFile: String? = nil, name: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ClientError) {
        func setting(_ given: String?, _ variable: String) -> String? {
            given ?? environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        var address = BrokerAddress()
        if let text = setting(broker, "BATON_BROKER") {
            do throws(MQTTError) { address = try BrokerAddress(parsing: text) } catch {
                throw ClientError(
                    .invalidArgument, "\(TerminalText.line(error.cause)); write it like mqtt://127.0.0.1:1883")
            }
        }
        if let user = setting(user, "BATON_USER") { address.username = user }
        if let file = setting(passwordFile, "BATON_PASSWORD_FILE") {
            address.password = try Self.password(in: file)
            guard address.username != nil else {
                throw ClientError(.invalidArgument, "a password needs a user name; give one with --user")
            }
        }
        let namespace = setting(namespace, "BATON_NAMESPACE") ?? "default"
        guard Topics.isName(namespace) else {
            throw ClientError(
                .invalidArgument,
                "“\(TerminalText.line(namespace, maxLength: 64))” is not a namespace; "
                    + "use 1–128 letters, digits, hyphens and underscores")
        }
        self.init(broker: address, namespace: namespace)
        self.authorityFile = setting(authorityFile, "BATON_TLS_CA") ?? setting(nil, "BATON_CA_FILE")
        self.name = setting(name, "BATON_CLIENT_ID")
        if let name = self.name, !Topics.isName(name) {
            throw ClientError(
                .invalidArgument,
                "“\(TerminalText.line(name, maxLength: 64))” is not a client's name; "
                    + "use 1–128 letters, digits, hyphens and underscores")
        }
    }

    /// A client of the broker that `access` leads to.
    public init(access: BrokerAccess, namespace: String, name: String?) throws(ClientError) {
        try self.init(namespace: namespace, name: name, environment: [:])
        broker = access.address
        authorityFile = access.tls?.authorityFile
        certificateFile = access.tls?.certificateFile
        keyFile = access.tls?.keyFile
        usesMQTT311 = access.version == .v311
    }

    private static func password(in file: String) throws(ClientError) -> String {
        guard let text = try? String(contentsOf: URL(filePath: file), encoding: .utf8) else {
            throw ClientError(.file, "the password file \(TerminalText.line(file)) can't be read; check its path")
        }
        let line = text.prefix { !$0.isNewline }
        guard !line.isEmpty else {
            throw ClientError(.file, "the first line of the password file \(TerminalText.line(file)) is empty")
        }
        return String(line)
    }

    /// The client's segment in topics.
    func resolvedName(random: String) -> String {
        if let name { return name }
        if let user = broker.username, Topics.isName(user) { return user }
        return random
    }
}
