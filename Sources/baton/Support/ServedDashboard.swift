import BatonClient
import BatonDashboard
import BatonOrchestrator
import Logging
import ServiceLifecycle

/// The dashboard beside the orchestrator, in its process: a client of the broker all the same.
struct ServedDashboard: Service {
    private let configuration: DashboardConfiguration
    private var client: ClientConfiguration
    private let logger: Logger

    /// - Throws: ``SettingsError`` where one process is not enough: a login is one client, and others than this machine
    ///   need a token.
    init(at listener: Listener, _ settings: OrchestratorSettings, logger: Logger) throws {
        guard settings.broker.address.username == nil else {
            throw SettingsError(
                message: "the broker knows the orchestrator by its login, and nobody else under it: add a login with "
                    + "`baton user add NAME --kind dashboard`, and run `baton dashboard --user NAME` beside this")
        }
        do {
            configuration = try DashboardConfiguration(host: listener.host, port: listener.port)
        } catch {
            throw SettingsError(message: "dashboard: others than this machine need `baton dashboard` with a --token")
        }
        client = try ClientConfiguration(access: settings.broker, namespace: settings.namespace, name: nil)
        client.waitsForBroker = true
        client.timeout = .seconds(2)
        self.logger = logger
    }

    func run() async throws {
        guard let client = try await connected() else { return }
        let dashboard = Dashboard(
            client: client, configuration: configuration, logger: makeLogger("dashboard", level: .error)
        ) { address in
            logger.info("the dashboard is served", metadata: ["at": "\(address)"])
        }
        try await dashboard.run()
    }

    /// Waits for the broker, as the orchestrator does; nil when there is no more time for that.
    private func connected() async throws -> Client? {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do { return try await Client.connect(client) } catch {
                guard error.code == .brokerUnreachable else { throw error }
            }
        }
        return nil
    }
}
