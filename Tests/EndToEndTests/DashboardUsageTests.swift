import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What `baton dashboard` says when it can't be started as it was told to.
    @Suite struct DashboardUsageTests {
        private func refusal(_ workspace: Workspace, _ words: String...) async throws -> String {
            let result = try await workspace.run(["dashboard"] + words, limit: .seconds(30))
            #expect(result.code == 2 && result.output.isEmpty, "\(words): \(result)")
            #expect(result.error.hasPrefix("baton: "), "\(words): \(result)")
            return result.error
        }

        /// A refusal that is one sentence on one line.
        private func sentence(_ workspace: Workspace, _ words: [String]) async throws -> String {
            let result = try await workspace.run(["dashboard"] + words, limit: .seconds(30))
            #expect(result.code == 2 && result.output.isEmpty, "\(words): \(result)")
            #expect(result.error.split(separator: "\n").count == 1, "\(words): \(result)")
            return result.error
        }

        @Test("A port that there is not is wrong usage")
        func ports() async throws {
            let workspace = try Workspace()
            for port in ["70000", "-1"] {
                let told = try await refusal(workspace, "--port=\(port)")
                #expect(told.contains("--port takes 0 to 65535."), "\(told)")
            }
            let told = try await refusal(workspace, "--port", "http")
            #expect(told.contains("'http' is invalid"), "\(told)")
        }

        @Test("An address that can't be listened on is told in a sentence, and so is what can't be read")
        func sentences() async throws {
            let workspace = try Workspace()
            let token = ["--token", "0123456789abcdef"]
            let cases: [([String], String)] = [
                (["--host", "192.0.2.7"] + token, "192.0.2.7 is no address of this machine"),
                (["--host", "no-such-host.invalid"] + token, "no-such-host.invalid is no address of this machine"),
                (["--port", "\(workspace.broker.port)"], "port \(workspace.broker.port) of 127.0.0.1 is taken"),
                (["--token-file", "missing"], "the token file missing can't be read; check its path"),
                (["--token-file", "."], "the token file . can't be read; check its path"),
                (["--token", "short"], "a token has at least 16 characters"),
                (["--host", "0.0.0.0"], "whoever reaches 0.0.0.0 could steer runs"),
                (["--https-cert", "missing", "--https-key", "missing"], "missing can't be read as the certificate"),
            ]
            for (words, expected) in cases {
                let told = try await sentence(workspace, words)
                #expect(told.hasPrefix("baton: \(expected)"), "\(words): \(told)")
            }
        }
    }
}
