import BatonTestKit
import Foundation
import Testing

/// An agent of `docs/agents`, as a command whose `{role}`, `{id}` and `{broker}` stand for what they say.
struct SampleAgent: Sendable, CustomTestStringConvertible {
    let name: String
    /// Its file, below `docs/agents`; nil for the one that is built in.
    let file: String?
    /// What it leaves out, by the names of `baton check-agent`.
    let leavesOut: Set<String>
    fileprivate let make: @Sendable (String) async throws -> [String]

    var testDescription: String { name }

    /// Its words; an error says what is not installed.
    func command() async throws -> [String] { try await make(file.map { Self.folder.appending(path: $0).path } ?? "") }

    static let folder = Workspace.package.appending(path: "docs/agents")
    private static let options = ["--role", "{role}", "--id", "{id}", "--broker", "{broker}"]

    static let all: [SampleAgent] = [
        SampleAgent(name: "baton agent", file: nil, leavesOut: []) { _ in
            let standIn = "'\(Workspace.baton.path)' stand-in"
            return [Workspace.baton.path, "agent", "--exec", standIn] + options
        },
        SampleAgent(name: "Python", file: "python/agent.py", leavesOut: ["put"]) {
            [try await PythonEnvironment.interpreter.path, "-B", $0] + options
        },
        SampleAgent(name: "Python with asyncio", file: "python/agent_async.py", leavesOut: ["ranges", "put"]) {
            [try await PythonEnvironment.interpreter.path, "-B", $0] + options
        },
        SampleAgent(name: "JavaScript", file: "javascript/agent.js", leavesOut: ["ranges", "put"]) {
            ["env", "NODE_PATH=/usr/share/nodejs", "node", $0] + options
        },
        SampleAgent(name: "shell", file: "shell/agent.sh", leavesOut: ["ranges", "put"]) { ["sh", $0] + options },
        SampleAgent(name: "C", file: "c/agent.c", leavesOut: ["ranges", "put", "beats", "drain"]) { _ in
            [try await compiled.value.path, "-r", "{role}", "-i", "{id}", "-b", "{broker}"]
        },
    ]

    /// The agent in C, compiled once as its first lines say.
    private static let compiled = Task { () -> URL in
        let program = Workspace.package.appending(path: ".build/agent-c")
        let result = try await onThread {
            try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "cc", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-o", program.path,
                    folder.appending(path: "c/agent.c").path, "-lmosquitto", "-lcjson",
                ], environment: ProcessInfo.processInfo.environment, directory: folder)
        }
        guard result.code == 0 else { throw Workspace.QueryFailure(description: "cc: \(result.error)") }
        return program
    }

    /// What the machine lacks for it; nil when it can run.
    var missing: String? {
        switch name {
        case "JavaScript": Self.lacks("NODE_PATH=/usr/share/nodejs node -e 'require(\"mqtt\")'", "nodejs node-mqtt")
        case "shell": Self.lacks("mosquitto_sub --help; command -v mosquitto_pub jq", "mosquitto-clients jq")
        case "C": Self.lacks("echo '#include <cjson/cJSON.h>' | cc -E - ", "gcc libmosquitto-dev libcjson-dev")
        default: nil
        }
    }

    private static func lacks(_ script: String, _ packages: String) -> String? {
        let result = try? runToEnd(
            URL(filePath: "/bin/sh"), ["-c", script], environment: ProcessInfo.processInfo.environment,
            directory: folder)
        return result?.code == 0 ? nil : "apt-get install \(packages)"
    }

    /// Those that can run here; the others are said.
    static let installed: [SampleAgent] = all.filter { agent in
        guard let missing = agent.missing else { return true }
        print("The agent in \(agent.name) is not tried: \(missing)")
        return false
    }

    /// Baton's own greenfield-fullstack without its templates: what the agents in C and shell write has no sections.
    static func library(in workspace: Workspace) throws -> URL {
        let library = workspace.directory.appending(path: "library")
        try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
        let name = "greenfield-fullstack.yaml"
        try FileManager.default.copyItem(
            at: Workspace.package.appending(path: "workflows/\(name)"), to: library.appending(path: name))
        return library
    }
}
