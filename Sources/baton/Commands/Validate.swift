import ArgumentParser
import BatonClient
import BatonWorkflow
import Foundation

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check workflow files, and tell everything that is wrong with them.",
        discussion: """
            Needs no broker and no orchestrator. Findings are written as file:line:column: severity: text, with the \
            line and a caret below it. Templates and tasks that a workflow names are looked up in the packs beside it. \
            Templates are checked too: of a file those that it uses, of a folder all; so is a file that is a template \
            itself. Ends with 1 when there is any error.

            In JSON it is an array of {file, line, column, severity, message, hint}, empty when nothing was found.

            Examples:
              baton validate my/workflow.yaml
              baton validate workflows --json
              baton validate - < my/workflow.yaml
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: ArgumentHelp("Workflow files, or folders of them; - reads standard input.", valueName: "file"))
    var files: [String]

    @Option(help: "text, which is the default, or json.")
    var format: Format?

    @OptionGroup var output: OutputOptions

    func validate() throws { _ = try form }

    private var form: Format {
        get throws { try output.format(format, json: .json, text: .text) }
    }

    func run() throws {
        let checked = try files.map { try WorkflowCheck($0) }
        var told: Set<DiagnosticEntry> = []
        // Files of one folder share its templates, and what is wrong with them.
        let findings = checked.map { check in (check, check.diagnostics.filter { told.insert($0).inserted }) }
        switch try form {
        case .json:
            Terminal.output(DiagnosticReport.json(findings.flatMap(\.1)))
        case .text:
            let report = DiagnosticReport(width: Terminal.width)
            for (check, diagnostics) in findings {
                var sources = check.sources
                for diagnostic in diagnostics {
                    let source = sources.text(of: diagnostic.file)
                    for line in report.lines(diagnostic, in: source) { Terminal.output(line) }
                }
            }
        }
        let errors = told.count { $0.severity == .error }
        let warnings = told.count { $0.severity == .warning }
        let plans = checked.reduce(0) { $0 + $1.workflows }
        let templates = checked.reduce(0) { $0 + $1.templates }
        var counts = [Self.count(errors, "error"), Self.count(warnings, "warning")]
        if templates > 0 { counts.insert(Self.count(templates, "template"), at: 0) }
        if templates == 0 || plans > 0 { counts.insert(Self.count(plans, "workflow") + " can run", at: 0) }
        Terminal.error(counts.joined(separator: ", "))
        if errors > 0 { throw ExitCode(Failure.general) }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

/// What is in a file or folder.
private struct WorkflowCheck {
    let diagnostics: [DiagnosticEntry]
    /// How many can run.
    var workflows = 0
    /// How many were given as such, and not by a workflow that uses them.
    var templates = 0
    let sources: SourceTexts

    init(_ path: String) throws {
        func isFolder(_ path: String) -> Bool {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
        }
        guard path == "-" else {
            sources = SourceTexts()
            if !isFolder(path), let template = TemplateCheck.template(try WorkflowSource(path).bytes) {
                diagnostics = TemplateCheck.diagnostics(of: template, file: path).map(DiagnosticEntry.init)
                templates = 1
                return
            }
            let (library, diagnostics) = Library.load(path) { ContentHash.of($0).description }
            let attached = library.workflows.flatMap(\.plan.attachments).map(\.name)
            let findings = TemplateCheck.diagnostics(of: library, only: isFolder(path) ? nil : Set(attached))
            let found = isFolder(path) && library.workflows.isEmpty ? Self.templates(in: library) : [:]
            let own = found.sorted { $0.key < $1.key }.flatMap { TemplateCheck.diagnostics(of: $0.value, file: $0.key) }
            let others = diagnostics.filter { found[$0.file] == nil }
            self.diagnostics = (others + findings + own).map(DiagnosticEntry.init)
            workflows = library.workflows.count
            templates = found.count
            return
        }
        let source = try WorkflowSource(path)
        sources = SourceTexts([source.name: source.bytes])
        if let template = TemplateCheck.template(source.bytes) {
            diagnostics = TemplateCheck.diagnostics(of: template, file: source.name).map(DiagnosticEntry.init)
            templates = 1
            return
        }
        let result = WorkflowCompiler.compile(source: source.bytes, file: source.name) {
            ContentHash.of($0).description
        }
        diagnostics = result.diagnostics.map(DiagnosticEntry.init)
        workflows = result.plan == nil ? 0 : 1
    }

    /// The templates that lie where workflows would, by their paths, when nothing else does.
    private static func templates(in library: Library) -> [String: YAMLNode] {
        var found: [String: YAMLNode] = [:]
        for path in library.broken.map(\.path) {
            guard let source = try? WorkflowSource(path), let root = TemplateCheck.template(source.bytes) else {
                return [:]
            }
            found[path] = root
        }
        return found
    }
}

extension DiagnosticEntry {
    fileprivate init(_ diagnostic: Diagnostic) {
        self.init(
            file: diagnostic.file, line: diagnostic.line, column: diagnostic.column,
            severity: Severity(rawValue: diagnostic.severity.rawValue) ?? .error, message: diagnostic.message,
            hint: diagnostic.hint)
    }
}
