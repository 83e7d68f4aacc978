import Hummingbird

/// Answers, each with the headers that keep a page to itself.
enum Page {
    /// Nothing but this server's own script and style; no frames around it, nothing from elsewhere.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    static let headers: HTTPFields = [
        .contentSecurityPolicy: policy,
        .xContentTypeOptions: "nosniff",
        .init("X-Frame-Options")!: "DENY",
        // Not `no-referrer`: browsers would send `Origin: null` with this server's own forms.
        .init("Referrer-Policy")!: "same-origin",
        .init("Cross-Origin-Opener-Policy")!: "same-origin",
        .init("Cross-Origin-Resource-Policy")!: "same-origin",
        .cacheControl: "no-store",
    ]

    static func html(_ html: HTML, status: HTTPResponse.Status = .ok) -> Response {
        answer(Array(html.markup.utf8), type: "text/html; charset=utf-8", status: status)
    }

    static func asset(_ text: String, type: String) -> Response { answer(Array(text.utf8), type: type, status: .ok) }

    static func plain(_ text: String, status: HTTPResponse.Status) -> Response {
        answer(Array((text + "\n").utf8), type: "text/plain; charset=utf-8", status: status)
    }

    /// - Parameter location: a path of this server.
    static func redirect(to location: String, cookie: String? = nil) -> Response {
        var fields = headers
        fields[.location] = location
        if let cookie { fields[.setCookie] = cookie }
        return Response(status: .seeOther, headers: fields)
    }

    private static func answer(_ bytes: [UInt8], type: String, status: HTTPResponse.Status) -> Response {
        var fields = headers
        fields[.contentType] = type
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
