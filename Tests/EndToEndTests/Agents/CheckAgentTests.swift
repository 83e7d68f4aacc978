import BatonAgent
import BatonEngine
import BatonTestKit
import Foundation
import Logging
import Testing

/// Side by side: a check mostly waits.
@Suite struct CheckAgentTests {
    @Test("Every agent that we publish keeps its promises", arguments: SampleAgent.installed)
    func ourAgents(agent: SampleAgent) async throws {
        // Among two dozen checks side by side a result may take a while, which no promise forbids.
        let findings = try await check(try await agent.command(), ["--task-timeout", "60"])
        #expect(findings.code == 0)
        #expect(findings.promises["broken"] == nil, "\(findings.text)")
        #expect(findings.promises["not_offered"] ?? [] == agent.leavesOut, "\(findings.text)")
        #expect(findings.promises["not_tried"] == ["patience"], "\(findings.text)")
    }

    /// What `Tests/Contract/broken_agent.py` breaks, and all that is seen of it.
    private static let broken: [(promise: String, seen: Set<String>)] = [
        ("late-will", ["late-will"]), ("will", ["will"]), ("beats", ["beats"]), ("new-epoch", ["new-epoch"]),
        ("strangers", ["strangers"]), ("one-key", ["one-key"]), ("duplicate", ["duplicate", "cancel"]),
        ("refusals", ["refusals"]), ("past", ["past", "strangers"]),
        ("unreadable", ["unreadable", "oversized"]), ("messages", ["messages"]),
        ("restart", ["restart"]), ("result", ["result", "ranges"]), ("put", ["put"]),
    ]

    @Test("Agents that break one promise each are told apart", arguments: broken)
    func brokenAgents(promise: String, seen: Set<String>) async throws {
        let script = Workspace.package.appending(path: "Tests/Contract/broken_agent.py").path
        let findings = try await check(
            [
                try await PythonEnvironment.interpreter.path, "-B", script, promise, "--role", "{role}", "--id",
                "{id}", "--broker", "{broker}",
            ])
        #expect(findings.code == 1)
        #expect(findings.promises["broken"] == seen, "\(findings.text)")
    }

    @Test("Patience takes half a minute to see: who sends a result again, and who does not")
    func patience() async throws {
        let standIn = try #require(SampleAgent.all.first { $0.file == nil })
        async let ours = check(try await standIn.command(), ["--patient"])
        let script = Workspace.package.appending(path: "Tests/Contract/broken_agent.py").path
        let words = ["-B", script, "patience", "--role", "{role}", "--id", "{id}", "--broker", "{broker}"]
        async let broken = check([try await PythonEnvironment.interpreter.path] + words, ["--patient"])
        let (kept, lost) = try await (ours, broken)
        #expect(kept.code == 0 && kept.promises["kept"]?.contains("patience") == true, "\(kept.text)")
        #expect(kept.promises["not_tried"] == nil, "\(kept.text)")
        #expect(lost.code == 1 && lost.promises["broken"] == ["patience"], "\(lost.text)")
    }

    @Test("A program that is no agent is reported with what it said")
    func noAgent() async throws {
        let workspace = try Workspace()
        let result = try await workspace.run(["check-agent", "--", "sh", "-c", "echo I am no agent >&2; exit 3"])
        #expect(result.code == 1)
        #expect(result.output.contains("FAIL  presence"))
        #expect(result.output.contains("ended with exit code 3") && result.output.contains("I am no agent"))
        #expect(result.output.contains("docs/protocol.md#presence-and-state"))
    }

    @Test("A program that says nothing, and a port that is taken")
    func trouble() async throws {
        let workspace = try Workspace()
        let silent = try await workspace.run(["check-agent", "--", "sh", "-c", "exit 3"])
        #expect(silent.output.contains("ended with exit code 3\n"), "\(silent.output)")
        let taken = try await workspace.run(["check-agent", "--port", "\(workspace.broker.port)", "--", "true"])
        #expect(taken.code == 1 && taken.error.contains("another port with --port"), "\(taken.error)")
        #expect(!taken.error.contains("--broker"), "\(taken.error)")
    }

    @Test("An agent that connects by itself is checked as far as that goes: the one in the guide")
    func connectsByItself() async throws {
        let workspace = try Workspace()
        let port = try freePort()
        let checking = Task {
            try await workspace.run(["check-agent", "--json", "--port", "\(port)"])
        }
        var address = BrokerAddress()
        address.port = port
        let broker = address
        let serving = Task { try await guideAgent(broker) }
        let result = try await checking.value
        serving.cancel()
        _ = await serving.result
        let findings = try Findings(result)
        #expect(findings.code == 0, "\(findings.text)")
        #expect(findings.promises["not_tried"] == ["patience", "drain", "goodbye", "restart"])
    }

    @Test("The agent in 30 lines does what the guide says of it")
    func thirtyLines() async throws {
        let guide = try String(contentsOf: SampleAgent.folder.appending(path: "README.md"), encoding: .utf8)
        let block = guide.components(separatedBy: "```python\n").dropFirst().first?.components(separatedBy: "```")
            .first
        let script = try #require(block)
        #expect(script.split(separator: "\n").count <= 30)
        let port = try freePort()
        let words = ["-c", script.replacing("1883", with: "\(port)")]
        let python = try await PythonEnvironment.interpreter.path
        let findings = try await check([python] + words, ["--port", "\(port)", "--task-timeout", "3"])
        let kept = findings.promises["kept"] ?? []
        #expect(kept.isSuperset(of: ["presence", "result", "will", "messages", "goodbye"]), "\(findings.text)")
    }

    private func check(_ command: [String], _ options: [String] = []) async throws -> Findings {
        let workspace = try Workspace()
        return try Findings(
            await workspace.run(
                ["check-agent", "--json"] + (options.contains("--task-timeout") ? [] : ["--task-timeout", "8"])
                    + options + ["--"] + command, limit: .seconds(400)))
    }
}

/// What `baton check-agent --json` said.
private struct Findings {
    let code: Int32
    /// The promises by their outcome.
    var promises: [String: Set<String>] = [:]
    let text: String

    init(_ result: (code: Int32, output: String, error: String)) throws {
        code = result.code
        text = result.output + result.error
        for line in result.output.split(separator: "\n") {
            let finding = try JSON.parse(Array(line.utf8))
            let outcome = try #require(finding["outcome"]?.string)
            promises[outcome, default: []].insert(try #require(finding["promise"]?.string))
        }
    }
}
