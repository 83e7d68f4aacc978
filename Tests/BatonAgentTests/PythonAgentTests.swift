import BatonAgent
import BatonMessages
import BatonTestKit
import Foundation
import Testing

/// The agent in `docs/agents/python`, against a real broker, with the test in the orchestrator's place.
struct PythonAgentTests {
    private static let script = URL(filePath: #filePath)
        .appending(path: "../../../docs/agents/python/agent.py").standardizedFileURL

    /// A Python that has paho-mqtt: `BATON_PYTHON`, or the one in PATH.
    private static let python: URL? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let candidates =
            [ProcessInfo.processInfo.environment["BATON_PYTHON"] ?? ""]
            + path.split(separator: ":").map { "\($0)/python3" }
        return candidates.filter { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(filePath: $0) }.first {
            let check = try? GuardedProcess($0, ["-c", "import paho.mqtt.client as m; m.CallbackAPIVersion.VERSION2"])
            return check?.waitUntilExit() == 0
        }
    }()

    @Test(
        "It does tasks, keeps results until they are acknowledged, and leaves by its will",
        .enabled(if: python != nil, "no Python with paho-mqtt 2: pip install -r docs/agents/python/requirements.txt"))
    func serving() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker)
        let arguments = [Self.script.path, "--role", "analyst", "--id", "ann", "--broker", broker.url]
        let process = try GuardedProcess(try #require(Self.python), ["-B"] + arguments)
        defer { process.signal(SIGKILL) }
        #expect(try await orchestrator.hears(.online).roles == ["analyst"])

        let outline: JSON = [["id": "goal", "title": "Goal", "instruction": "Say why."]]
        let template = CommandProduct.Template(name: "brief-tmpl", outline: outline)
        let products = [
            CommandProduct(name: "brief.md", template: template), CommandProduct(name: "x.md", isOptional: true),
        ]
        try orchestrator.says(Samples.command(task: 1, lease: 1, creates: products))
        let result = try await orchestrator.hearsResult()
        #expect(result.lease == Samples.lease(1) && result.status == .completed)
        guard case .text(let text) = result.artifacts.first?.body, result.artifacts.map(\.name) == ["brief.md"] else {
            Issue.record("not the one document that was asked for")
            return
        }
        for part in ["# brief.md", "stand-in", "a lighthouse", "## Goal", "Say why.", "Write."] {
            #expect(text.contains(part))
        }

        // A new epoch gets a beat and the result again; the same work under a new lease is not done again.
        try orchestrator.saysState(epoch: 2)
        #expect(try await orchestrator.hearsResult().lease == Samples.lease(1))
        try orchestrator.says(Samples.command(task: 1, lease: 2, by: Samples.by(2), creates: products))
        try await orchestrator.hears { heard in
            if case .result(let result) = heard, result.lease == Samples.lease(2) { true } else { nil }
        }
        // Neither an ack of another store nor one of the past counts; unreadable messages end nothing.
        for text in ["", "{", "[]", "null", #"{"by":{"store":"store-a","epoch":2}}"#] {
            try orchestrator.says(task: text)
        }
        try orchestrator.says(control: Samples.ack(task: 1, lease: 2, by: Samples.by(9, store: "store-b")))
        try orchestrator.says(control: Samples.ack(task: 1, lease: 2, by: Samples.by(1)))
        try orchestrator.saysState(epoch: 3)
        #expect(try await orchestrator.hearsBeat().held.map(\.lease) == [Samples.lease(2)])
        try orchestrator.says(control: Samples.ack(task: 1, lease: 2, by: Samples.by(3)))
        // A lease that is over is not revived; a role that it does not serve is declined.
        try orchestrator.says(Samples.command(task: 1, lease: 2, by: Samples.by(3)))
        try orchestrator.says(Samples.command(task: 2, lease: 3, role: "architect", by: Samples.by(3)))
        #expect(try await orchestrator.hearsDecline().lease == Samples.lease(3))
        try orchestrator.says(Samples.command(task: 3, lease: 4, by: Samples.by(3)))
        #expect(try await orchestrator.hearsResult().lease == Samples.lease(4))

        try orchestrator.forges(Presence(state: .offline, roles: [], slots: 0, epoch: 1))
        _ = try await orchestrator.hears(.online)
        process.signal(SIGTERM)
        _ = try await orchestrator.hears(.offline)
        await orchestrator.stop()
    }
}
