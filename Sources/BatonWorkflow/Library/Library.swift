import BatonEngine

/// The workflows of a folder, with the templates, tasks, checklists, data, agents and teams beside them.
public struct Library: Sendable {
    /// A folder with more is not a library.
    static let maxFilesPerFolder = 1000
    /// More expansion packs are not looked at.
    static let maxPacks = 200

    /// As it was given to ``load(_:previous:digest:)``.
    public let path: String
    /// Those that can be started, pack by pack in the order of the files' names.
    public let workflows: [LoadedWorkflow]
    /// Files that should hold a workflow, and of which no good revision is known.
    public let broken: [BrokenWorkflow]
    /// What a workflow may name that lies in none of the packs.
    public let files: LibraryFiles
    public let teams: [Team]
    /// What lay in the folder just before it was read.
    public let layout: LibraryLayout
    /// What files held when they were last good, by path.
    let good: LastGood

    /// The workflow that a start means by `name`: an id, a file name with or without extension, or a trigger.
    ///
    /// An id goes before a file name, and that before a trigger. Of a file called `pack--name.yaml`, `name` is enough.
    public func find(_ name: String) -> LoadedWorkflow? {
        workflow(id: name)
            ?? workflows.first { $0.file == name || WorkflowCompiler.stem(of: $0.file) == name }
            ?? workflows.first { $0.fileInPack == name || WorkflowCompiler.stem(of: $0.fileInPack) == name }
            ?? workflows.first { $0.triggers.contains(name) }
    }

    public func workflow(id: String) -> LoadedWorkflow? { workflows.first { $0.plan.workflow == id } }

    /// The files among its templates that are YAML, pack by pack.
    public var templatePaths: [String] {
        layout.packs.flatMap(\.files).filter { $0.kind == .template && FilePath.isYAML($0.path) }.map(\.path)
    }

    /// A broken file that a start may mean by `name`.
    public func findBroken(_ name: String) -> BrokenWorkflow? {
        broken.first { $0.file == name || $0.name == name }
    }

    /// A team by the name of its file, with or without extension, or by what it is called.
    public func team(_ name: String) -> Team? {
        teams.first { ArtifactName.key(of: $0.name) == ArtifactName.key(of: name) } ?? teams.first { $0.title == name }
    }

    /// What the files of a library held when they were last good, by path.
    struct LastGood: Sendable {
        var files: [String: LibraryFile] = [:]
        var personas: [String: Persona] = [:]
        var teams: [String: Team] = [:]
    }
}

/// A file of a library that cannot be run, and never could since the library was first loaded.
public struct BrokenWorkflow: Sendable {
    public let path: String
    /// The file's name without its folder.
    public let file: String
    /// The errors.
    public let problems: [Diagnostic]

    /// The file's name without folder and extension.
    public var name: String { WorkflowCompiler.stem(of: file) }
}
