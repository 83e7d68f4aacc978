import BatonMetrics
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Serves `GET /metrics` for Prometheus, and whatever reads its text format. Numbers only: no name of a run, a document
/// or an agent is in them.
public struct MetricsServer: Service {
    private static let maxConnections = 32
    private static let idleTimeout = TimeAmount.seconds(30)

    private let registry: MetricsRegistry
    private let host: String
    private let port: Int
    private let logger: Logger
    private let process = ProcessFigures()
    private let onListening: @Sendable (String) async -> Void

    /// - Parameters:
    ///   - port: 0 is a free one.
    ///   - onListening: is told the address, once it can be asked.
    public init(
        registry: MetricsRegistry, host: String, port: Int, logger: Logger,
        onListening: @escaping @Sendable (String) async -> Void = { _ in }
    ) {
        self.registry = registry
        self.host = host
        self.port = port
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until it is told to stop.
    public func run() async throws {
        let (registry, process, host) = (registry, process, host)
        let router = Router()
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: MetricsRegistry.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: registry.text() + process.text())))
        }
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
            configuration: .init(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maxConnections, logger: logger)),
            onServerRunning: { [onListening] channel in
                let port = channel.localAddress?.port ?? 0
                await onListening("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/metrics")
            },
            logger: logger)
        try await application.run()
    }
}
