import ArgumentParser
import BatonAgent
import BatonClient
import BatonOrchestrator
import Foundation
import Logging
import ServiceLifecycle

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Be an agent that runs a program for each task, or asks a language model.",
        discussion: """
            --exec: for each task the program gets the command as JSON on standard input, and answers with the result \
            as JSON, or with the document as plain text, on standard output. An exit code other than 0 means that it \
            failed; what it writes to standard error goes to the log, and its last line into the agent's beats. It \
            finds little of this environment: --env says what more. With --workdir it finds itself in a folder of its \
            own, with the documents as files, and the files that it leaves are taken.

            --openai: the model is told who it is, what to do and what to work from, and its answer becomes the \
            result. The key is in OPENAI_API_KEY or in a file, if the endpoint wants one.

            Examples:
              baton agent --role analyst --exec ./my-agent
              baton agent --role dev --slots 2 --workdir work --env API_KEY --exec 'my-coder --auto'
              baton agent --role pm,po --openai http://127.0.0.1:11434/v1 --model llama3.2 --context-tokens 8192
            """)

    @Option(help: "The role that the agent serves, or several separated by commas.")
    var role: String

    @OptionGroup(title: "A program") var program: ProgramOptions

    @OptionGroup(title: "A language model") var model: ModelOptions

    @Option(
        help: "The agent's name, which nobody else may have (default: the user's, else the first role and some digits)."
    )
    var id: String?

    @Option(help: "How many tasks it takes at once.")
    var slots = 1

    @Option(help: "How long the program or the model may take for a task, in seconds.")
    var timeout: Double = 3600

    @OptionGroup(title: "Connection") var access: BrokerOptions

    @Option(help: "What to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String = "info"

    func validate() throws {
        guard program.exec != nil || model.openai != nil else {
            throw ValidationError("say what does the work: --exec COMMAND, or --openai URL --model NAME")
        }
        guard program.exec == nil || model.openai == nil else {
            throw ValidationError("a program or a model does the work, not both: leave out --exec or --openai")
        }
        guard !roles.isEmpty else { throw ValidationError("--role needs at least one role") }
        if let id, !Topics.isName(id) {
            throw ValidationError("--id takes 1 to 128 of A-Z a-z 0-9 _ and -, not “\(TerminalText.line(id))”")
        }
        guard slots > 0 else { throw ValidationError("--slots must be at least 1") }
        guard timeout > 0 else { throw ValidationError("--timeout must be above 0") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError(
                "--log-level must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    private var roles: [String] {
        role.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// An id out of the first role.
    private var madeUpName: String {
        get throws {
            let name = "\(roles[0])-\(String(UInt32.random(in: .min ... .max), radix: 36))"
            guard Topics.isName(name) else {
                throw ValidationError(
                    "the role “\(TerminalText.line(roles[0], maxLength: 200))” can't begin an agent's id, which takes "
                        + "A-Z a-z 0-9 _ and -: name the id with --id, or another role with --role")
            }
            return name
        }
    }

    func run() async throws {
        let values = try access.values()
        let broker = try access.read(values)
        // Where agents log in, their names are their logins.
        let name = try id ?? broker.address.username.flatMap { Topics.isName($0) ? $0 : nil } ?? madeUpName
        var configuration = AgentConfiguration(id: name, roles: roles, access: broker)
        configuration.slots = slots
        configuration.namespace = values[.namespace] ?? configuration.namespace
        configuration.contentFolder = program.workdir
        let logger = makeLogger("agent", level: Logger.Level(rawValue: logLevel)!)
        let agent = try Agent(configuration, logger: logger, handler: handler())
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: agent)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: makeLogger("lifecycle", level: .error)))
        try await group.run()
    }

    private func handler() throws -> Agent.Handler {
        let limit = Duration.milliseconds(Int64(timeout * 1000))
        return try program.exec == nil ? model.handler(timeout: limit).handle : program.handler(timeout: limit).handle
    }
}
