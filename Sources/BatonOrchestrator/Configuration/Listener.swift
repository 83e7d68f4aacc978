/// Where a program listens.
public struct Listener: Sendable, Equatable {
    public let host: String
    /// 0: a free one.
    public let port: Int

    /// - Parameter text: a port of this machine's own address, or `HOST:PORT`, an IPv6 address in brackets.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else {
            guard let port = Self.port(text[...]) else { return nil }
            (host, self.port) = ("127.0.0.1", port)
            return
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard let port = Self.port(text[text.index(after: colon)...]), !host.isEmpty,
            !host.contains(where: { $0.isWhitespace || $0 == "/" })
        else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    private static func port(_ text: Substring) -> Int? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(text), port <= 65535 else { return nil }
        return port
    }
}
