import BatonMQTT
import BatonTestKit
import Foundation
import Testing

/// Certificates for `localhost` from an authority that the tests make, and from one that nobody knows.
private final class Certificates {
    let directory: URL

    static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].map { URL(filePath: $0) }.first {
        FileManager.default.isExecutableFile(atPath: $0.path)
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "baton-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for authority in ["authority", "stranger"] {
            try make(["-subj", "/CN=\(authority)", "-addext", "basicConstraints=critical,CA:TRUE"], authority)
        }
        let issuer = ["-CA", "authority.crt", "-CAkey", "authority.key"]
        try make(issuer + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], "broker")
        try make(issuer + ["-subj", "/CN=ann"], "ann")
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    private func make(_ arguments: [String], _ name: String) throws {
        let log = directory.appending(path: "log")
        let common = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        let files = ["-keyout", "\(name).key", "-out", "\(name).crt"]
        let process = try GuardedProcess(
            try #require(Self.openssl), common + arguments + files, directory: directory, output: log)
        try #require(process.waitUntilExit() == 0, "\((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
    }

    var brokerSettings: [String] {
        ["cafile \(path("authority.crt"))", "certfile \(path("broker.crt"))", "keyfile \(path("broker.key"))"]
    }
}

@Suite(.enabled(if: Certificates.openssl != nil, "no openssl to make certificates with"))
struct TLSTests {
    private func configuration(_ broker: BrokerProcess, _ tls: Session.TLS) -> Session.Configuration {
        var configuration = Session.Configuration(broker, "ann", keeps: true)
        configuration.host = "localhost"
        configuration.tls = tls
        return configuration
    }

    @Test("Over TLS everything is as without, large messages and redelivery too")
    func roundTrip() throws {
        let certificates = try Certificates()
        let broker = try BrokerProcess(settings: certificates.brokerSettings)
        let configuration = configuration(broker, Session.TLS(authorityFile: certificates.path("authority.crt")))
        let pump = try Pump(configuration)
        try pump.subscribe("large")
        let payload = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        _ = try pump.session.publish("large", payload, qos: 1)
        try pump.session.write()
        while pump.messages.isEmpty {
            try pump.readOnce()
            if pump.messages.isEmpty { try pump.acknowledge() }
        }
        pump.session.abandon()
        let again = try Pump(configuration)
        try again.turn(until: { !$0.messages.isEmpty })
        #expect(again.messages.map(\.payload) == [payload])
        again.leave()
    }

    @Test("A broker whose certificate is signed by a stranger is not talked to")
    func stranger() throws {
        let certificates = try Certificates()
        let broker = try BrokerProcess(settings: certificates.brokerSettings)
        for tls in [Session.TLS(authorityFile: certificates.path("stranger.crt")), Session.TLS()] {
            let error = #expect(throws: MQTTError.self) { _ = try Pump(configuration(broker, tls)) }
            #expect(error?.code == .tls && error?.isRetriable == false)
        }
    }

    @Test("A certificate for another host is not accepted")
    func otherHost() throws {
        let certificates = try Certificates()
        let broker = try BrokerProcess(settings: certificates.brokerSettings)
        var configuration = configuration(broker, Session.TLS(authorityFile: certificates.path("authority.crt")))
        configuration.host = "127.0.0.1"
        let error = #expect(throws: MQTTError.self) { _ = try Pump(configuration) }
        #expect(error?.code == .tls)
    }

    @Test("A client shows its own certificate to a broker that asks for one")
    func clientCertificate() throws {
        let certificates = try Certificates()
        let broker = try BrokerProcess(settings: certificates.brokerSettings + ["require_certificate true"])
        var tls = Session.TLS(authorityFile: certificates.path("authority.crt"))
        #expect(throws: MQTTError.self) { _ = try Pump(configuration(broker, tls)) }
        tls.certificateFile = certificates.path("ann.crt")
        tls.keyFile = certificates.path("ann.key")
        let pump = try Pump(configuration(broker, tls))
        #expect(try pump.publish("topic", "x") == 0x10)
        pump.leave()
    }
}
