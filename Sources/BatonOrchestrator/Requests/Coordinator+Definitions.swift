import BatonEngine
import BatonMessages
import BatonStore
import BatonWorkflow

/// Workflows that come with requests.
extension Coordinator {
    /// All that is wrong with a definition; nothing is kept of it.
    func validate(_ request: DefinitionRequest) -> Reply.Body {
        let (workflow, diagnostics) = compile(request.yaml, file: file(of: request))
        return .checked(DefinitionReply(workflow, diagnostics))
    }

    /// Makes a workflow known, in place of what was defined under its id before. Runs that are open keep theirs.
    func define(_ request: DefinitionRequest, client: String, now: Timestamp) throws -> Reply.Body {
        let (workflow, diagnostics) = compile(request.yaml, file: file(of: request))
        guard let workflow else {
            let errors = diagnostics.filter { $0.severity == .error }.map(\.description)
            throw ReplyError(.invalidWorkflow, "the definition cannot be run", reasons: errors)
        }
        let id = workflow.plan.workflow
        if let other = catalogue.library.find(id) {
            throw ReplyError(
                .invalidRequest,
                "the library has a workflow \(id) in \(other.file): change that file, or choose another id")
        }
        let count = catalogue.definitions.count
        guard catalogue.definitions[id] != nil || count < settings.limits.definitions else {
            throw ReplyError(
                .invalidRequest, "\(count) workflows have been defined, which is the limit: put some into the library")
        }
        catalogue.define(workflow)
        batch.definitions.append(
            DefinitionRow(
                plan: workflow.plan, source: workflow.source, file: workflow.file, triggers: workflow.triggers,
                client: client, definedAt: now))
        logger.info("workflow defined", metadata: ["workflow": "\(id)", "client": "\(client)"])
        return .checked(DefinitionReply(workflow, diagnostics))
    }

    func compile(_ source: String, file: String) -> (workflow: LoadedWorkflow?, diagnostics: [Diagnostic]) {
        let result = WorkflowCompiler.compile(
            source: Array(source.utf8), file: file, files: catalogue.library.files, digest: LibraryFolder.digest)
        let workflow = result.plan.map {
            LoadedWorkflow(
                plan: $0, source: source, file: file, triggers: result.triggers, diagnostics: result.diagnostics)
        }
        return (workflow, result.diagnostics)
    }

    private func file(of request: DefinitionRequest) -> String {
        request.file?.split(separator: "/").last.map(String.init) ?? "definition.yaml"
    }
}

extension DefinitionReply {
    fileprivate init(_ workflow: LoadedWorkflow?, _ diagnostics: [Diagnostic]) {
        self.init(
            isValid: workflow != nil, workflow: workflow?.plan.workflow, revision: workflow?.plan.revision,
            diagnostics: diagnostics.map(DiagnosticEntry.init))
    }
}

extension DiagnosticEntry {
    fileprivate init(_ diagnostic: Diagnostic) {
        let severity: Severity =
            switch diagnostic.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        self.init(
            file: diagnostic.file, line: diagnostic.line, column: diagnostic.column, severity: severity,
            message: diagnostic.message, hint: diagnostic.hint)
    }
}
