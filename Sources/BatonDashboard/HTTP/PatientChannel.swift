import Hummingbird
import NIOCore
import NIOSSL

/// What a request's answer needs to know of its connection.
struct Visit: RequestContext, Sendable {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Whether the browser showed a certificate, which was looked at when it connected.
    var hasCertificate: Bool {
        // Without TLS there is nothing to ask.
        get async {
            (try? await channel.nioSSL_peerCertificate().get()) != nil
        }
    }
}

/// Drops a connection whose browser does not read.
struct PatientChannel: Sendable {
    /// How long a browser may take to read what was sent.
    static let patience = TimeAmount.seconds(20)

    let channel: any Channel
    var patience = Self.patience

    /// Runs what writes; when it takes too long, the connection is closed, and the writing fails.
    func write(_ body: () async throws -> Void) async throws {
        let channel = channel
        let alarm = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        try await body()
    }

    /// An answer that is given up when the browser does not read it.
    func guarding(_ response: Response) -> Response {
        var response = response
        let (body, patient) = (response.body, self)
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            let inner = writer
            try await patient.write { try await body.write(inner) }
        }
        return response
    }
}
