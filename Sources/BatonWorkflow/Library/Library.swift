import BatonEngine

/// The workflows of a folder, with the templates, tasks, checklists and data beside them.
public struct Library: Sendable {
    /// As it was given to ``load(_:digest:)``.
    public let path: String
    /// Those that can be started, by file name.
    public let workflows: [LoadedWorkflow]
    public let files: LibraryFiles

    public init(path: String, workflows: [LoadedWorkflow], files: LibraryFiles) {
        self.path = path
        self.workflows = workflows
        self.files = files
    }

    /// The workflow that a start means by `name`: an id, a file name with or without extension, or a trigger.
    ///
    /// An id goes before a file name, and that before a trigger.
    public func find(_ name: String) -> LoadedWorkflow? {
        workflows.first { $0.plan.workflow == name }
            ?? workflows.first { $0.file == name || WorkflowCompiler.stem(of: $0.file) == name }
            ?? workflows.first { $0.triggers.contains(name) }
    }
}
