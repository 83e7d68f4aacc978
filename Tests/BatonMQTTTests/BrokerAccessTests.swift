import BatonMQTT
import Foundation
import Testing

@Suite struct BrokerAccessTests {
    private func read(_ settings: [String: String]) throws -> BrokerAccess { try BrokerAccess { settings[$0] } }

    /// A file for one test.
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path)
    }

    @Test("Without settings it is the loopback, without TLS, in version 5")
    func defaults() throws {
        let access = try read([:])
        #expect(access == BrokerAccess() && access.address == BrokerAddress() && access.tls == nil)
        #expect(access.version == .v5)
        #expect(try read(["mqtt_version": "3.1.1"]).version == .v311)
        #expect(try read(["broker": "mqtts://b"]).tls == Session.TLS())
    }

    @Test("A user counts more than the URL's, and the password is the first line of its file")
    func login() throws {
        try withFile("s3cret\nmore\n") { file in
            let access = try read([
                "broker": "mqtts://eve:x@b:99", "user": "ann", "password_file": file, "tls_ca": file, "cert": file,
                "key": file,
            ])
            #expect(
                access.address
                    == BrokerAddress(host: "b", port: 99, usesTLS: true, username: "ann", password: "s3cret"))
            #expect(access.tls == Session.TLS(authorityFile: file, certificateFile: file, keyFile: file))
        }
    }

    @Test("What can't protect what was meant to be protected is refused, with the setting's name")
    func wrong() throws {
        try withFile("\n") { file in
            let cases: [(settings: [String: String], words: String)] = [
                (["broker": "http://b"], "broker:"), (["mqtt_version": "4"], "mqtt_version must be 5 or 3.1.1"),
                (["tls_ca": file], "without TLS: write mqtts://"),
                (["broker": "mqtts://b", "cert": file], "cert and key belong together"),
                (["broker": "mqtts://b", "tls_ca": file + "-not-there"], "tls_ca:"),
                (["password_file": file, "user": "ann"], "the first line of"),
                (["password_file": file + "-not-there", "user": "ann"], "can't be read"),
            ]
            for (settings, words) in cases {
                let error = #expect(throws: MQTTError.self) { try read(settings) }
                #expect(
                    error?.code == .invalidArgument && error?.cause.contains(words) == true,
                    "\(String(describing: error))")
            }
        }
        try withFile("secret") { file in
            #expect(throws: MQTTError.self) { try read(["password_file": file]) }
        }
    }
}
