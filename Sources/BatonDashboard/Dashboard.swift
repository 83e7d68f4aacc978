import BatonClient
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle

/// Serves pages about the runs of one orchestrator, as a client of the broker like any other.
///
/// ```swift
/// let client = try await Client.connect(ClientConfiguration())
/// let dashboard = Dashboard(client: client, configuration: try DashboardConfiguration()) { print($0) }
/// try await dashboard.run()
/// ```
public struct Dashboard: Service {
    /// More connections wait until others are gone.
    private static let maxConnections = 512
    /// A connection that asks for nothing, or does not finish asking, is closed.
    private static let idleTimeout = TimeAmount.seconds(30)
    private static let maxHeaderBytes = 16 << 10

    private let client: Client
    private let configuration: DashboardConfiguration
    private let logger: Logger
    private let onListening: @Sendable (String) async -> Void

    /// - Parameter onListening: is told the address of the first page, once it can be opened.
    public init(
        client: Client, configuration: DashboardConfiguration, logger: Logger = Logger(label: "dashboard"),
        onListening: @escaping @Sendable (String) async -> Void = { _ in }
    ) {
        self.client = client
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until it is told to stop; then event streams end, and the client says goodbye.
    public func run() async throws {
        let feed = Feed(client: client)
        await feed.start()
        let frame = Frame(
            gate: Gate(
                token: configuration.token, names: configuration.names, isEncrypted: configuration.encryption != nil),
            isReadOnly: configuration.isReadOnly,
            namespace: client.configuration.namespace)
        let host = configuration.host
        let scheme = configuration.encryption == nil ? "http" : "https"
        let application = Application(
            responder: Responder(feed: feed, frame: frame), server: try server,
            configuration: .init(
                address: .hostname(host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maxConnections, logger: logger)),
            onServerRunning: { [onListening] channel in
                let port = channel.localAddress?.port ?? 0
                await onListening("\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/")
            },
            logger: logger)
        do {
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: {
                // Streams would keep the server from ending.
                Task { await feed.stop() }
            }
        } catch {
            await feed.stop()
            await client.stop()
            throw obstacle(error) ?? error
        }
        await feed.stop()
        await client.stop()
    }

    /// Why nobody can be listened to at the address, in a sentence.
    private func obstacle(_ error: any Error) -> DashboardError? {
        let host = TerminalText.line(configuration.host, maxLength: 80)
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            return DashboardError(
                "port \(configuration.port) of \(host) is taken: give another with --port, or 0 for a free one")
        case let error as IOError where error.errnoCode == EACCES:
            return DashboardError("port \(configuration.port) of \(host) is not for this user: take one from 1024 on")
        case is IOError, is SocketAddressError, is SocketAddressError.UnknownHost:
            return DashboardError("\(host) is no address of this machine: give one of its own with --host")
        default: return nil
        }
    }

    private var server: HTTPServerBuilder {
        get throws {
            let plain = HTTPServerBuilder.http1(
                configuration: .init(
                    idleTimeout: Self.idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.maxHeaderBytes, maxHeaderListSize: Self.maxHeaderBytes,
                        maxHeaderFieldCount: 100)))
            guard let encryption = configuration.encryption else { return plain }
            return try .tls(
                plain, tlsConfiguration: encryption.configuration(hasToken: configuration.token != nil))
        }
    }
}
