import BatonEngine

/// What lies where in a library: found by looking at folders, without reading a file.
///
/// Two layouts of a folder are equal when no file in it was added, removed or changed between them.
///
/// A library is made of *packs*, folders as BMAD lays them out:
///
/// | in the folder | what it is |
/// |---|---|
/// | `workflows/`, or the folder's own `*.yaml` | the pack of the library itself |
/// | `.bmad-core/`, `bmad-core/` | BMAD's own, in a project and in its repository |
/// | `.bmad-*/`, `expansion-packs/*/`, any folder with `workflows/` and `templates/` or its like | expansion packs |
/// | `expansion/workflows/<pack>--<file>.yaml` | workflows of packs, without the rest of them |
/// | `common/`, beside `bmad-core/` or `expansion-packs/` | files that all packs share |
/// | `core-config.yaml` of a pack | where its project keeps documents |
public struct LibraryLayout: Sendable, Equatable {
    struct Pack: Sendable, Equatable {
        /// The name of its folder, without a leading dot.
        let name: String
        /// Those that are offered, as paths.
        var workflows: [String] = []
        /// What steps may name, as paths.
        var files: [File] = []
        var personas: [String] = []
        var teams: [String] = []
        /// The path of its `core-config.yaml`.
        var settings: String?
    }

    struct File: Sendable, Equatable {
        let path: String
        let kind: Attachment.Kind
    }

    public let path: String
    /// There is something at the path.
    let exists: Bool
    /// In the order in which their workflows are offered.
    private(set) var packs: [Pack] = []
    private(set) var problems: [Diagnostic] = []
    private var root: Int?
    private var core: Int?
    private var common: Int?
    private var stamps: [String: FileStamp] = [:]
    /// The packs by their folders.
    private var indices: [String: Int] = [:]

    /// - Parameter path: a folder; or one workflow file, which is then the only one that is offered.
    public init(_ path: String) {
        self.path = path
        let path = FilePath.withoutTrailingSlashes(path)
        let isFolder = FilePath.isFolder(path)
        exists = isFolder != nil
        guard let isFolder else {
            problems = [Diagnostic(file: path, severity: .error, message: "there is no such file or folder")]
            return
        }
        let inner = FilePath.join(path, "workflows")
        let home = !isFolder ? FilePath.parent(path) : FilePath.isFolder(inner) == true ? inner : path
        let isWorkflows = FilePath.lastComponent(home) == "workflows"
        let base = isWorkflows ? FilePath.parent(home) : home
        // Who names one file, or the folder of one pack's workflows, is offered these; the rest is for looking up.
        let offersAll = isFolder && FilePath.lastComponent(path) != "workflows"
        let packs = PackFolders(base)
        if !(offersAll && home == path && packs.isProject) {
            addRoot(home: home, base: base, only: isFolder ? nil : path)
        }
        for folder in PackFolders.surroundings(of: base) where core == nil {
            core = (folder == base ? packs : PackFolders(folder)).core.map {
                index(of: $0, offers: offersAll && folder == base)
            }
        }
        core = core ?? indices[base]
        if offersAll {
            for folder in packs.others { _ = index(of: folder, offers: true) }
            if let flat = packs.flat { addFlat(flat) }
        }
        for folder in PackFolders.surroundings(of: base) where common == nil {
            common = (folder == base ? packs : PackFolders(folder)).common.map {
                index(of: $0, offers: offersAll && folder == base)
            }
        }
    }

    /// The packs in which a workflow of the pack looks for what it names: its own, then `bmad-core`, then `common`.
    func lookup(from pack: Int) -> [Int] {
        var result = [pack]
        for index in [core, common] { if let index, !result.contains(index) { result.append(index) } }
        return result
    }

    /// The packs in which a workflow that lies in none looks for what it names.
    var mainLookup: [Int] {
        guard let first = root ?? core ?? common else { return [] }
        return lookup(from: first)
    }

    // MARK: Packs

