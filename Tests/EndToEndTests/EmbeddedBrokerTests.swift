import BatonOrchestrator
import BatonTestKit
import Foundation
import Logging
import Testing

extension EndToEnd {
    @Suite struct EmbeddedBrokerTests {
        private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        @Test("A broker starts on a free port, keeps what it has in its folder, and is gone after the stop")
        func life() async throws {
            try await withFolder { folder in
                let broker = try await EmbeddedBroker.start(.init(port: nil, directory: folder), logger: logger)
                #expect(LocalPort.isAccepting(broker.port))
                #expect(LocalPort.holder(of: broker.port)?.hasPrefix("mosquitto") == true)
                await broker.stop()
                #expect(LocalPort.isFree(broker.port))
                #expect(
                    Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == [
                        "lock", "mosquitto.conf", "mosquitto.db",
                    ])
            }
        }

        @Test("A broker that is killed comes back on the same port, by itself")
        func supervision() async throws {
            try await withFolder { folder in
                let broker = try await EmbeddedBroker.start(.init(port: nil, directory: folder), logger: logger)
                let first = try #require(process(on: broker.port))
                kill(first, SIGKILL)
                var second: Int32?
                let deadline = ContinuousClock.now + .seconds(20)
                while second == nil || second == first, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(20))
                    second = process(on: broker.port)
                }
                #expect(second != nil && second != first)
                await broker.stop()
                #expect(LocalPort.isFree(broker.port))
            }
        }

        @Test("A taken port is reported with who has it and what to do")
        func taken() async throws {
            try await withFolder { folder in
                let broker = try await EmbeddedBroker.start(.init(port: nil, directory: folder + "/1"), logger: logger)
                let error = await #expect(throws: BrokerError.self) {
                    try await EmbeddedBroker.start(.init(port: broker.port, directory: folder + "/2"), logger: logger)
                }
                #expect(error?.code == .portTaken)
                #expect(error?.message.contains("\(broker.port)") == true)
                #expect(error?.message.contains("mosquitto (process ") == true)
                #expect(error?.message.contains("--port") == true)
                await broker.stop()
            }
        }

        @Test("A folder has one broker at a time, and can have another after it")
        func claimed() async throws {
            try await withFolder { folder in
                let first = try await EmbeddedBroker.start(.init(port: nil, directory: folder), logger: logger)
                let error = await #expect(throws: BrokerError.self) {
                    try await EmbeddedBroker.start(.init(port: nil, directory: folder), logger: logger)
                }
                #expect(error?.code == .directory)
                #expect(error?.message.contains("in use") == true)
                #expect(LocalPort.isAccepting(first.port))
                await first.stop()
                let second = try await EmbeddedBroker.start(.init(port: nil, directory: folder), logger: logger)
                await second.stop()
            }
        }

        @Test("A configuration that Mosquitto refuses is reported in its own words")
        func refused() async throws {
            try await withFolder { folder in
                let file = folder + "/bad.conf"
                try Data("listener 1883\nmax_queued_masses 1\n".utf8).write(to: URL(filePath: file))
                let error = await #expect(throws: BrokerError.self) {
                    try await EmbeddedBroker.start(
                        .init(configuration: file, port: nil, directory: folder + "/broker"), logger: logger)
                }
                #expect(error?.code == .failed)
                #expect(error?.message.contains("max_queued_masses") == true)
            }
        }

        @Test("A folder that can't be made, and a program that is not there, are one clear sentence each")
        func unusable() async throws {
            try await withFolder { folder in
                let file = folder + "/file"
                try Data().write(to: URL(filePath: file))
                var error = await #expect(throws: BrokerError.self) {
                    try await EmbeddedBroker.start(.init(port: nil, directory: file + "/below"), logger: logger)
                }
                #expect(error?.code == .directory)
                error = await #expect(throws: BrokerError.self) {
                    try await EmbeddedBroker.start(
                        .init(port: nil, directory: folder, executable: folder + "/mosquitto"), logger: logger)
                }
                #expect(error?.code == .failed)
                #expect(error?.message.contains("not found") == true)
            }
        }

        @Test("The broker of a `baton serve` that is killed ends with it, and the next one has the port again")
        func killedOwner() async throws {
            try await withFolder { folder in
                let port = try #require(LocalPort.free())
                func serve() throws -> GuardedProcess {
                    try GuardedProcess(
                        Workspace.baton, ["serve", "--port", "\(port)", "--database", folder + "/baton.sqlite"],
                        environment: ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BATON_") },
                        directory: Workspace.package, output: URL(filePath: folder + "/serve.log"))
                }
                func isConnected(times: Int) -> Bool {
                    let log = (try? String(contentsOfFile: folder + "/serve.log", encoding: .utf8)) ?? ""
                    return log.components(separatedBy: "] connected").count == times + 1
                }
                let first = try serve()
                try await wait(for: "the first to be connected") { isConnected(times: 1) }
                #expect(LocalPort.holder(of: port)?.hasPrefix("mosquitto") == true)
                first.signal(SIGKILL)
                first.waitUntilExit()
                try await wait(for: "the end of the broker") { LocalPort.isFree(port) }

                let second = try serve()
                try await wait(for: "the second to be connected") { isConnected(times: 2) }
                second.signal(SIGTERM)
                #expect(second.waitUntilExit() == 0)
                #expect(LocalPort.isFree(port))
            }
        }

        private func wait(for what: String, _ condition: () -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(20)
            while !condition() {
                try #require(ContinuousClock.now < deadline, "waited in vain for \(what)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        private func withFolder(_ body: (String) async throws -> Void) async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await body(folder)
        }

        /// The process that listens on a port.
        private func process(on port: Int) -> Int32? {
            LocalPort.holder(of: port)?.split(separator: " ").last.flatMap { Int32($0.dropLast()) }
        }
    }
}
