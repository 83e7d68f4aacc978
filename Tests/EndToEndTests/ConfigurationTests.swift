import BatonOrchestrator
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    @Suite struct ConfigurationTests {
        @Test("Each command has the flags that docs/configuration.md says, and no others of the settings")
        func flags() async throws {
            let commands: [SettingKey.Reader: String] = [.serve: "serve", .agent: "agent", .requests: "list"]
            for (reader, command) in commands {
                let help = try await onThread {
                    try runToEnd(
                        Workspace.baton, [command, "--help"], directory: FileManager.default.temporaryDirectory)
                }
                let words = Set(help.output.split { " ,\n[]".contains($0) })
                for key in SettingKey.allCases {
                    let isThere = words.contains(Substring(key.flag))
                    #expect(isThere == key.entry.flagged.contains(reader), "\(command) and \(key.flag)")
                }
            }
        }

        @Test("A setting comes from a file, and one that is none is refused by its name")
        func file() async throws {
            let workspace = try Workspace()
            let file = workspace.directory.appending(path: "settings.json")
            try #"{"broker": "\#(workspace.broker.url)", "namespace": "elsewhere", "mqtt_version": "3.1.1"}"#.write(
                to: file, atomically: true, encoding: .utf8)
            let settings = ["BATON_BROKER": "", "BATON_CONFIG": file.path]
            let orchestrator = try workspace.serve(environment: settings)
            try await workspace.wait(for: "the orchestrator") {
                workspace.text(ofLog: "serve").contains("namespace=elsewhere")
            }
            let listed = try await workspace.run(["list"], environment: settings)
            #expect(listed.code == 0, "\(listed.error)")
            #expect(workspace.broker.log.contains("as baton-elsewhere (p2,"), "it speaks MQTT 3.1.1")
            try #"{"brokers": "x"}"#.write(to: file, atomically: true, encoding: .utf8)
            for words in [["list"], ["serve"], ["agent", "--role", "x", "--exec", "true"]] {
                let refused = try await workspace.run(words, environment: settings)
                #expect(
                    refused.code != 0 && refused.error.contains("there is no setting brokers"), "\(words): \(refused)")
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }
    }
}
