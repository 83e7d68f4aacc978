import Foundation
import FoundationNetworking
import Synchronization

/// One request and its whole answer, bounded, without redirections.
///
/// A delegate and not `URLSession.data(for:)`, which takes whatever comes: an endpoint that never stops would fill the
/// memory.
final class ChatTransfer: NSObject, URLSessionDataDelegate {
    struct Response: Sendable {
        var status: Int
        var retryAfter: String?
        var body: [UInt8]
    }

    private struct Open {
        let continuation: CheckedContinuation<Response, any Error>
        let maxBytes: Int
        var body: [UInt8] = []
        var isTooLarge = false
    }

    private let open = Mutex<[Int: Open]>([:])

    /// - Throws: `CancellationError`, or ``ModelError``.
    func send(_ request: URLRequest, in session: URLSession, maxBytes: Int) async throws -> Response {
        let task = session.dataTask(with: request)
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                open.withLock { $0[task.taskIdentifier] = Open(continuation: continuation, maxBytes: maxBytes) }
                // A cancellation before this line found nothing to abandon.
                if Task.isCancelled { abandon(task) } else { task.resume() }
            }
        } onCancel: {
            abandon(task)
        }
    }

    /// Ends a request at once, whatever the session says about it later.
    private func abandon(_ task: URLSessionDataTask) {
        task.cancel()
        let transfer = open.withLock { $0.removeValue(forKey: task.taskIdentifier) }
        transfer?.continuation.resume(throwing: CancellationError())
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let goesOn = open.withLock { open in
            guard var transfer = open.removeValue(forKey: dataTask.taskIdentifier) else { return false }
            transfer.isTooLarge = transfer.isTooLarge || transfer.body.count + data.count > transfer.maxBytes
            if !transfer.isTooLarge { transfer.body += data }
            open[dataTask.taskIdentifier] = transfer
            return !transfer.isTooLarge
        }
        if !goesOn { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let transfer = open.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        if transfer.isTooLarge {
            let cause = "the endpoint's answer has more than \(transfer.maxBytes) bytes, and was cut"
            return transfer.continuation.resume(throwing: ModelError(.unreadable, cause))
        }
        if let error {
            if (error as? URLError)?.code == .cancelled {
                return transfer.continuation.resume(throwing: CancellationError())
            }
            return transfer.continuation.resume(throwing: Self.failure(error, of: task))
        }
        guard let response = task.response as? HTTPURLResponse else {
            return transfer.continuation.resume(throwing: ModelError(.unreadable, "the endpoint does not speak HTTP"))
        }
        transfer.continuation.resume(
            returning: Response(
                status: response.statusCode, retryAfter: response.value(forHTTPHeaderField: "Retry-After"),
                body: transfer.body))
    }

    /// Wherever it leads, the key is not meant for it.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) { completionHandler(nil) }

    private static func failure(_ error: any Error, of task: URLSessionTask) -> ModelError {
        let place = task.originalRequest?.url.map { "\($0.scheme ?? "http")://\($0.host ?? "")" } ?? "the endpoint"
        guard let error = error as? URLError else { return ModelError(.unreachable, "\(place): \(error)") }
        let reason =
            switch error.code {
            case .cannotConnectToHost: "nobody listens there"
            case .cannotFindHost, .dnsLookupFailed: "there is no such host"
            case .timedOut: "no answer in time"
            case .networkConnectionLost: "the connection broke"
            case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
                .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
                "TLS failed, its certificate is not trusted here"
            default: "the transfer failed (\(error.code.rawValue))"
            }
        return ModelError(error.code == .timedOut ? .timeout : .unreachable, "\(place): \(reason)")
    }
}
