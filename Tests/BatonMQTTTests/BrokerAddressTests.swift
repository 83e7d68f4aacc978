import BatonMQTT
import Testing

struct BrokerAddressTests {
    @Test(
        "Addresses are read with their defaults",
        arguments: [
            ("mqtt://127.0.0.1:1883", BrokerAddress(host: "127.0.0.1", port: 1883)),
            ("mqtt://broker", BrokerAddress(host: "broker", port: 1883)),
            ("mqtts://broker/", BrokerAddress(host: "broker", port: 8883, usesTLS: true)),
            ("broker:77", BrokerAddress(host: "broker", port: 77)),
            ("mqtt://[::1]:1884", BrokerAddress(host: "::1", port: 1884)),
            ("mqtt://[::1]", BrokerAddress(host: "::1", port: 1883)),
            (
                "mqtts://ann:p%40ss:w@broker",
                BrokerAddress(host: "broker", port: 8883, usesTLS: true, username: "ann", password: "p@ss:w")
            ),
            ("mqtt://ann@broker", BrokerAddress(host: "broker", port: 1883, username: "ann")),
        ])
    func parsing(text: String, address: BrokerAddress) throws {
        #expect(try BrokerAddress(parsing: text) == address)
    }

    @Test(
        "What is no address is refused with the reason",
        arguments: [
            "", "http://broker", "mqtt://", "mqtt://broker:0", "mqtt://broker:65536", "mqtt://broker:x", "mqtt://[::1",
            "mqtt://a b", "mqtt://broker/path", "mqtt://@broker", "mqtt://%zz@broker", "mqtt://[::1]x",
        ])
    func refusals(text: String) {
        let error = #expect(throws: MQTTError.self) { _ = try BrokerAddress(parsing: text) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("The description names the user and never the password")
    func description() throws {
        #expect("\(try BrokerAddress(parsing: "mqtts://ann:secret@[::1]"))" == "mqtts://ann@[::1]:8883")
    }
}
