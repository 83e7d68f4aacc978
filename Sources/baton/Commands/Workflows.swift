import ArgumentParser
import BatonClient

struct Workflows: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the workflows that the orchestrator can start.",
        discussion: """
            What a workflow's file says that is broken now is told, too; `baton show` draws a workflow.

            Examples:
              baton workflows
              baton workflows --json
            """)

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let workflows = try await connection.withClient { try await $0.workflows() }
        if output.json { return workflows.forEach { printJSON($0) } }
        var table = TextTable("WORKFLOW", "STATE", "FILE", "TITLE", "ROLES")
        for workflow in workflows {
            let state = workflow.origin == .defined ? workflow.origin.rawValue : workflow.state.rawValue
            table.add(workflow.id, state, workflow.file, workflow.title, workflow.roles.joined(separator: ", "))
        }
        Terminal.print(table)
        for problem in workflows.flatMap(\.problems) { Terminal.error(TerminalText.line(problem)) }
    }
}
