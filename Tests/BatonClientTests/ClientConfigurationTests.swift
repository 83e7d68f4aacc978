import BatonClient
import Foundation
import Testing

@Suite struct ClientConfigurationTests {
    @Test("Without any setting the client talks to the loopback")
    func defaults() throws {
        let configuration = try ClientConfiguration(environment: [:])
        #expect(configuration.broker == BrokerAddress(host: "127.0.0.1", port: 1883))
        #expect(configuration.namespace == "default")
    }

    @Test("What is given wins over the environment, and that over the default")
    func precedence() throws {
        let environment = [
            "BATON_BROKER": "mqtts://broker.example", "BATON_NAMESPACE": "shop", "BATON_USER": "ann",
            "BATON_CA_FILE": "ca.pem",
        ]
        let configuration = try ClientConfiguration(environment: environment)
        #expect(
            configuration.broker == BrokerAddress(host: "broker.example", port: 8883, usesTLS: true, username: "ann"))
        #expect(configuration.namespace == "shop")
        #expect(configuration.authorityFile == "ca.pem")
        let other = try ClientConfiguration(
            broker: "mqtt://eve:x@localhost:99", namespace: "toys", user: "bob", environment: environment)
        #expect(other.broker == BrokerAddress(host: "localhost", port: 99, username: "bob", password: "x"))
        #expect(other.namespace == "toys")
    }

    @Test("A client has a name of its own only where one is given")
    func name() throws {
        #expect(try ClientConfiguration(environment: [:]).name == nil)
        #expect(try ClientConfiguration(environment: ["BATON_CLIENT_ID": "ann"]).name == "ann")
        #expect(throws: ClientError.self) { try ClientConfiguration(name: "a/b", environment: [:]) }
    }

    @Test("An empty variable is as good as none")
    func emptyVariable() throws {
        #expect(try ClientConfiguration(environment: ["BATON_BROKER": ""]).broker == BrokerAddress())
    }

    @Test("The password is the first line of its file")
    func passwordFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try "s3cret \nmore\n".write(to: file, atomically: true, encoding: .utf8)
        let configuration = try ClientConfiguration(user: "ann", passwordFile: file.path, environment: [:])
        #expect(configuration.broker.password == "s3cret ")
        #expect(throws: ClientError.self) { try ClientConfiguration(passwordFile: file.path, environment: [:]) }
        try "\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(throws: ClientError.self) {
            try ClientConfiguration(user: "ann", passwordFile: file.path, environment: [:])
        }
        #expect(throws: ClientError.self) {
            try ClientConfiguration(user: "ann", passwordFile: file.path + "-not-there", environment: [:])
        }
    }

    @Test(
        "A setting that can't work is refused with what to write instead",
        arguments: [
            ("http://x", nil, "mqtt://127.0.0.1:1883"), ("mqtt://:99", nil, "mqtt://127.0.0.1:1883"),
            ("mqtt://h:0", nil, "mqtt://127.0.0.1:1883"), (nil, "a/b", "letters"), (nil, "", "letters"),
            (nil, "\u{1B}[2J", "letters"),
        ] as [(String?, String?, String)])
    func wrong(broker: String?, namespace: String?, hint: String) {
        let error = #expect(throws: ClientError.self) {
            try ClientConfiguration(broker: broker, namespace: namespace, environment: [:])
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(hint) == true)
        #expect(error?.message.contains("\u{1B}") == false)
    }
}
