import BatonTestKit
import Foundation
import Testing

@testable import BatonModel

/// The way to an endpoint that is not plain HTTP on this machine.
@Suite(.enabled(if: Certificates.openssl != nil, "no openssl to make certificates with"))
struct ModelTransportTests {
    private func handler(
        _ front: TLSFront, host: String = "localhost", trusting authorities: String?, through proxy: TLSFront? = nil
    ) throws -> ModelHandler {
        var configuration = try ModelConfiguration(url: "https://\(host):\(front.port)/v1", model: "tiny")
        configuration.key = try APIKey("sk-verysecret-0123456789")
        configuration.certificateAuthorities = authorities
        configuration.proxy = proxy.map { Proxy(host: "127.0.0.1", port: $0.port) }
        configuration.tries = 1
        return ModelHandler(configuration)
    }

    @Test("An endpoint over TLS is asked when its certificate leads to the authorities that were named")
    func overTLS() async throws {
        let certificates = try Certificates()
        let server = try ChatServer(.answer("# Brief"))
        let front = try TLSFront(to: server.port, certificates)
        let outcome = try await handler(front, trusting: certificates.path("authority.crt"))
            .handle(Samples.context(Samples.command()))
        #expect(outcome.error == nil && outcome.artifacts.count == 1, "\(String(describing: outcome.error))")
        #expect(server.requests.map(\.headers["authorization"]) == ["Bearer sk-verysecret-0123456789"])
    }

    @Test("One that is signed by a stranger, or for another host, never gets the request")
    func untrusted() async throws {
        let certificates = try Certificates()
        let server = try ChatServer(.answer("# Brief"))
        let front = try TLSFront(to: server.port, certificates)
        let (authority, stranger) = (certificates.path("authority.crt"), certificates.path("stranger.crt"))
        for (host, trusted, reason) in [
            ("localhost", stranger, "is not trusted here"), ("localhost", nil, "is not trusted here"),
            ("127.0.0.1", authority, "is for another host"),
        ] {
            let handler = try handler(front, host: host, trusting: trusted)
            let error = try await handler.handle(Samples.context(Samples.command())).error
            #expect(error?.code == "model_unreachable")
            #expect(error?.message == "https://\(host): TLS failed, its certificate \(reason)")
        }
        #expect(server.requests.isEmpty)
    }

    @Test("Through a proxy the endpoint is asked by its name, and TLS goes through to it")
    func throughProxy() async throws {
        let certificates = try Certificates()
        let server = try ChatServer(.answer("# Brief"))
        let front = try TLSFront(to: server.port, certificates)
        let log = certificates.directory.appending(path: "proxy.log")
        let proxy = try TLSFront(to: front.port, nil, log: log)
        let outcome = try await handler(front, trusting: certificates.path("authority.crt"), through: proxy)
            .handle(Samples.context(Samples.command()))
        #expect(outcome.error == nil && server.requests.count == 1, "\(String(describing: outcome.error))")
        #expect(try String(contentsOf: log, encoding: .utf8) == "CONNECT localhost:\(front.port) HTTP/1.1\n")
    }

    @Test("The proxy is the environment's, but not for hosts that it exempts, nor for this machine")
    func environment() throws {
        func proxy(_ url: String, _ environment: [String: String]) throws -> Proxy? {
            try Proxy.named(for: URL(string: url)!, in: environment)
        }
        let all = ["https_proxy": "http://gate:3128", "http_proxy": "plain", "no_proxy": "in.example, .local"]
        #expect(try proxy("https://api.example/v1", all) == Proxy(host: "gate", port: 3128))
        #expect(try proxy("http://api.example/v1", all) == Proxy(host: "plain", port: 80))
        for host in ["in.example", "a.in.example", "x.local", "127.0.0.1", "localhost"] {
            #expect(try proxy("https://\(host)", all) == nil, "\(host)")
        }
        #expect(try proxy("https://notin.example", all) != nil)
        #expect(try proxy("https://api.example", ["https_proxy": "http://gate", "NO_PROXY": "*"]) == nil)
        // A request's header can set this one in some servers' environments.
        #expect(try proxy("http://api.example", ["HTTP_PROXY": "http://gate"]) == nil)
        for unusable in ["socks5://gate:1080", "http://ann:secret@gate", "http://"] {
            #expect(throws: ModelError.self) { try proxy("https://api.example", ["https_proxy": unusable]) }
        }
    }
}
