import ArgumentParser
import BatonClient
import BatonWorkflow

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check workflow files, and tell everything that is wrong with them.",
        discussion: """
            Needs no broker and no orchestrator. Findings are written as file:line:column: severity: text. Templates \
            and tasks that a workflow names are looked up beside it. Ends with 1 when there is any error.
            """)

    @Argument(help: ArgumentHelp("Workflow files, or folders of them.", valueName: "file"))
    var files: [String]

    func run() throws {
        var told: Set<String> = []
        var errors = 0
        var warnings = 0
        var plans = 0
        for file in files {
            let (library, diagnostics) = Library.load(file) { ContentHash.of($0).description }
            plans += library.workflows.count
            for diagnostic in diagnostics {
                // Files of one folder share its templates, and what is wrong with them.
                guard told.insert("\(diagnostic)").inserted else { continue }
                errors += diagnostic.severity == .error ? 1 : 0
                warnings += diagnostic.severity == .warning ? 1 : 0
                Terminal.output(TerminalText.line("\(diagnostic)"))
                if let hint = diagnostic.hint { Terminal.output("    " + TerminalText.line(hint)) }
            }
        }
        let workflows = "\(plans) workflow\(plans == 1 ? "" : "s") can run"
        Terminal.error(
            "\(workflows); \(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")")
        if errors > 0 { throw ExitCode(Failure.general) }
    }
}
