import BatonMQTT
import BatonTestKit
import Foundation
import Testing

extension Certificates {
    fileprivate var brokerSettings: [String] {
        ["cafile \(path("authority.crt"))", "certfile \(path("server.crt"))", "keyfile \(path("server.key"))"]
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
