import AsyncHTTPClient
import BatonMessages
import Foundation
import NIOCore
import NIOSSL

/// One request and its whole answer, bounded, without redirections.
///
/// Whoever answers faster than the answer is read waits: an endpoint that never stops costs what its bound says, and no
/// more, however busy the process is.
final class ChatTransfer: Sendable {
    struct Response: Sendable {
        var status: Int
        var retryAfter: String?
        var body: [UInt8]
    }

    private let url: URL
    private let headers: [(String, String)]
    private let client: HTTPClient

    init(_ configuration: ModelConfiguration) {
        url = configuration.url
        var headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        if let key = configuration.key { headers.append(("Authorization", "Bearer \(key.value)")) }
        self.headers = headers
        // Wherever a redirection leads, the key is not meant for it. A model may think for as long as the task may
        // take, which is for the caller to say.
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(30)),
            proxy: configuration.proxy.map { .server(host: $0.host, port: $0.port) })
        settings.connectionPool.retryConnectionEstablishment = false
        if let roots = configuration.certificateAuthorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(roots)
            settings.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    deinit { close() }

    /// Ends the connections; requests that are under way fail.
    func close() { client.shutdown(queue: .global()) { _ in } }

    /// - Throws: `CancellationError`, or ``ModelError``.
    func send(_ body: [UInt8], maxBytes: Int) async throws -> Response {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = .POST
        request.headers = .init(headers)
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, deadline: .distantFuture)
            let body = try await response.body.collect(upTo: maxBytes)
            try Task.checkCancellation()
            return Response(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"),
                body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw ModelError(.unreadable, "the endpoint's answer has more than \(maxBytes) bytes, and was cut")
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            throw TransferFailure(error).error(of: url)
        }
    }
}
