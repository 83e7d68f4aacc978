import BatonEngine

extension Library {
    /// Reads a library: all of it that can be read, and what is wrong with the rest.
    ///
    /// Which folders are looked at, ``LibraryLayout`` says. A broken file is reported; of a file that was good in
    /// `previous`, what it held then is used. When there is nothing at `path` any more, all of `previous` is.
    ///
    /// - Parameters:
    ///   - path: the folder; or one workflow file, whose folder is then read as if the file were its only workflow.
    ///   - previous: the library as it was loaded before, when it is loaded again.
    ///   - digest: a hash of bytes as text, which becomes the revision of plans.
    /// - Returns: the library and all findings in its files, by file and line.
    public static func load(
        _ path: String, previous: Library? = nil, digest: @escaping ([UInt8]) -> String
    ) -> (library: Library, diagnostics: [Diagnostic]) {
        var loader = LibraryLoader(digest: digest, previous: previous)
        let library = loader.load(LibraryLayout(path))
        return (library, loader.diagnostics)
    }
}

/// Reads the files of a layout.
private struct LibraryLoader {
    private let digest: ([UInt8]) -> String
    private let previous: Library?
    private(set) var diagnostics: [Diagnostic] = []
    private var good = Library.LastGood()

    init(digest: @escaping ([UInt8]) -> String, previous: Library?) {
        self.digest = digest
        self.previous = previous
    }

    mutating func load(_ layout: LibraryLayout) -> Library {
        diagnostics = layout.problems
        if !layout.exists, let previous { return previous }
        let packs = layout.packs.map {
            LibraryFiles(files(of: $0), personas: personas(of: $0), settings: settings(of: $0))
        }
        var workflows = OfferedWorkflows()
        for (index, pack) in layout.packs.enumerated() {
            let files = LibraryFiles(packs: layout.lookup(from: index).map { packs[$0] })
            for path in pack.workflows { read(path, pack: pack.name, files: files, into: &workflows) }
        }
        diagnostics += workflows.diagnostics
        let teams = layout.packs.flatMap(\.teams).compactMap { team($0) }
        return Library(
            path: layout.path, workflows: workflows.inOrder, broken: workflows.broken,
            files: LibraryFiles(packs: layout.mainLookup.map { packs[$0] }), teams: teams, layout: layout, good: good)
    }

    // MARK: Workflows

    private mutating func read(
        _ path: String, pack: String, files: LibraryFiles, into workflows: inout OfferedWorkflows
    ) {
        guard let bytes = bytes(of: path) else {
            return workflows.keepLastGood(path, problems: [diagnostics.last!], of: previous)
        }
        let result = WorkflowCompiler.compile(source: bytes, file: path, files: files, digest: digest)
        diagnostics += result.diagnostics
        guard let plan = result.plan else {
            let problems = result.diagnostics.filter { $0.severity == .error }
            return workflows.keepLastGood(path, problems: problems, of: previous)
        }
        workflows.add(
            LoadedWorkflow(
                plan: plan, source: String(decoding: bytes, as: UTF8.self), file: FilePath.lastComponent(path),
                triggers: result.triggers, diagnostics: result.diagnostics, path: path, pack: pack))
    }

    // MARK: Beside the workflows

    private mutating func files(of pack: LibraryLayout.Pack) -> [LibraryFile] {
        var names: Set<String> = []
        var files: [LibraryFile] = []
        for entry in pack.files {
            guard let file = file(entry.path, kind: entry.kind) ?? previous?.good.files[entry.path] else { continue }
            good.files[entry.path] = file
            if names.insert(file.name).inserted {
                files.append(file)
            } else {
                report(entry.path, "another folder of the library has a file of this name", .warning)
            }
        }
        return files
    }

    private mutating func settings(of pack: LibraryLayout.Pack) -> LibraryFile? {
        guard let path = pack.settings else { return nil }
        let file = file(path, kind: .data) ?? previous?.good.files[path]
        good.files[path] = file
        return file
    }

    private mutating func file(_ path: String, kind: Attachment.Kind) -> LibraryFile? {
        guard let bytes = bytes(of: path), let content = text(bytes, of: path, "steps cannot use it") else {
            return nil
        }
        var structure: JSON?
        if FilePath.isYAML(path) {
            // Outlines travel inside commands, whose readers stop at a depth of 64.
            var limits = YAMLLimits()
            limits.maxDepth = 48
            let document = YAMLDocument(bytes, limits: limits)
            let findings = Findings(file: path)
            for problem in document.problems { findings.add(problem) }
            diagnostics += findings.sorted
            guard !findings.hasErrors, let root = document.root else { return nil }
            structure = root.json
        }
        return LibraryFile(name: FilePath.lastComponent(path), kind: kind, content: content, structure: structure)
    }

    private mutating func personas(of pack: LibraryLayout.Pack) -> [Persona] {
        pack.personas.compactMap { path in
            var persona: Persona?
            if let bytes = bytes(of: path), let text = text(bytes, of: path, "its role goes without a persona") {
                let result = PersonaReader.read(text, file: path)
                diagnostics += result.diagnostics
                persona = result.persona
            }
            persona = persona ?? previous?.good.personas[path]
            good.personas[path] = persona
            return persona
        }
    }

    private mutating func team(_ path: String) -> Team? {
        var team: Team?
        if let bytes = bytes(of: path) {
            let result = TeamReader.read(bytes, file: path)
            diagnostics += result.diagnostics
            team = result.team
        }
        team = team ?? previous?.good.teams[path]
        good.teams[path] = team
        return team
    }

    // MARK: Files

    private mutating func bytes(of path: String) -> [UInt8]? {
        do throws(BoundedFile.Refusal) {
            return try BoundedFile.read(path, maxBytes: YAMLLimits().maxBytes)
        } catch {
            report(path, error.reason)
            return nil
        }
    }

    private mutating func text(_ bytes: [UInt8], of path: String, _ consequence: String) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            report(path, "is not UTF-8 text; \(consequence)", .warning)
            return nil
        }
        return text
    }

    private mutating func report(_ path: String, _ message: String, _ severity: Diagnostic.Severity = .error) {
        diagnostics.append(Diagnostic(file: path, severity: severity, message: message))
    }
}
