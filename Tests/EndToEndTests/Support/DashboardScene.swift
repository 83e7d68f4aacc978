import BatonEngine
import BatonTestKit
import Foundation
import Testing

/// A real broker, an orchestrator, an agent and a dashboard, as browsers see it: the shipped program, asked by curl.
struct DashboardScene {
    struct Answer {
        let status: Int
        let head: String
        let body: String
    }

    let workspace: Workspace
    let address: String
    private let processes: [GuardedProcess]

    /// A workflow that asks whether a logo is wanted.
    static let asking = """
        - {agent: writer, id: draft, creates: draft.md}
        - {agent: writer, id: logo, creates: logo.md, condition: user_wants_a_logo}
        """

    /// - Parameters:
    ///   - arguments: of `baton dashboard`.
    ///   - serving: of `baton serve`, beside the library with the one workflow `asking`.
    ///   - trust: what curl is told of the server's certificate.
    init(
        _ arguments: [String] = [], sequence: String = Self.asking, agents: [String] = ["writer"],
        serving: [String] = [], library more: (Workspace, URL) throws -> Void = { _, _ in }
    ) async throws {
        workspace = try Workspace()
        let library = try workspace.library(id: "asking", sequence: sequence)
        try more(workspace, library)
        processes =
            [
                try workspace.serve(library: library, serving),
                try workspace.start(["dashboard"] + arguments, name: "page"),
            ] + (try workspace.agents(for: agents))
        let workspace = workspace
        address = try await Self.wait(workspace) {
            workspace.text(ofLog: "page").firstMatch(of: /https?:[^\s]*[0-9]/).map { String($0.0) }
        }
    }

    /// Starts the workflow from a shell.
    func start(_ words: String...) async throws -> String {
        let started = try await workspace.run(["start", "asking", "--timeout", "30"] + words)
        try #require(started.code == 0, "\(started)\n\(workspace.logs)")
        return started.output.trimmingCharacters(in: .newlines)
    }

    static func wait<Value>(_ workspace: Workspace, _ look: () async throws -> Value?) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            if let value = try await look() { return value }
            guard ContinuousClock.now < deadline else {
                throw Workspace.QueryFailure(description: "nothing came\n\(workspace.logs)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func get(_ path: String, _ extra: [String] = []) throws -> Answer {
        let result = try runToEnd(
            URL(filePath: "/usr/bin/env"), ["curl", "-si", "--max-time", "20"] + extra + [address + path],
            directory: workspace.directory)
        let parts = result.output.split(separator: "\r\n\r\n", maxSplits: 1)
        let status = parts.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(
            status: status, head: parts.first.map(String.init) ?? "",
            body: parts.count > 1 ? String(parts[1]) : "")
    }

    func post(_ path: String, _ fields: [String], origin: String? = nil) throws -> Answer {
        let data = fields.flatMap { ["--data-urlencode", $0] }
        return try get(path, ["-H", "Origin: \(origin ?? address)"] + data)
    }

    /// The key of the forms on a page.
    func key(on page: String) throws -> String {
        let found = try #require(page.firstMatch(of: /name="key" value="([0-9a-f]{64})"/), "\(page)")
        return String(found.1)
    }
}
