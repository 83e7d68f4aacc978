import Foundation

/// A proxy on the way to an endpoint, as the variables that most programs know name it.
public struct Proxy: Sendable, Equatable {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The proxy for a URL: `https_proxy` or `HTTPS_PROXY` for `https`, `http_proxy` for `http` (in lower case alone,
    /// as a request's header can set the other one in some servers' environments), unless `no_proxy` names the host.
    ///
    /// - Throws: ``ModelError`` when the variable is no URL that can be used.
    public static func named(
        for url: URL, in environment: [String: String]
    ) throws(ModelError) -> Proxy? {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let variable = url.scheme == "https" ? value("https_proxy", "HTTPS_PROXY") : value("http_proxy")
        guard let variable, let host = url.host(), !isLocal(host) else { return nil }
        if isExempt(host, from: value("no_proxy", "NO_PROXY") ?? "") { return nil }
        let text = variable.contains("://") ? variable : "http://" + variable
        guard let parts = URLComponents(string: text), parts.scheme == "http", let proxy = parts.host, !proxy.isEmpty,
            parts.user == nil, parts.password == nil
        else {
            throw ModelError(.configuration, "the proxy of the environment is not http://host:port, without a password")
        }
        return Proxy(host: proxy, port: parts.port ?? 80)
    }

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    /// Whether a list such as `example.org,.internal` has the host or a domain that it is in.
    private static func isExempt(_ host: String, from list: String) -> Bool {
        list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }.contains { entry in
            let domain = entry.hasPrefix(".") ? String(entry.dropFirst()) : entry
            return entry == "*" || (!domain.isEmpty && (host == domain || host.hasSuffix("." + domain)))
        }
    }
}
