/// Where a broker is, and as whom to log in: `mqtt://host:1883`, `mqtts://user:password@host`.
public struct BrokerAddress: Sendable, Hashable {
    public var host: String
    public var port: Int
    public var usesTLS: Bool
    public var username: String?
    public var password: String?

    public init(
        host: String = "127.0.0.1", port: Int = 1883, usesTLS: Bool = false, username: String? = nil,
        password: String? = nil
    ) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        self.username = username
        self.password = password
    }

    /// Reads `mqtt://[user[:password]@]host[:port]`, or `mqtts://…`; without a scheme `mqtt` is meant.
    ///
    /// Default ports are 1883 and 8883. An IPv6 address stands in brackets. User and password may be percent-encoded.
    public init(parsing text: String) throws(MQTTError) {
        var rest = Substring(text)
        var tls = false
        if let scheme = rest.firstRange(of: "://") {
            switch rest[..<scheme.lowerBound].lowercased() {
            case "mqtt", "tcp": break
            case "mqtts", "ssl": tls = true
            case let other: throw Self.wrong(text, "“\(other)” is not a scheme for a broker; use mqtt or mqtts")
            }
            rest = rest[scheme.upperBound...]
        }
        if rest.last == "/" { rest.removeLast() }
        var login: (user: String, password: String?)?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = parts.first?.percentDecoded, !user.isEmpty else {
                throw Self.wrong(text, "the user name is missing or badly encoded")
            }
            let password = parts.count == 2 ? parts[1].percentDecoded : nil
            guard parts.count == 1 || password != nil else { throw Self.wrong(text, "the password is badly encoded") }
            login = (user, password)
            rest = rest[rest.index(after: at)...]
        }
        var host = rest
        var portText: Substring?
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw Self.wrong(text, "a bracket is not closed") }
            host = rest[rest.index(after: rest.startIndex)..<end]
            let tail = rest[rest.index(after: end)...]
            guard tail.isEmpty || tail.first == ":" else { throw Self.wrong(text, "what follows the host is no port") }
            portText = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = rest.lastIndex(of: ":") {
            host = rest[..<colon]
            portText = rest[rest.index(after: colon)...]
        }
        guard !host.isEmpty, !host.contains(where: { $0 == "/" || $0 == "\0" || $0.isWhitespace }) else {
            throw Self.wrong(text, "the host is missing or not a host")
        }
        let port = portText.map { Int($0) ?? 0 } ?? (tls ? 8883 : 1883)
        guard (1...65535).contains(port) else { throw Self.wrong(text, "the port is not between 1 and 65535") }
        self.init(
            host: String(host), port: port, usesTLS: tls, username: login?.user, password: login?.password)
    }

    private static func wrong(_ text: String, _ why: String) -> MQTTError {
        MQTTError(.invalidArgument, "“\(text.prefix(200))” is not a broker's address: \(why)")
    }
}

extension BrokerAddress: CustomStringConvertible {
    /// The address as a URL, without the password.
    public var description: String {
        let login = username.map { "\($0)@" } ?? ""
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(usesTLS ? "mqtts" : "mqtt")://\(login)\(name):\(port)"
    }
}

extension Substring {
    /// RFC 3986 section 2.1; nil when an escape is broken or the bytes are not UTF-8.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension Substring {
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
