import ArgumentParser
import BatonClient
import BatonOrchestrator
import Foundation

struct CheckAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-agent",
        abstract: "Check whether an agent keeps what the protocol asks of it.",
        discussion: """
            Plays orchestrator on a broker of its own, and puts the agent through every promise of docs/protocol.md \
            that can be seen from outside: a line for each. Exit code 0 when all are kept, or left out where they may \
            be; 1 otherwise. It takes about a minute, and a dozen small tasks.

            In the agent's command {broker}, {host}, {port}, {namespace}, {role} and {id} are replaced, and \
            BATON_BROKER and BATON_NAMESPACE are set. Without a command, start the agent yourself: the broker's \
            address is said on standard error.

            Examples:
              baton check-agent -- python3 agent.py --role '{role}' --id '{id}' --broker '{broker}'
              baton check-agent --json -- baton agent --role '{role}' --id '{id}' --exec ./my-program
            """)

    @Option(help: "The role that {role} stands for.")
    var role = "dev"

    @Option(help: "The id that {id} stands for.")
    var id = "checked"

    @Option(help: "The namespace.")
    var namespace = "default"

    @Option(help: "The broker's port on 127.0.0.1 (default: one that is free).")
    var port: Int?

    @Option(help: "How long the agent may take for a task, in seconds.")
    var taskTimeout: Double = 60

    @Option(help: "What the tasks ask for.")
    var instructions = "Write one line about tea."

    @Flag(help: "Also what takes half a minute: whether a result is sent again without a cause.")
    var patient = false

    @OptionGroup var output: OutputOptions

    @Argument(parsing: .postTerminator, help: "The agent's program and its arguments, after --.")
    var command: [String] = []

    func validate() throws {
        guard Topics.isName(namespace) else { throw ValidationError("--namespace takes A-Z a-z 0-9 _ and -.") }
        for (option, name) in [("--role", role), ("--id", id)] where !Topics.isName(name) {
            throw ValidationError("\(option) takes A-Z a-z 0-9 _ and -, not “\(TerminalText.line(name))”.")
        }
        guard (1...86_400).contains(taskTimeout) else {
            throw ValidationError("--task-timeout takes 1 to 86400 seconds.")
        }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-check-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = EmbeddedBroker.Settings(port: port, directory: folder)
        settings.isOnlyChoice = true
        let broker = try await EmbeddedBroker.start(
            settings, logger: makeLogger("broker", level: .error))
        do {
            let isKept = try await check(broker, folder: folder)
            await broker.stop()
            if !isKept { throw ExitCode(Failure.general) }
        } catch {
            await broker.stop()
            throw error
        }
    }

    private func check(_ broker: EmbeddedBroker, folder: String) async throws -> Bool {
        let orchestrator = try await PretendOrchestrator(port: broker.port, namespace: namespace)
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        let agent =
            words.isEmpty
            ? nil
            : CheckedAgent(
                words, at: .init(port: broker.port, namespace: namespace, role: role, id: id),
                log: folder + "/agent.log")
        if agent == nil { Terminal.error("start the agent: the broker is \(broker.url), the namespace \(namespace)") }
        var settings = AgentCheck.Settings()
        settings.taskLimit = .milliseconds(Int64(taskTimeout * 1000))
        settings.isPatient = patient
        settings.instructions = instructions
        let report = AgentCheckReport(asJSON: output.json)
        var check = AgentCheck(orchestrator, agent: agent, settings: settings, report: report.say)
        do {
            let isKept = try await check.run()
            await agent?.stop()
            await orchestrator.stop()
            return isKept
        } catch {
            await agent?.stop()
            await orchestrator.stop()
            throw error
        }
    }
}
