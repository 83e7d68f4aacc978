import BatonEngine
import Foundation

extension Library {
    /// A folder with more is not a library.
    static let maxFilesPerFolder = 1000

    /// Reads a library: all of it that can be read, and what is wrong with the rest.
    ///
    /// Workflows are the `*.yaml` and `*.yml` of `path/workflows`, or, without such a folder, of `path` itself. Beside
    /// them lie `templates`, `tasks`, `checklists`, `data` and `agents`. A broken file is reported and not offered.
    ///
    /// - Parameters:
    ///   - path: the folder; or one workflow file, whose folder is then read as if the file were its only workflow.
    ///   - digest: a hash of bytes as text, which becomes the revision of plans.
    /// - Returns: the library and all findings in its files, by file and line.
    public static func load(
        _ path: String, digest: @escaping ([UInt8]) -> String
    ) -> (library: Library, diagnostics: [Diagnostic]) {
        var loader = LibraryLoader(digest: digest)
        let library = loader.load(path)
        return (library, loader.diagnostics)
    }
}

/// Collects what lies in the folders of a library.
private struct LibraryLoader {
    let digest: ([UInt8]) -> String
    private(set) var diagnostics: [Diagnostic] = []

    init(digest: @escaping ([UInt8]) -> String) { self.digest = digest }

    mutating func load(_ path: String) -> Library {
        guard let isFolder = Self.isFolder(path) else {
            report(path, "there is no such file or folder")
            return Library(path: path, workflows: [], files: LibraryFiles())
        }
        let folder: String
        let paths: [String]
        if isFolder {
            let inner = Self.join(path, "workflows")
            folder = Self.isFolder(inner) == true ? inner : path
            paths = list(folder).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { Self.join(folder, $0) }
        } else {
            folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            paths = [path]
        }
        let files = supportFiles(beside: folder)
        let workflows = paths.compactMap { workflow($0, files: files) }
        return Library(path: path, workflows: unique(workflows), files: files)
    }

    private mutating func workflow(_ path: String, files: LibraryFiles) -> (path: String, workflow: LoadedWorkflow)? {
        guard let bytes = read(path) else { return nil }
        let result = WorkflowCompiler.compile(source: bytes, file: path, files: files, digest: digest)
        diagnostics += result.diagnostics
        guard let plan = result.plan else { return nil }
        let loaded = LoadedWorkflow(
            plan: plan, source: String(decoding: bytes, as: UTF8.self), file: Self.lastComponent(path),
            triggers: result.triggers, diagnostics: result.diagnostics)
        return (path, loaded)
    }

    /// Two files of one id: which of them a start means would depend on luck.
    private mutating func unique(_ workflows: [(path: String, workflow: LoadedWorkflow)]) -> [LoadedWorkflow] {
        var paths: [String: String] = [:]
        var result: [LoadedWorkflow] = []
        for (path, workflow) in workflows {
            if let other = paths[workflow.plan.workflow] {
                report(path, "the workflow \(workflow.plan.workflow.clipped) is already in \(other)")
                continue
            }
            paths[workflow.plan.workflow] = path
            result.append(workflow)
        }
        return result
    }

    // MARK: Beside the workflows

    private mutating func supportFiles(beside folder: String) -> LibraryFiles {
        // BMAD has workflows/ and templates/ side by side; a small library has templates/ among its workflows.
        let parent = Self.lastComponent(folder) == "workflows" ? [Self.join(folder, "..")] : []
        var files: [LibraryFile] = []
        var names: Set<String> = []
        for kind in Attachment.Kind.lookupOrder {
            let candidates = ([folder] + parent).map { Self.join($0, kind.folder) }
            guard let folder = candidates.first(where: { Self.isFolder($0) == true }) else { continue }
            for name in list(folder) {
                guard let file = supportFile(Self.join(folder, name), kind: kind) else { continue }
                if names.insert(name).inserted {
                    files.append(file)
                } else {
                    report(Self.join(folder, name), "another folder of the library has a file of this name", .warning)
                }
            }
        }
        return LibraryFiles(files)
    }

    private mutating func supportFile(_ path: String, kind: Attachment.Kind) -> LibraryFile? {
        guard let bytes = read(path) else { return nil }
        guard let content = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            report(path, "is not UTF-8 text; steps cannot use it", .warning)
            return nil
        }
        var structure: JSON?
        if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
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
        return LibraryFile(name: Self.lastComponent(path), kind: kind, content: content, structure: structure)
    }

    // MARK: The file system

    private mutating func read(_ path: String) -> [UInt8]? {
        do throws(BoundedFile.Refusal) {
            return try BoundedFile.read(path, maxBytes: YAMLLimits().maxBytes)
        } catch {
            report(path, error.reason)
            return nil
        }
    }

    /// The names of a folder's visible files, sorted.
    private mutating func list(_ folder: String) -> [String] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            report(folder, "cannot be listed")
            return []
        }
        let files = names.filter { !$0.hasPrefix(".") && Self.isFolder(Self.join(folder, $0)) == false }.sorted()
        guard files.count <= Library.maxFilesPerFolder else {
            report(folder, "has \(files.count) files; more than \(Library.maxFilesPerFolder)")
            return []
        }
        return files
    }

    private mutating func report(
        _ path: String, _ message: String, _ severity: Diagnostic.Severity = .error
    ) {
        diagnostics.append(Diagnostic(file: path, severity: severity, message: message))
    }

    /// Nil when there is nothing at the path.
    private static func isFolder(_ path: String) -> Bool? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        return isFolder.boolValue
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
