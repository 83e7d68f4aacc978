import ArgumentParser
import BatonDashboard
import BatonMetrics
import BatonOrchestrator
import BatonWorkflow
import Foundation
import Logging
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the orchestrator.",
        discussion: """
            Connects to an MQTT broker, keeps its memory in one SQLite file, and runs the workflows of a library \
            folder. Without --broker it starts and supervises a Mosquitto of its own on 127.0.0.1.

            Every option can also be given as an environment variable (BATON_BROKER, BATON_DATABASE, …) or in a JSON \
            file (--config); a flag counts more than a variable, a variable more than the file. \
            docs/configuration.md has all of them.

            Examples:
              baton serve
              baton serve --dashboard 8080 --metrics 9100
              baton serve --broker mqtt://127.0.0.1:1883 --database /var/lib/baton/baton.sqlite
              baton serve --library ~/project --team team-fullstack
              baton serve --broker mqtts://broker.example:8885 --tls-ca ca.crt --user baton --password-file password

            Files that change in the library count from the next run on; runs that are open keep what they began with.
            """)

    @Option(help: "The port of the embedded broker (default 1883).")
    var port: Int?

    @Option(help: "The SQLite file (default baton.sqlite); it is made if it does not exist.")
    var database: String?

    @Option(help: "The folder with workflows and their templates (default: workflows, here or beside the program).")
    var library: String?

    @Option(
        help: "The team of the library that works here: what it has nobody for is not started (default: everybody).")
    var team: String?

    @Option(help: "How long runs are kept that have ended, as 12h or 30d (default: for ever).")
    var keep: String?

    @Option(help: "How many runs may be open at once; a start beyond is refused as busy (default 100000).")
    var maxRuns: Int?

    @Option(help: "How long an agent's claim holds without a beat, in milliseconds (default 30000).")
    var leaseMs: Int64?

    @Option(help: "A JSON file with who may serve which roles and make which requests (default: everybody everything).")
    var access: String?

    @Option(help: "The broker's log (of broker/secure, data/broker.log): what the broker refuses is logged here too.")
    var brokerLog: String?

    @Option(help: "Where figures for Prometheus are served: a port of this machine, or HOST:PORT (default: nowhere).")
    var metrics: String?

    @Option(help: "A file that spans of runs and attempts are appended to, as lines of OTLP/JSON (default: none).")
    var traceFile: String?

    @Option(help: "The port where the dashboard is served, for this machine (default: nowhere; see `baton dashboard`).")
    var dashboard: String?

    @Flag(help: "Go on although another orchestrator was seen on the namespace.")
    var takeOver = false

    @OptionGroup(title: "Connection") var connection: BrokerOptions

    @Option(help: "What to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String = "info"

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError(
                "--log-level must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let logger = makeLogger("serve", level: level)
        var settings = try await OrchestratorSettings.read(flags: flags, file: connection.config)
        settings.takesOver = takeOver
        let library = try LibraryFolder.load(settings.libraryPath, logger: logger)

        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if !settings.isBrokerGiven {
            let folder = URL(fileURLWithPath: settings.databasePath).deletingLastPathComponent().path + "/baton-broker"
            let embedded = try await EmbeddedBroker.start(
                .init(port: settings.embeddedPort, directory: folder), logger: makeLogger("broker", level: level))
            settings.broker.address.port = embedded.port
            services.append(.init(service: embedded))
        }
        if let path = settings.brokerLogPath {
            services.append(
                .init(
                    service: BrokerLogService(path: path, accessPath: settings.accessPath, logger: logger)))
        }
        if let listener = settings.dashboard {
            services.append(.init(service: try ServedDashboard(at: listener, settings, logger: logger)))
        }
        let figures = settings.metrics.map { _ in MetricsRegistry(help: OrchestratorMetrics.help) }
        if let figures, let listener = settings.metrics {
            services.append(.init(service: server(of: figures, at: listener, logger)))
        }
        let orchestrator = try OrchestratorService(
            settings: settings, library: library, logger: logger, metrics: figures)
        services.append(
            .init(
                service: orchestrator, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup))
        let group = ServiceGroup(
            configuration: .init(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: makeLogger("lifecycle", level: .error)))
        try await group.run()
    }

    private func server(of figures: MetricsRegistry, at listener: Listener, _ logger: Logger) -> MetricsServer {
        MetricsServer(
            registry: figures, host: listener.host, port: listener.port, logger: makeLogger("metrics", level: .error)
        ) { address in
            logger.info("figures are served", metadata: ["at": "\(address)"])
        }
    }

    private var flags: [String: String] {
        let pairs: [(String, String?)] = [
            ("database", database), ("library", library), ("team", team), ("keep", keep), ("access", access),
            ("broker_log", brokerLog), ("metrics", metrics),
            ("dashboard", dashboard), ("trace_file", traceFile),
            ("port", port.map(String.init)), ("max_runs", maxRuns.map(String.init)),
            ("lease_ms", leaseMs.map(String.init)),
        ]
        return pairs.reduce(into: connection.flags) { $0[$1.0] = $1.1 }
    }
}
