import BatonClient
import BatonOrchestrator
import Foundation

/// The processes of a demo, and the folder they work in: a broker, an orchestrator, and an agent for each role, each a
/// process of its own that speaks MQTT like any other.
actor DemoStage {
    /// Fresh for each demo; everything else is inside of it.
    nonisolated let folder: String
    /// Where the documents go.
    nonisolated let documents: String
    /// Databases and logs.
    nonisolated var workspace: String { folder + "/work" }
    /// Processes that ended by themselves, which none should.
    nonisolated let failures: AsyncStream<DemoError>
    private nonisolated let report: AsyncStream<DemoError>.Continuation

    /// How many tasks of a role run side by side.
    private static let slots = 8

    private let program: String
    private var broker: EmbeddedBroker?
    private var orchestrator: ChildProcess?
    private var agents: [ChildProcess] = []

    /// - Parameter documents: nil puts them into the fresh folder.
    init(documents: String?) throws {
        var template = Array((FileManager.default.temporaryDirectory.path + "/baton-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DemoError("no folder can be made in \(FileManager.default.temporaryDirectory.path): check its rights")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.documents = documents ?? folder + "/baton-demo"
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        program = own ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
        (failures, report) = AsyncStream.makeStream()
    }

    /// Starts everything; gives the broker's URL.
    func set(for script: DemoScript) async throws -> String {
        try FileManager.default.createDirectory(atPath: workspace, withIntermediateDirectories: true)
        let broker = try await EmbeddedBroker.start(
            .init(port: nil, directory: workspace + "/broker"), logger: makeLogger("broker", level: .error))
        self.broker = broker
        orchestrator = try start(
            "the orchestrator", log: "serve.log",
            ["serve", "--broker", broker.url, "--database", workspace + "/baton.sqlite", "--library", script.library])
        var standIn =
            "\(Self.quoted(program)) stand-in --delay \(Int(script.delay / .milliseconds(1)))"
            + " --fail-reviews \(script.failingReviews) --memory \(Self.quoted(workspace + "/stand-ins"))"
        for name in script.answersThatEndLoops { standIn += " --report \(Self.quoted(name + "=false,true"))" }
        for (number, role) in script.roles.enumerated() {
            let name = "stand-in-" + (Topics.isName(role) && role.utf8.count < 64 ? role : "\(number + 1)")
            agents.append(
                try start(
                    "the agent for \(role)", log: "\(name).log",
                    [
                        "agent", "--role", role, "--id", name, "--slots", "\(Self.slots)", "--exec", standIn,
                        "--broker", broker.url,
                    ]))
        }
        return broker.url
    }

    /// Stops everything that was started, and waits for it. The agents go first, so that they can say goodbye.
    func strike() async {
        report.finish()
        await withTaskGroup(of: Void.self) { group in
            for agent in agents { group.addTask { await agent.stop() } }
        }
        await orchestrator?.stop()
        await broker?.stop()
    }

    /// Removes what nobody needs any more: everything, or everything but the documents.
    nonisolated func clear(keepsDocuments: Bool) {
        let isInside = documents.hasPrefix(folder + "/")
        try? FileManager.default.removeItem(atPath: keepsDocuments && isInside ? workspace : folder)
    }

    /// For a shell.
    private static func quoted(_ path: String) -> String { "'\(path.replacing("'", with: "'\\''"))'" }

    private func start(_ name: String, log: String, _ arguments: [String]) throws -> ChildProcess {
        // What somebody has set for an orchestrator of his own is not meant for this one.
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BATON_") }
        let path = workspace + "/" + log
        let child = try ChildProcess(
            executable: program, arguments: arguments, environment: environment, output: .file(path))
        Task { [report] in
            let exit = await child.exit()
            report.yield(DemoError("\(name) \(exit) by itself: see \(path)"))
        }
        return child
    }
}
