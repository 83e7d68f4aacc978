/// Who may come in, and whether a request is meant by the person at the browser.
struct Gate: Sendable {
    /// The cookie of those who showed the token.
    static let cookie = "baton-dashboard"
    /// The field of forms that proves that this server wrote them.
    static let formField = "key"

    private let token: String?
    private let names: Set<String>
    /// Whether browsers come by HTTPS to this process itself.
    private let isEncrypted: Bool
    /// What the cookie holds: another one in each process.
    let session: String
    /// What forms hold: another one in each process.
    let formKey: String

    init(token: String?, names: Set<String>, isEncrypted: Bool = false) {
        self.token = token
        self.names = names
        self.isEncrypted = isEncrypted
        session = Self.random()
        formKey = Self.random()
    }

    /// 256 bits that nobody can guess, in hexadecimal digits.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Whether a `Host` is one of this server's: an address, `localhost`, or a name that was given.
    ///
    /// A page elsewhere can let its own name lead here (DNS rebinding), and would then be of the same origin: its name
    /// is what gives it away. An address cannot be had in that way.
    func knows(host: String?) -> Bool {
        guard let host, !host.isEmpty, host.utf8.count <= 255 else { return false }
        let name = Self.name(inHost: host.lowercased())
        return name == "localhost" || names.contains(name) || Self.isAddress(name)
    }

    private static func name(inHost host: String) -> String {
        if host.hasPrefix("[") { return String(host.prefix { $0 != "]" }.dropFirst()) }
        return String(host.prefix { $0 != ":" })
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.contains(":") { return name.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether what changes something comes from a page of this server.
    ///
    /// - Parameters:
    ///   - origin: the `Origin` header, which browsers send with every POST.
    ///   - site: `Sec-Fetch-Site`, which newer ones send as well.
    func isSameOrigin(origin: String?, site: String?, host: String?) -> Bool {
        if let site, site != "same-origin" { return false }
        guard let origin else { return site == "same-origin" }
        // A proxy in front may speak HTTPS for a server that does not.
        let schemes = isEncrypted ? ["https://"] : ["http://", "https://"]
        guard let host, let scheme = schemes.first(where: origin.hasPrefix) else { return false }
        return origin.dropFirst(scheme.count).lowercased() == host.lowercased()
    }

    /// Whether a form was written by this process.
    func isOwn(formKey given: String?) -> Bool { given.map { Self.equal($0, formKey) } ?? false }

    var needsLogin: Bool { token != nil }

    /// What a browser that has shown the token is given; never in the clear where there is HTTPS.
    var sessionCookie: String {
        "\(Self.cookie)=\(session); Path=/; HttpOnly; SameSite=Strict\(isEncrypted ? "; Secure" : "")"
    }

    /// Whether the browser has shown the token: by its cookie, or in an `Authorization: Bearer`; or a certificate.
    func isIn(cookies: String?, authorization: String?, hasCertificate: Bool = false) -> Bool {
        guard let token, !hasCertificate else { return true }
        if let authorization, authorization.hasPrefix("Bearer ") {
            return Self.equal(String(authorization.dropFirst("Bearer ".count)), token)
        }
        let pairs = (cookies ?? "").split(separator: ";").prefix(64)
        return pairs.contains { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmed == Self.cookie else { return false }
            return Self.equal(String(parts[1].trimmed), session)
        }
    }

    func takes(token given: String?) -> Bool {
        guard let token, let given else { return false }
        return Self.equal(given, token)
    }

    /// In a time that does not tell how much of it was right.
    private static func equal(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
