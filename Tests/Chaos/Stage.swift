import BatonTestKit
import Foundation

/// Everything that runs: a broker, an orchestrator and agents, each behind a link of its own.
///
/// Used from the main thread alone.
final class Stage {
    static let leaseMilliseconds = 2000

    let options: ChaosOptions
    let broker: BrokerProcess
    let orchestrator: Party
    let agents: [Party]
    let disk: SmallDisk?
    let clock: FalseClock?
    let database: String
    let library: URL
    let journals: [URL]
    let workflows: [String]

    /// Who serves what: each role has three agents, and one of them is a program.
    private static let troupe = [
        ("ann", ["writer", "builder"]), ("bob", ["builder", "checker"]), ("cid", ["checker", "reviewer"]),
        ("dan", ["reviewer", "writer"]),
    ]
    private static let programAgent = "eve"

    init(_ options: ChaosOptions) throws {
        self.options = options
        let folder = options.folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        broker = try BrokerProcess(
            directory: folder.appending(path: "broker"), isPersistent: true, saveInterval: 3, isQuiet: true)
        let diskFolder = folder.appending(path: "disk")
        library = folder.appending(path: "workflows")
        for place in [diskFolder, library] {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        }
        disk = SmallDisk(at: diskFolder)
        clock = FalseClock(folder: folder)
        let database = diskFolder.appending(path: "baton.sqlite").path
        self.database = database
        workflows = try Self.writeWorkflows(to: library, seed: options.seed)

        let library = library
        let clock = clock
        let port = broker.port
        let link = try FaultyLink(to: port)
        orchestrator = Party("orchestrator", link: link) { extra in
            let clockVariables = try clock?.environment() ?? [:]
            var variables = ProcessInfo.processInfo.environment.merging(clockVariables) { $1 }.merging(extra) { $1 }
            variables["BATON_CLAIM_MS"] = "2000"
            variables["BATON_WILL_GRACE_MS"] = "500"
            let arguments = [
                "serve", "--broker", "mqtt://127.0.0.1:\(link.port)", "--database", database, "--library",
                library.path, "--lease-ms", "\(Self.leaseMilliseconds)",
            ]
            return try GuardedProcess(
                options.baton, arguments, environment: variables, directory: folder,
                output: folder.appending(path: "serve.log"))
        }
        let slots = max(2, options.runs / 8)
        var parties = try Self.troupe.map { name, roles in
            try Self.libraryAgent(name, roles: roles, slots: slots, options: options, port: port)
        }
        parties.append(try Self.commandAgent(Self.programAgent, slots: max(1, slots / 8), options: options, port: port))
        agents = parties
        journals = agents.map { folder.appending(path: "\($0.name).journal") }
    }

    private static func writeWorkflows(to folder: URL, seed: UInt64) throws -> [String] {
        var random = SeededRandom(seed: seed)
        return try (0..<12).map { number in
            let id = "made-\(number)"
            let text = ChaosWorkflow.make(id: id, &random)
            try text.write(to: folder.appending(path: "\(id).yaml"), atomically: true, encoding: .utf8)
            return id
        }
    }

    private static func libraryAgent(
        _ name: String, roles: [String], slots: Int, options: ChaosOptions, port: Int
    ) throws -> Party {
        let link = try FaultyLink(to: port)
        let settings = ChaosAgent.Settings(
            id: name, roles: roles, slots: slots, broker: "mqtt://127.0.0.1:\(link.port)",
            journal: options.folder.appending(path: "\(name).journal").path, seed: options.seed)
        return Party(name, link: link) { _ in
            try GuardedProcess(
                ownProgram, settings.arguments, directory: options.folder,
                output: options.folder.appending(path: "\(name).log"))
        }
    }

    /// `baton agent`, as it ships, with a program for all roles.
    private static func commandAgent(_ name: String, slots: Int, options: ChaosOptions, port: Int) throws -> Party {
        let link = try FaultyLink(to: port)
        let journal = options.folder.appending(path: "\(name).journal").path
        let arguments = [
            "agent", "--id", name, "--role", ChaosWorkflow.roles.joined(separator: ","), "--slots", "\(slots)",
            "--broker", "mqtt://127.0.0.1:\(link.port)", "--log-level", "notice", "--exec",
            "'\(ownProgram.path)' answer '\(journal)' \(options.seed)",
        ]
        return Party(name, link: link) { _ in
            try GuardedProcess(
                options.baton, arguments, directory: options.folder,
                output: options.folder.appending(path: "\(name).log"))
        }
    }

    /// This program, as an agent.
    private static let ownProgram = URL(filePath: CommandLine.arguments[0]).standardizedFileURL

    var parties: [Party] { [orchestrator] + agents }
}
