import Hummingbird

/// Server-sent events: each says that there is something new, and the page asks for it.
///
/// What waits for a browser is one sign at most, however much happens and however slowly it reads.
struct EventStream: Sendable {
    /// Signs closer together are one.
    static let pace = Duration.milliseconds(250)
    /// So often there is a sign in any case: a connection that is gone is noticed, and no page is older.
    static let heartbeat = Duration.seconds(15)

    /// Ends when the server stops.
    let signs: AsyncStream<Void>

    /// The answer that goes on until the browser leaves or the signs end.
    func response(through channel: PatientChannel) -> Response {
        var headers = Page.headers
        headers[.contentType] = "text/event-stream"
        let signs = signs
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                var number = 0
                // A browser whose connection broke tries again after two seconds.
                try await Self.send("retry: 2000\n\n", &writer, channel)
                for await _ in signs {
                    number += 1
                    try await Self.send("event: changed\ndata: \(number)\n\n", &writer, channel)
                    try await Task.sleep(for: Self.pace)
                }
                try await writer.finish(nil)
            })
    }

    private static func send(
        _ text: String, _ writer: inout any ResponseBodyWriter, _ channel: PatientChannel
    ) async throws {
        var inner = writer
        try await channel.write { try await inner.write(ByteBuffer(string: text)) }
        writer = inner
    }
}
