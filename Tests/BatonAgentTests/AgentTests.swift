import BatonAgent
import BatonMQTT
import BatonMessages
import BatonTestKit
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// An agent against a real broker, with the test in the orchestrator's place.
struct AgentTests {
    private let quiet = CollectingLog().logger

    private func configuration(_ broker: BrokerProcess, slots: Int = 2) -> AgentConfiguration {
        var configuration = AgentConfiguration(id: "ann", roles: ["analyst"])
        configuration.broker.port = broker.port
        configuration.slots = slots
        return configuration
    }

    /// Runs an agent for the time of `body`.
    private func serving(
        _ configuration: AgentConfiguration, _ handler: @escaping Agent.Handler,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let agent = try Agent(configuration, logger: quiet, handler: handler)
        let task = Task { try await agent.run() }
        do { try await body() } catch {
            task.cancel()
            _ = try? await task.value
            throw error
        }
        task.cancel()
        try await task.value
    }

    @Test("A task from its command to the ack of its result", arguments: [false, true])
    func task(usesMQTT311: Bool) async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        var configuration = configuration(broker)
        configuration.usesMQTT311 = usesMQTT311
        let handler: Agent.Handler = { context in
            let idea = context.command.inputs["idea"]?.string ?? ""
            let brief = ArtifactDocument(name: "brief.md", body: .text("# About \(idea)"))
            return .completed(summary: "wrote it", artifacts: [brief])
        }
        try await serving(configuration, handler) {
            let presence = try await orchestrator.hears(.online)
            #expect(presence.roles == ["analyst"] && presence.slots == 2 && presence.beats)
            try orchestrator.says(Samples.command(lease: 1))
            let result = try await orchestrator.hearsResult()
            #expect(result.lease == Samples.lease(1) && result.status == .completed)
            #expect(result.artifacts.first?.body == .text("# About a lighthouse"))
            try orchestrator.says(control: Samples.ack(lease: 1))
        }
        _ = try await orchestrator.hears(.offline)
        await orchestrator.stop()
    }

    @Test("A long task is claimed by a beat and beaten for; when it is cancelled, its handler is")
    func beatsAndCancel() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        let flag = Flag()
        let handler: Agent.Handler = { context in
            await context.report(percent: 50, message: "half")
            do { try await Task.sleep(for: .seconds(600)) } catch {
                flag.raise()
                throw error
            }
            return .completed(summary: "")
        }
        try await serving(configuration(broker, slots: 1), handler) {
            _ = try await orchestrator.hears(.online)
            try orchestrator.says(Samples.command(lease: 1, leaseMilliseconds: 600))
            for _ in 1...3 {
                let beat = try await orchestrator.hearsBeat()
                #expect(beat.held.map(\.lease) == [Samples.lease(1)])
                #expect(beat.held.first?.progress == 50 && beat.held.first?.message == "half")
            }
            try orchestrator.says(Samples.command(task: 2, lease: 2))
            #expect(try await orchestrator.hearsDecline().lease == Samples.lease(2))
            try orchestrator.says(control: Samples.cancel(lease: 1))
            try await within { while !flag.isRaised { await Task.yield() } }
            try orchestrator.says(Samples.command(task: 3, lease: 3, leaseMilliseconds: 600))
            // Beats for the first lease may have been on their way when the cancel came.
            while try await orchestrator.hearsBeat().held.map(\.lease) != [Samples.lease(3)] {}
        }
        await orchestrator.stop()
    }

    @Test("What a handler throws makes the attempt fail with its words")
    func throwing() async throws {
        struct NoIdea: Error, CustomStringConvertible { let description = "I have no idea" }
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        try await serving(configuration(broker), { _ in throw NoIdea() }) {
            _ = try await orchestrator.hears(.online)
            try orchestrator.says(Samples.command(lease: 1))
            let result = try await orchestrator.hearsResult()
            #expect(result.error == TaskError(code: "handler_error", message: "I have no idea", isRetryable: true))
        }
        await orchestrator.stop()
    }

    @Test("A result outlives the broker: killed and restarted, the agent comes back and sends it again")
    func brokerRestart() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        let runs = Flag()
        let handler: Agent.Handler = { _ in
            runs.raise()
            return .completed(summary: "once")
        }
        try await serving(configuration(broker), handler) {
            let before = try await orchestrator.hears(.online)
            try orchestrator.says(Samples.command(lease: 1))
            _ = try await orchestrator.hearsResult()
            broker.kill()
            try broker.start()
            try await orchestrator.connected()
            try orchestrator.saysState(epoch: 2)
            let again = try await orchestrator.hearsResult()
            #expect(again.lease == Samples.lease(1) && again.summary == "once")
            #expect(runs.count == 1)
            try orchestrator.says(control: Samples.ack(lease: 1, by: Samples.by(2)))
            try orchestrator.forges(Presence(state: .offline, roles: ["analyst"], slots: 2, epoch: before.epoch))
            #expect(try await orchestrator.hears(.online).epoch == before.epoch, "a late will is corrected")
        }
        await orchestrator.stop()
    }

    @Test("A new epoch of the orchestrator gets a beat and the results again")
    func newEpoch() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        try await serving(configuration(broker), { _ in .completed(summary: "") }) {
            _ = try await orchestrator.hears(.online)
            try orchestrator.says(Samples.command(lease: 1))
            _ = try await orchestrator.hearsResult()
            try orchestrator.saysState(epoch: 2)
            #expect(try await orchestrator.hearsBeat().held.map(\.lease) == [Samples.lease(1)])
            #expect(try await orchestrator.hearsResult().lease == Samples.lease(1))
        }
        await orchestrator.stop()
    }

    @Test("A large document arrives complete before the handler sees it")
    func largeArtifact() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        let content = Array(String(repeating: "A line of a long document.\n", count: 30_000).utf8)
        let artifact = Samples.artifact("long.md", content, isInline: false)
        let handler: Agent.Handler = { context in
            let isWhole = try context.artifacts.first?.content == content
            let isInCommand = context.command.requires.first?.content?.utf8.count == content.count
            return .completed(summary: "\(isWhole) \(isInCommand)")
        }
        try await serving(configuration(broker), handler) {
            _ = try await orchestrator.hears(.online)
            try orchestrator.says(Samples.command(lease: 1, requires: [artifact]))
            for _ in 1...4 {
                let get = try await orchestrator.hearsGet()
                let bytes = Array(content[get.offset..<(get.offset + get.length)])
                let body = ArtifactRange.Body.content(offset: get.offset, size: content.count, bytes: bytes)
                try orchestrator.says(ArtifactRange(task: get.task, digest: get.digest, body: body))
            }
            #expect(try await orchestrator.hearsResult().summary == "true true")
        }
        await orchestrator.stop()
    }

    @Test("A document above 1 MiB is a file for its handler, which is gone afterwards")
    func artifactFile() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-agent-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let content = Array(String(repeating: "A line of a long document.\n", count: 60_000).utf8)
        let artifact = Samples.artifact("long.md", content, isInline: false)
        let seen = Mutex<String?>(nil)
        let handler: Agent.Handler = { context in
            let given = context.artifacts.first
            seen.withLock { $0 = given?.file }
            let isWhole = try given?.content == content
            return .completed(summary: "\(isWhole) \(given?.size ?? 0) \(context.command.requires[0].content == nil)")
        }
        var configuration = configuration(broker)
        configuration.contentFolder = folder.path
        try await serving(configuration, handler) {
            _ = try await orchestrator.hears(.online)
            try orchestrator.says(Samples.command(lease: 1, requires: [artifact]))
            for _ in 1...7 {
                let get = try await orchestrator.hearsGet()
                let bytes = Array(content[get.offset..<(get.offset + get.length)])
                let body = ArtifactRange.Body.content(offset: get.offset, size: content.count, bytes: bytes)
                try orchestrator.says(ArtifactRange(task: get.task, digest: get.digest, body: body))
            }
            #expect(try await orchestrator.hearsResult().summary == "true \(content.count) true")
            let path = try #require(seen.withLock { $0 })
            #expect(path.hasPrefix(folder.path) && !FileManager.default.fileExists(atPath: path))
        }
        await orchestrator.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test("Unreadable and retained commands do no harm")
    func hostileCommands() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        try orchestrator.says(task: "retained", retain: true)
        try await serving(configuration(broker), { _ in .completed(summary: "fine") }) {
            _ = try await orchestrator.hears(.online)
            for text in ["", "{", "\u{FFFD}", String(repeating: "[", count: 100_000), "null"] {
                try orchestrator.says(task: text)
            }
            let (task, lease) = (Samples.task(1), Samples.lease(9))
            try orchestrator.says(task: #"{"task":"\#(task)","lease":"\#(lease)"}"#)
            #expect(try await orchestrator.hearsDecline().lease == lease)
            try orchestrator.says(Samples.command(lease: 1))
            #expect(try await orchestrator.hearsResult().summary == "fine")
        }
        await orchestrator.stop()
    }

    @Test("An agent that vanishes is reported offline by its will")
    func will() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        let session = Session.Configuration(host: "127.0.0.1", port: broker.port, clientID: "ann", cleanStart: true)
        try await serving(configuration(broker), { _ in .completed(summary: "") }) {
            let first = try await orchestrator.hears(.online)
            // Another client takes the name, which ends the agent's connection without a goodbye.
            let intruder = try Connection(Connection.Configuration(session))
            try intruder.start()
            #expect(try await orchestrator.hears(.offline).epoch == first.epoch)
            await intruder.stop()
            #expect(try await orchestrator.hears(.online).epoch == first.epoch)
        }
        await orchestrator.stop()
    }

    @Test("A graceful shutdown lets the task finish, waits for the ack, and goes offline")
    func gracefulShutdown() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        let gate = Flag()
        let agent = try Agent(configuration(broker), logger: quiet) { _ in
            while !gate.isRaised { try await Task.sleep(for: .milliseconds(5)) }
            return .completed(summary: "finished")
        }
        let group = ServiceGroup(services: [agent], gracefulShutdownSignals: [], logger: quiet)
        let task = Task { try await group.run() }
        _ = try await orchestrator.hears(.online)
        try orchestrator.says(Samples.command(lease: 1))
        _ = try await orchestrator.hearsBeat()
        await group.triggerGracefulShutdown()
        _ = try await orchestrator.hears(.draining)
        try orchestrator.says(Samples.command(task: 2, lease: 2))
        #expect(try await orchestrator.hearsDecline().lease == Samples.lease(2))
        gate.raise()
        #expect(try await orchestrator.hearsResult().summary == "finished")
        try orchestrator.says(control: Samples.ack(lease: 1))
        _ = try await orchestrator.hears(.offline)
        try await within { try await task.value }
        await orchestrator.stop()
    }

    @Test("A broker that refuses the agent ends it with a clear error")
    func refused() async throws {
        let broker = try BrokerProcess(settings: ["allow_anonymous false"])
        let agent = try Agent(configuration(broker), logger: quiet) { _ in .completed(summary: "") }
        let error = await #expect(throws: AgentError.self) { try await within { try await agent.run() } }
        #expect(error?.code == .refused)
        #expect(error?.cause.contains("mqtt://127.0.0.1:\(broker.port)") == true)
    }
}

/// Counts how often something happened.
final class Flag: Sendable {
    private let raised = Mutex(0)
    var count: Int { raised.withLock { $0 } }
    var isRaised: Bool { count > 0 }
    func raise() { raised.withLock { $0 += 1 } }
}