    /// The library's own pack: a small one has `templates/` among its workflows, BMAD has them side by side.
    private mutating func addRoot(home: String, base: String, only: String?) {
        var pack = Pack(name: Self.packName(base))
        let workflows =
            only.map { [$0] }
            ?? list(home).filter { FilePath.isYAML($0) && FilePath.lastComponent($0) != ProjectSettings.fileName }
        pack.workflows = workflows
        for path in workflows { stamps[path] = FileStamp(path) }
        let folders = home == base ? [home] : [home, base]
        fill(&pack) { name in
            folders.map { FilePath.join($0, name) }.first { FilePath.isFolder($0) == true }
        }
        for folder in folders where pack.settings == nil { addSettings(of: folder, to: &pack) }
        root = packs.count
        add(pack, at: base)
    }

    private mutating func index(of folder: String, offers: Bool) -> Int {
        if let index = indices[folder] { return index }
        var pack = Pack(name: Self.packName(folder))
        let workflows = FilePath.join(folder, "workflows")
        if offers, FilePath.isFolder(workflows) == true { pack.workflows = list(workflows).filter(FilePath.isYAML) }
        fill(&pack) { name in
            let path = FilePath.join(folder, name)
            return FilePath.isFolder(path) == true ? path : nil
        }
        addSettings(of: folder, to: &pack)
        add(pack, at: folder)
        return packs.count - 1
    }

    private mutating func addSettings(of folder: String, to pack: inout Pack) {
        let path = FilePath.join(folder, ProjectSettings.fileName)
        guard let stamp = FileStamp(path), !stamp.isFolder else { return }
        pack.settings = path
        stamps[path] = stamp
    }

    private mutating func addFlat(_ folder: String) {
        for path in list(folder) where FilePath.isYAML(path) {
            let name = FilePath.lastComponent(path)
            let pack = name.packPrefix ?? "expansion"
            if let index = packs.firstIndex(where: { $0.name == pack }) {
                packs[index].workflows.append(path)
            } else {
                add(Pack(name: pack, workflows: [path]), at: folder + "/" + pack)
            }
        }
    }

    private mutating func add(_ pack: Pack, at folder: String) {
        indices[folder] = packs.count
        packs.append(pack)
    }

    private mutating func fill(_ pack: inout Pack, folder: (String) -> String?) {
        for kind in Attachment.Kind.lookupOrder {
            guard let path = folder(kind.folder) else { continue }
            pack.files += list(path).map { File(path: $0, kind: kind) }
        }
        if let path = folder(Attachment.Kind.agent.folder) { pack.personas = list(path).filter { $0.hasSuffix(".md") } }
        if let path = folder("agent-teams") { pack.teams = list(path).filter(FilePath.isYAML) }
    }

    /// The paths of a folder's visible files, sorted.
    private mutating func list(_ folder: String) -> [String] {
        guard let names = PackFolders.names(in: folder) else {
            problems.append(Diagnostic(file: folder, severity: .error, message: "cannot be listed"))
            return []
        }
        var files: [(path: String, stamp: FileStamp)] = []
        for name in names where !name.hasPrefix(".") {
            let path = FilePath.join(folder, name)
            if let stamp = FileStamp(path), !stamp.isFolder { files.append((path, stamp)) }
        }
        guard files.count <= Library.maxFilesPerFolder else {
            let message = "has \(files.count) files; more than \(Library.maxFilesPerFolder)"
            problems.append(Diagnostic(file: folder, severity: .error, message: message))
            return []
        }
        for file in files { stamps[file.path] = file.stamp }
        return files.map(\.path)
    }

    private static func packName(_ folder: String) -> String {
        let name = FilePath.lastComponent(folder)
        return name.hasPrefix(".") ? String(name.dropFirst()) : name
    }
}

extension String {
    /// `pack` of a file called `pack--name.yaml`.
    var packPrefix: String? {
        var start = startIndex
        while let dash = self[start...].firstIndex(of: "-") {
            let next = index(after: dash)
            if next < endIndex, self[next] == "-" { return dash > startIndex ? String(self[..<dash]) : nil }
            start = next
        }
        return nil
    }
}
