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
            Required inputs that are not given are filled with a sample. Ctrl-C stops everything. Ends with 0 when the \
            run is completed, 3 when it needs a person, whom a demo does not have.

            Examples:
              baton demo
              baton demo sdlc --idea "A bakery's orders, by phone"
              baton demo my/workflow.yaml --to my-documents --fact user_wants_a_logo=true --reviews 2
              baton demo greenfield-fullstack --items epics=2,stories=3 --delay 200
            """)

    @Argument(help: "A workflow of the library, or the path of a workflow file.")
    var workflow = "greenfield-fullstack"

    @Option(help: "What the project is about.")
    var idea: String?

    @Option(help: ArgumentHelp("An input of the workflow; may be repeated.", valueName: "name=value"))
    var input: [String] = []

    @Option(help: ArgumentHelp("A fact that is known from the start; may be repeated.", valueName: "name=value"))
    var fact: [String] = []

    @Option(
        help: ArgumentHelp(
            "Lists of made-up items, as facts: epics=3, or epics=2,stories=4, where each story names its epic.",
            valueName: "name=count"))
    var items: [String] = []

    @Option(help: "The path to take, of a workflow that has several.")
    var path: String?

    @OptionGroup var choices: RunChoices

    @Option(help: ArgumentHelp("So many reviews of each kind do not pass at first.", valueName: "n"))
    var reviews = 0

    @Option(
        help: ArgumentHelp(
            "How long each task takes, in milliseconds; then the times are compared at the end.", valueName: "ms"))
    var delay: Int?

    @Option(help: ArgumentHelp("Put the documents into this folder.", valueName: "folder"))
    var to: String?

    @Option(help: "The folder with workflows and their templates (default: workflows, here or beside the program).")
    var library: String?

    @Flag(help: "Keep the database and the logs.")
    var keep = false

    @Flag(help: "Do not slow the stand-ins down so that one can watch.")
    var fast = false

    func validate() throws {
        guard (0...86_400_000).contains(delay ?? 0) else {
            throw ValidationError("--delay takes 0 to 86400000 milliseconds.")
        }
        guard (0...1000).contains(reviews) else { throw ValidationError("--reviews takes 0 to 1000.") }
    }

    func run() async throws {
        let named = try NamedWorkflow(workflow, library: library)
        let script = try DemoScript(named, try wishes())
        let stage = try DemoStage(documents: to.map { URL(filePath: $0).standardizedFileURL.path })
        let roles = TerminalText.line(script.roles.joined(separator: ", "))
        Terminal.output(
            "\(script.title): \(script.steps) steps, and a stand-in agent for each role (\(roles))."
        )
        for (name, value) in script.filledInputs {
            Terminal.output("The input \(TerminalText.line(name)) was not given: \(TerminalText.line(value.text))")
        }
        Terminal.output("")

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
            if !keep { stage.clear(keepsDocuments: !ending.documents.isEmpty) }
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

    private func wishes() throws -> DemoScript.Wishes {
        var wishes = DemoScript.Wishes()
        wishes.idea = idea
        wishes.inputs = input
        wishes.facts = fact
        wishes.items = items
        wishes.path = path
        wishes.options = try choices.options(unanswered: .no)
        wishes.failingReviews = reviews
        wishes.delay = delay.map { .milliseconds($0) } ?? (fast ? .zero : nil)
        return wishes
    }

    private func tell(_ ending: DemoPerformance.Ending, _ stage: DemoStage) {
        let seconds = (ending.elapsed / .milliseconds(100)).rounded() / 10
        Terminal.output(
            "\nThe run is complete: \(Self.count(ending.phases, "phase")), "
                + "\(Self.documents(ending.documents.count)) in \(seconds) s."
                + (ending.documents.isEmpty ? "" : "\n"))
        let width = ending.documents.map { TerminalText.width($0.path) }.max() ?? 0
        for document in ending.documents {
            let name = TerminalText.pad(TerminalText.line(document.path), width)
            Terminal.output("  \(name)  \(document.artifact.role), \(document.artifact.size) bytes")
        }
        if delay != nil { tellTimes(ending) }
        if !ending.documents.isEmpty { Terminal.output("\nThey are in \(stage.documents)") }
        if keep { Terminal.output("Database and logs are in \(stage.workspace)") }
    }

    private static func documents(_ number: Int) -> String {
        number == 0 ? "no documents" : count(number, "document")
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private func tellTimes(_ ending: DemoPerformance.Ending) {
        func seconds(_ milliseconds: Int64) -> String { "\((Double(milliseconds) / 100).rounded() / 10) s" }
        let path = ending.path
        let chain = path.legs.map { leg in
            TerminalText.line(leg.item.map { "\(leg.step) (\($0))" } ?? leg.step)
        }
        Terminal.output(
            """

            The run took \(seconds(ending.runMilliseconds)); its tasks take \
            \(seconds(path.sequentialMilliseconds)) one after the other. The longest chain of tasks that wait for each \
            other takes \(seconds(path.milliseconds)):
              \(chain.joined(separator: " → "))
            """)
    }
}
