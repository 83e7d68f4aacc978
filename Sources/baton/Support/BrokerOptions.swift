import ArgumentParser
import BatonClient
import BatonMQTT
import BatonOrchestrator

/// The options of every command that connects to a broker.
struct BrokerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The broker's URL, as mqtt://[user@]host[:port], or mqtts:// with TLS (BATON_BROKER).", valueName: "url"))
    var broker: String?

    @Option(help: "The namespace: one orchestrator each (BATON_NAMESPACE; default \"default\").")
    var namespace: String?

    @Option(help: "The login at the broker (BATON_USER); an agent's is its name.")
    var user: String?

    @Option(help: ArgumentHelp("A file whose first line is the password (BATON_PASSWORD_FILE).", valueName: "file"))
    var passwordFile: String?

    @Option(
        help: ArgumentHelp("Who signs the broker's certificate, as PEM (BATON_TLS_CA).", valueName: "file"))
    var tlsCa: String?

    @Option(help: ArgumentHelp("The certificate to show to the broker, as PEM (BATON_CERT).", valueName: "file"))
    var cert: String?

    @Option(help: ArgumentHelp("The key of that certificate (BATON_KEY).", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("The version of MQTT: 5 or 3.1.1 (BATON_MQTT_VERSION).", valueName: "version"))
    var mqttVersion: String?

    @Option(help: ArgumentHelp("A JSON file with settings as its members (BATON_CONFIG).", valueName: "file"))
    var config: String?

    /// What was given, by the settings' names.
    var flags: [String: String] {
        let pairs = [
            ("broker", broker), ("namespace", namespace), ("user", user), ("password_file", passwordFile),
            ("tls_ca", tlsCa), ("cert", cert), ("key", key), ("mqtt_version", mqttVersion),
        ]
        return pairs.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }

    /// The settings: these and other flags, over the environment, over the file.
    func values(_ others: [(String, String?)] = []) throws -> SettingValues {
        do {
            return try SettingValues(flags: others.reduce(into: flags) { $0[$1.0] = $1.1 ?? $0[$1.0] }, file: config)
        } catch {
            throw ClientError(.invalidArgument, error.message)
        }
    }

    /// The way to the broker.
    func read(_ values: SettingValues) throws -> BrokerAccess {
        do { return try BrokerAccess { values[$0] } } catch {
            throw ClientError(.invalidArgument, TerminalText.line(error.cause))
        }
    }

    /// What another command has to be given, beside the environment, to talk to the same orchestrator.
    var words: [String] {
        let order: [SettingKey] = [.broker, .namespace, .user, .passwordFile, .tlsCA, .cert, .key, .mqttVersion]
        let words = order.flatMap { key in flags[key.rawValue].map { [key.flag, $0] } ?? [] }
        return words + (config.map { ["--config", $0] } ?? [])
    }
}
