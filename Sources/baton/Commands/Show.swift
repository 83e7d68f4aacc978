import ArgumentParser
import BatonClient
import BatonWorkflow

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Draw a workflow as it is understood: its order, loops, conditions and who knows them.",
        discussion: """
            Needs no orchestrator, unless --run asks for the state of a run. In JSON it is an object: the workflow, \
            its inputs, and its elements with what they hold.

            Examples:
              baton show my/workflow.yaml
              baton show greenfield-fullstack --json
              baton show greenfield-fullstack --format mermaid > plan.mmd
              baton show greenfield-fullstack --format dot --run last | dot -Tsvg > run.svg
            """,
        aliases: ["describe"])

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, mermaid, dot, json }

    @Argument(help: "The path of a workflow file, or a workflow of the library.")
    var workflow: String

    @Option(help: "text, which is the default, mermaid, dot or json.")
    var format: Format?

    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("Show how far this run is: its id, the beginning of it, or `last`.", valueName: "run"))
    var run: String?

    @Option(help: "The folder with workflows and their templates (default: workflows, here or beside the program).")
    var library: String?

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private var form: Format {
        get throws { try output.format(format, json: .json, text: .text) }
    }

    func validate() throws {
        _ = try form
        do { _ = try run.map { try RunReference($0) } } catch { throw ValidationError("\(error)") }
    }

    func run() async throws {
        let named = try NamedWorkflow(workflow, library: library)
        let drawing = PlanDrawing(named.loaded.plan, states: try await states(of: named))
        let text =
            switch try form {
            case .text: drawing.text
            case .mermaid: drawing.mermaid
            case .dot: drawing.dot
            case .json: drawing.json
            }
        Terminal.write(TerminalText.lines(text), 1)
    }

    private func states(of workflow: NamedWorkflow) async throws -> [String: PlanDrawing.State] {
        guard let run else { return [:] }
        let snapshot = try await connection.withClient { client in
            try await client.snapshot(of: try await client.resolve(try RunReference(run)))
        }
        guard snapshot.workflow == workflow.loaded.plan.workflow else {
            throw ClientError(
                .invalidArgument,
                "the run \(snapshot.run) is of \(TerminalText.line(snapshot.workflow)), not of "
                    + TerminalText.line(workflow.loaded.plan.workflow))
        }
        if snapshot.revision != workflow.loaded.plan.revision {
            Terminal.error("baton: the file has changed since the run began; steps are matched by their ids")
        }
        var states: [String: PlanDrawing.State] = [:]
        for step in snapshot.steps {
            let remarks = [
                step.tally.map { "\($0.ended)/\($0.total)" }, step.item.flatMap { step.state.isEnded ? nil : $0 },
                step.round.map { "round \($0)" },
            ]
            let remark = remarks.compactMap { $0 }.joined(separator: " ")
            states[step.id] = PlanDrawing.State(step.state, remark: remark.isEmpty ? nil : remark)
        }
        return states
    }
}
