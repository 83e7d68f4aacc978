import ArgumentParser
import BatonClient
import Foundation
import Logging
import ServiceLifecycle

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a whole workflow on this machine, with stand-in agents.",
        discussion: """
            Starts a broker on a free port, an orchestrator, and one agent for each role of the workflow, each a \
            process of its own; starts a run, shows its progress, and leaves its documents in a temporary folder. \
            Ctrl-C stops everything. Ends with 0 when the run is completed, 3 when it needs a person, whom a demo does \
            not have.

            Examples:
              baton demo
              baton demo sdlc --idea "A bakery's orders, by phone"
              baton demo my/workflow.yaml --to my-documents
            """)

    @Argument(help: "A workflow of the library, or the path of a workflow file.")
    var workflow = "greenfield-fullstack"

    @Option(help: "What the project is about.")
    var idea: String?

    @Option(help: ArgumentHelp("Put the documents into this folder.", valueName: "folder"))
    var to: String?

    @Option(help: "The folder with workflows and their templates (default: workflows, here or beside the program).")
    var library: String?

    @Flag(help: "Keep the database and the logs.")
    var keep = false

    @Flag(help: "Do not slow the stand-ins down so that one can watch.")
    var fast = false

    func run() async throws {
        let logger = makeLogger("demo", level: .warning)
        let script = try DemoScript(workflow, library: library, idea: idea, isFast: fast, logger: logger)
        let stage = try DemoStage(documents: to.map { URL(filePath: $0).standardizedFileURL.path })
        let roles = TerminalText.line(script.roles.joined(separator: ", "))
        Terminal.output(
            "\(script.title): \(script.steps) steps, and a stand-in agent for each role (\(roles)).\n"
        )

        let performance = DemoPerformance(script: script, stage: stage)
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: performance, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        try await ServiceGroup(
            configuration: .init(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint, .sighup],
                logger: makeLogger("lifecycle", level: .error))
        ).run()

        do {
            let ending = try performance.ending()
            if !keep { stage.clear(keepsDocuments: true) }
            tell(ending, stage)
        } catch {
            if performance.isInterrupted {
                if !keep { stage.clear(keepsDocuments: false) }
                Failure.say("stopped, and so is everything that was started")
                throw ExitCode(130)
            }
            Failure.say("the demo failed: \(error); logs and database are in \(stage.workspace)")
            throw ExitCode((error as? DemoError)?.code ?? Failure.general)
        }
    }

    private func tell(_ ending: DemoPerformance.Ending, _ stage: DemoStage) {
        let seconds = (ending.elapsed / .milliseconds(100)).rounded() / 10
        Terminal.output(
            "\nAll \(ending.phases) phases are complete: \(ending.documents.count) documents in \(seconds) s.\n")
        let width = ending.documents.map { TerminalText.width($0.path) }.max() ?? 0
        for document in ending.documents {
            let name = TerminalText.pad(TerminalText.line(document.path), width)
            Terminal.output("  \(name)  \(document.artifact.role), \(document.artifact.size) bytes")
        }
        Terminal.output("\nThey are in \(stage.documents)")
        if keep { Terminal.output("Database and logs are in \(stage.workspace)") }
    }
}
