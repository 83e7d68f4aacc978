import BatonClient

/// Where the dashboard listens, and whom it lets in.
public struct DashboardConfiguration: Sendable {
    /// Shorter tokens can be guessed.
    public static let minTokenBytes = 16

    /// The address to listen on.
    public let host: String
    /// 0: a free one.
    public let port: Int
    /// What a browser must show once; nil lets in whoever reaches the port.
    public let token: String?
    /// Names, beside `localhost` and addresses, under which browsers know this server.
    public let names: Set<String>
    /// Shows, and changes nothing: no question can be answered, no run be steered.
    public let isReadOnly: Bool
    /// HTTPS in place of HTTP; nil speaks in the clear.
    public let encryption: Encryption?

    /// - Throws: ``DashboardError`` when others than this machine could come in without a token or a certificate.
    public init(
        host: String = "127.0.0.1", port: Int = 0, token: String? = nil, names: [String] = [],
        isReadOnly: Bool = false, encryption: Encryption? = nil
    ) throws(DashboardError) {
        guard (0...65535).contains(port) else { throw DashboardError("--port takes 0 to 65535") }
        if let token, token.utf8.count < Self.minTokenBytes {
            throw DashboardError(
                "a token has at least \(Self.minTokenBytes) characters; `openssl rand -hex 16` makes one")
        }
        guard token != nil || encryption?.clientAuthorityFile != nil || Self.isLoopback(host) else {
            throw DashboardError(
                "whoever reaches \(TerminalText.line(host, maxLength: 80)) could steer runs; "
                    + "give a --token or a --client-ca, or listen on 127.0.0.1")
        }
        self.host = host
        self.port = port
        self.token = token
        self.names = Set(names.map { $0.lowercased() })
        self.isReadOnly = isReadOnly
        self.encryption = encryption
    }

    /// Who is let in, in a sentence for whoever started it; nil: whoever reaches it, from this machine.
    public var admission: String? {
        switch (token, encryption?.clientAuthorityFile) {
        case (nil, nil): nil
        case (_?, nil): "Browsers have to show the token."
        case (nil, let file?): "Browsers have to show a certificate of \(TerminalText.line(file))."
        case (_?, let file?): "Browsers have to show a certificate of \(TerminalText.line(file)), or the token."
        }
    }

    /// Whether only this machine reaches an address. A name is one only if it is `localhost`.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
