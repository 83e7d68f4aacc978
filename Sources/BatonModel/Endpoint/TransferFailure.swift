import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// What kept a request from its answer, in words for people.
struct TransferFailure {
    private let reason: String
    private let isTimeout: Bool

    init(_ error: any Error) {
        isTimeout = Self.isTimeout(error)
        reason = isTimeout ? "no answer in time" : Self.reason(error)
    }

    func error(of url: URL) -> ModelError {
        ModelError(
            isTimeout ? .timeout : .unreachable, "\(url.scheme ?? "http")://\(url.host() ?? ""): \(reason)")
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        let timeouts: [HTTPClientError] = [
            .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .readTimeout, .deadlineExceeded,
        ]
        return (error as? HTTPClientError).map(timeouts.contains) ?? false
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            // A name that has an address was found, also when no connection was made.
            error.connectionErrors.first.map { reason($0.error) } ?? "there is no such host"
        case let error as IOError: reason(errno: error.errnoCode)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: tls(error)
        case let error as HTTPClientError: reason(error)
        case is ChannelError: "the connection broke"
        default: "the transfer failed (\(error))"
        }
    }

    private static func reason(_ error: HTTPClientError) -> String {
        switch error {
        case .remoteConnectionClosed, .uncleanShutdown: "the connection broke"
        case .proxyAuthenticationRequired: "the proxy wants a password"
        case .invalidProxyResponse: "the proxy does not let the request through"
        default: "the transfer failed (\(error))"
        }
    }

    private static func reason(errno: CInt) -> String {
        switch errno {
        case ECONNREFUSED: "nobody listens there"
        case ECONNRESET, EPIPE: "the connection broke"
        default: String(cString: strerror(errno))
        }
    }

    private static func tls(_ error: any Error) -> String {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "TLS failed, its certificate is for another host"
        }
        let detail = "\(error)"
        return detail.contains("CERTIFICATE_VERIFY_FAILED") || detail.contains("unableToValidateCertificate")
            ? "TLS failed, its certificate is not trusted here" : "TLS failed (\(detail))"
    }
}
