import BatonOrchestrator
import Foundation
import Testing

@Suite struct BrokerConfigurationTests {
    private let original = BrokerConfiguration(
        path: "a/mosquitto.conf",
        text: """
            # listener 1 in a comment stays
            listener 1883 127.0.0.1
            max_queued_messages 1000000
            persistence_location broker/data/

            """)

    @Test("The copy has another listener and another folder, and is the same otherwise")
    func replaced() throws {
        let lines = try original.replacing(port: 40_001, directory: "/tmp/a b").split(separator: "\n")
        #expect(
            lines.dropFirst() == [
                "# listener 1 in a comment stays", "listener 40001 127.0.0.1", "max_queued_messages 1000000",
                "persistence_location /tmp/a b/",
            ])
        #expect(lines[0].hasPrefix("#") && lines[0].contains("a/mosquitto.conf"))
    }

    @Test("A configuration without a folder gets one, and one on a network is moved to loopback")
    func completed() throws {
        let configuration = BrokerConfiguration(path: "a", text: "listener 1883 0.0.0.0")
        let lines = try configuration.replacing(port: 1, directory: "/b/").split(separator: "\n")
        #expect(lines.dropFirst() == ["listener 1 127.0.0.1", "persistence_location /b/"])
    }

    @Test(
        "Other than one listener is refused with what to do",
        arguments: [
            "listener 1\nlistener 2\n", "port 1\nlistener 2\n", "persistence true\n", "",
        ])
    func listeners(text: String) {
        let error = #expect(throws: BrokerError.self) {
            try BrokerConfiguration(path: "a.conf", text: text).replacing(port: 1, directory: "/b")
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("mosquitto -c a.conf") == true)
    }

    @Test("The committed configuration is the one that is found in a checkout, and differs in two lines from its copy")
    func committed() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let found = try BrokerConfiguration.find(nil, environment: [:], workingDirectory: root.path, program: nil)
        let before = found.text.split(separator: "\n")
        let after = try found.replacing(port: 1, directory: "/b").split(separator: "\n").dropFirst()
        #expect(Set(before).subtracting(after) == ["listener 1883 127.0.0.1", "persistence_location broker/data/"])
        #expect(before.count == after.count)
    }

    @Test("The option comes before the environment, that before the working directory, that before the program's place")
    func order() throws {
        let folder = try TemporaryFolder()
        let option = try folder.write("option", to: "option.conf")
        let variable = try folder.write("variable", to: "variable.conf")
        let here = try folder.write("here", to: "here/broker/mosquitto.conf")
        let above = try folder.write("above", to: "above/broker/mosquitto.conf")
        let program = folder.path + "/above/.build/debug/baton"

        let environment = [BrokerConfiguration.variable: variable]
        let place = folder.path + "/here"
        var found = try BrokerConfiguration.find(
            option, environment: environment, workingDirectory: place, program: program)
        #expect(found.path == option)
        #expect(found.text == "option")
        found = try BrokerConfiguration.find(nil, environment: environment, workingDirectory: place, program: program)
        #expect(found.path == variable)
        found = try BrokerConfiguration.find(
            nil, environment: [BrokerConfiguration.variable: ""], workingDirectory: place, program: program)
        #expect(found.path == here)
        found = try BrokerConfiguration.find(nil, environment: [:], workingDirectory: folder.path, program: program)
        #expect(found.path == above)
    }

    @Test("A file that is named must be there; with none at all the message says how to name one")
    func missing() throws {
        let folder = try TemporaryFolder()
        var error = #expect(throws: BrokerError.self) {
            try BrokerConfiguration.find(folder.path + "/none.conf", environment: [:], workingDirectory: "/")
        }
        #expect(error?.message.contains("none.conf") == true)
        error = #expect(throws: BrokerError.self) {
            try BrokerConfiguration.find(nil, environment: [:], workingDirectory: folder.path, program: nil)
        }
        #expect(error?.message.contains(BrokerConfiguration.variable) == true)
        #expect(error?.message.contains("--broker") == true)
    }
}

/// A folder that is gone with the object.
private final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}
