import ArgumentParser
import BatonClient

struct Define: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a workflow known to the orchestrator, without a file in its library.",
        discussion: """
            The orchestrator keeps it, also over restarts; a later definition of the same id replaces it for new runs. \
            With errors in it, it is refused: `baton validate` shows them with the lines they are in.

            Examples:
              baton define my/workflow.yaml
              baton define - < my/workflow.yaml
            """)

    @Argument(help: ArgumentHelp("A workflow file; - reads standard input.", valueName: "file"))
    var file: String

    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("The same id again gets the same answer.", valueName: "id"))
    var requestID: String?

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let source = try WorkflowSource(file)
        guard let yaml = String(validating: source.bytes, as: UTF8.self) else {
            throw ClientError(.file, "\(TerminalText.line(source.name)) is not UTF-8 text")
        }
        let reply = try await connection.withClient(requestID: requestID) {
            try await $0.define(yaml: yaml, file: source.lastComponent, id: requestID)
        }
        if output.json { return printJSON(reply) }
        Terminal.output("\(TerminalText.line(reply.workflow ?? ""))  \(reply.revision ?? "")")
        let report = DiagnosticReport(width: Terminal.width)
        for diagnostic in reply.diagnostics where diagnostic.severity != .note {
            for line in report.lines(diagnostic, in: SourceText(source.bytes)) { Terminal.error(line) }
        }
    }
}
