import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What goes wrong before anything runs is said in one sentence that tells what to do, with an exit code.
    @Suite struct FailureMessagesTests {
        private func expectOneSentence(
            _ result: (code: Int32, output: String, error: String), containing words: String...,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(result.code != 0, sourceLocation: sourceLocation)
            let lines = result.error.split(separator: "\n").filter { $0.hasPrefix("baton: ") }
            #expect(lines.count == 1, "\(result.error)", sourceLocation: sourceLocation)
            for word in words {
                #expect(result.error.contains(word), "\(result.error)", sourceLocation: sourceLocation)
            }
            #expect(
                !result.error.contains("Fatal error") && !result.error.contains("Error("),
                sourceLocation: sourceLocation)
        }

        @Test("Wrong arguments: the usage, and exit code 2")
        func usage() async throws {
            let workspace = try Workspace()
            for arguments in [
                ["start"], ["serve", "--port", "x"], ["frobnicate"], ["watch", "--nope"], ["agent", "--role", "pm"],
            ] {
                let result = try await workspace.run(arguments)
                #expect(result.code == 2, "\(arguments): \(result.code) \(result.error)")
                #expect(
                    result.error.contains("Usage:") || result.error.contains("usage"), "\(arguments): \(result.error)")
            }
            #expect(try await workspace.run(["--help"]).code == 0)
        }

        @Test("A wrong name of an agent or a role, and two things that do the work, are wrong usage, and named")
        func agents() async throws {
            let workspace = try Workspace()
            let table: [(words: [String], told: String)] = [
                (["agent", "--role", "a b", "--exec", "true"], "the role “a b” can't begin an agent's id"),
                (["agent", "--role", "pm", "--id", "x y", "--exec", "true"], "--id takes"),
                (["agent", "--role", "pm", "--exec", "true", "--openai", "http://x", "--model", "y"], "not both"),
                (["check-agent", "--role", "bad role/x", "--", "true"], "--role takes"),
                (["check-agent", "--id", "a b", "--", "true"], "--id takes"),
            ]
            for (words, told) in table {
                let result = try await workspace.run(words)
                #expect(result.code == 2 && result.error.contains(told), "\(words): \(result.code) \(result.error)")
            }
        }

        @Test("A broker with TLS: a certificate that nobody vouches for, and a client without TLS")
        func secureBroker() async throws {
            guard Certificates.openssl != nil else { return print("skipped: no openssl to make certificates with") }
            let certificates = try Certificates()
            let broker = try BrokerProcess(settings: [
                "cafile \(certificates.path("authority.crt"))", "certfile \(certificates.path("server.crt"))",
                "keyfile \(certificates.path("server.key"))",
            ])
            let workspace = try Workspace(broker: broker)
            let address = "localhost:\(broker.port)"
            let stranger = try await workspace.run(["list", "--broker", "mqtts://\(address)", "--timeout", "5"])
            expectOneSentence(
                stranger, containing: "the broker's certificate is not trusted; name its CA with --tls-ca")
            #expect(stranger.code == 4)
            let plain = try await workspace.run(["list", "--broker", "mqtt://\(address)", "--timeout", "5"])
            expectOneSentence(plain, containing: "is not MQTT without TLS", "try mqtts://")
            #expect(plain.code == 4)
        }

        @Test("No broker, and no orchestrator, are told apart")
        func unreachable() async throws {
            let workspace = try Workspace()
            let port = try freePort()
            let noBroker = try await workspace.run(["list", "--broker", "mqtt://127.0.0.1:\(port)", "--timeout", "2"])
            expectOneSentence(noBroker, containing: "broker", "\(port)")
            #expect(noBroker.code == 4)
            let noOrchestrator = try await workspace.run(["list", "--timeout", "2"])
            expectOneSentence(noOrchestrator, containing: "orchestrator", "baton serve")
            #expect(noOrchestrator.code == 4)
        }

        @Test("A missing library, a broken workflow, an unknown workflow")
        func workflows() async throws {
            let workspace = try Workspace()
            expectOneSentence(
                try await workspace.run(["serve", "--library", "nowhere", "--database", workspace.database]),
                containing: "nowhere")
            let broken = workspace.directory.appending(path: "broken.yaml")
            try "workflow:\n  id: x\n\tname: y\n".write(to: broken, atomically: true, encoding: .utf8)
            let validated = try await workspace.run(["validate", "broken.yaml"])
            #expect(validated.code == 1)
            #expect((validated.output + validated.error).contains("broken.yaml:3:"), "\(validated)")
            let missing = try await workspace.run(["validate", "missing.yaml"])
            #expect(missing.code != 0)
            #expect((missing.output + missing.error).contains("missing.yaml"))

            let orchestrator = try workspace.serve()
            let unknown = try await workspace.run(["start", "no-such-workflow"])
            expectOneSentence(unknown, containing: "no-such-workflow", "greenfield-fullstack")
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test("A database that another orchestrator has, and what holds it")
        func lockedDatabase() async throws {
            let workspace = try Workspace()
            let first = try workspace.serve()
            try await workspace.wait(for: "the first") { workspace.text(ofLog: "serve").contains("connected") }
            let second = try await workspace.run([
                "serve", "--database", workspace.database, "--library",
                Workspace.package.appending(path: "workflows").path,
            ])
            expectOneSentence(second, containing: "in use", "process \(first.identifier)")
            first.signal(SIGTERM)
            #expect(first.waitUntilExit() == 0)
        }

        @Test("Another orchestrator on the same namespace, with a database of its own")
        func namespaceTaken() async throws {
            let workspace = try Workspace()
            let first = try workspace.serve()
            try await workspace.wait(for: "the first") { workspace.text(ofLog: "serve").contains("connected") }
            let other = workspace.directory.appending(path: "other.sqlite").path
            let second = try await workspace.run(
                [
                    "serve", "--database", other, "--library", Workspace.package.appending(path: "workflows").path,
                ], limit: .seconds(20))
            expectOneSentence(second, containing: "another orchestrator", "--take-over")
            // The first one has lost nothing but a connection.
            let listed = try await workspace.run(["list", "--timeout", "20"])
            #expect(listed.code == 0, "\(listed.error)")
            first.signal(SIGTERM)
            #expect(first.waitUntilExit() == 0)
            // It said goodbye: now the namespace is free.
            let third = try workspace.start(
                ["serve", "--database", other, "--library", Workspace.package.appending(path: "workflows").path],
                name: "third")
            try await workspace.wait(.seconds(20), for: "the third") {
                workspace.text(ofLog: "third").contains("epoch=")
            }
            third.signal(SIGTERM)
            #expect(third.waitUntilExit() == 0)
        }

        @Test("A file that is no database, and a database that a later version wrote")
        func foreignDatabases() async throws {
            let workspace = try Workspace()
            let library = Workspace.package.appending(path: "workflows").path
            let file = workspace.directory.appending(path: "text.sqlite").path
            try String(repeating: "this is no database. ", count: 500).write(
                toFile: file, atomically: true, encoding: .utf8)
            expectOneSentence(
                try await workspace.run(["serve", "--database", file, "--library", library]), containing: "text.sqlite",
                "backup")
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("this is no database"))

            let newer = workspace.directory.appending(path: "newer.sqlite").path
            _ = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "sqlite3", newer,
                    "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);"
                        + "INSERT INTO grdb_migrations VALUES ('1'), ('999')",
                ], environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
            expectOneSentence(
                try await workspace.run(["serve", "--database", newer, "--library", library]),
                containing: "later version")
        }

        @Test("A full disk: the orchestrator waits, says so, loses nothing, and goes on when there is room")
        func fullDisk() async throws {
            let workspace = try Workspace(persistentBroker: true)
            let mount = workspace.directory.appending(path: "small")
            try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
            let mounted = try runToEnd(
                URL(filePath: "/usr/bin/env"), ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount.path],
                environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
            guard mounted.code == 0 else {
                print("skipped: this machine does not let us mount a small tmpfs (\(mounted.error))")
                return
            }
            defer {
                _ = try? runToEnd(
                    URL(filePath: "/usr/bin/env"), ["umount", "-l", mount.path],
                    environment: ProcessInfo.processInfo.environment, directory: FileManager.default.temporaryDirectory)
            }
            let database = mount.appending(path: "baton.sqlite").path
            let agent = try BareAgent(workspace, id: "bare", roles: GreenfieldTests.roles)
            let orchestrator = try workspace.start(
                ["serve", "--database", database, "--library", Workspace.package.appending(path: "workflows").path],
                name: "serve")
            try await workspace.wait(for: "the orchestrator") { workspace.text(ofLog: "serve").contains("connected") }
            let filler = mount.appending(path: "filler")
            // All but a few pages: the next commits do not fit.
            try? Data(count: 3 << 20).write(to: filler)
            let descriptor = open(filler.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            var block = [UInt8](repeating: 1, count: 4096)
            while write(descriptor, &block, block.count) > 0 {}
            close(descriptor)
            let payload = #"{"request_id":"s","type":"start","workflow":"sdlc","inputs":{"idea":"x"}}"#
            _ = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_pub", "-p", "\(workspace.broker.port)", "-q", "1", "-t", "baton/v1/default/req/me", "-m",
                    payload,
                ],
                environment: ProcessInfo.processInfo.environment, directory: workspace.directory)
            try await workspace.wait(for: "the complaint") {
                workspace.text(ofLog: "serve").contains("no space is left")
            }
            #expect(orchestrator.isRunning)
            try FileManager.default.removeItem(at: filler)
            try await workspace.wait(for: "the run's end") {
                try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    ["sqlite3", "-readonly", database, ".timeout 5000", "SELECT status FROM runs"],
                    environment: ProcessInfo.processInfo.environment, directory: workspace.directory
                ).output == "completed\n"
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            withExtendedLifetime(agent) {}
        }
    }
}
