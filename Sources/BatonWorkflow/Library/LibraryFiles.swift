import BatonEngine

/// The files that a workflow may name, looked up pack by pack: its own pack goes before the shared ones.
public struct LibraryFiles: Sendable {
    /// In the order in which names are looked up: pack by pack, in each `templates/ tasks/ checklists/ data/`. No two
    /// have the same name.
    public var files: [LibraryFile] { packs.flatMap(\.files) }
    private let packs: [PackIndex]
    private let personas: [String: Persona]
    /// The `core-config.yaml` of the first pack that has one.
    let settings: LibraryFile?

    /// The files of one pack.
    public init(_ files: [LibraryFile] = [], personas: [Persona] = [], settings: LibraryFile? = nil) {
        packs = [PackIndex(files)]
        self.settings = settings
        self.personas = Dictionary(
            personas.map { (ArtifactName.key(of: $0.role), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The files of several packs: of files with the same name, those of later packs are hidden.
    init(packs parts: [LibraryFiles]) {
        var names: Set<String> = []
        packs = parts.flatMap(\.packs).map { pack in
            PackIndex(pack.files.filter { names.insert($0.name).inserted })
        }
        settings = parts.lazy.compactMap(\.settings).first
        personas = parts.reduce(into: [:]) { $0.merge($1.personas) { first, _ in first } }
    }

    /// The file that `uses: name` means: `name` itself with or without its extension and folder, else `name-tmpl`.
    public func find(_ name: String) -> LibraryFile? { packs.lazy.compactMap { $0.find(name) }.first }

    /// Who serves a role, as the library tells it.
    public func persona(forRole role: String) -> Persona? { personas[ArtifactName.key(of: role)] }

    /// The file whose stem is exactly `word`.
    func mentioned(_ word: String) -> LibraryFile? { packs.lazy.compactMap { $0.mentioned(word) }.first }

    /// The template for a document that names none: by `output.filename`, else `<stem>-tmpl` of the workflow's own
    /// pack.
    func template(forDocument name: ArtifactName) -> LibraryFile? {
        packs.enumerated().lazy.compactMap { index, pack in
            pack.template(forDocument: name, isOwnPack: index == 0)
        }.first
    }
}

/// The files of one pack, by their names.
private struct PackIndex: Sendable {
    let files: [LibraryFile]
    private let indices: [String: [Int]]
    private let templates: [String: [Int]]

    init(_ files: [LibraryFile]) {
        self.files = files
        indices = Dictionary(grouping: files.indices.filter { files[$0].kind != .agent }, by: { files[$0].key })
        var templates: [String: [Int]] = [:]
        for (index, file) in files.enumerated() {
            if let key = file.documentKey { templates[key, default: []].append(index) }
        }
        self.templates = templates
    }

    func find(_ name: String) -> LibraryFile? {
        let parts = name.split(separator: "/")
        guard let last = parts.last else { return nil }
        let key = ArtifactName.key(of: String(last))
        let folder = parts.dropLast().last.map(String.init)
        for key in [key, key + "-tmpl"] {
            guard let candidates = indices[key] else { continue }
            let exact = candidates.first { files[$0].name == last && files[$0].kind.folder == folder }
            let inFolder = candidates.first { files[$0].kind.folder == folder }
            let named = candidates.first { files[$0].name == last }
            return (exact ?? inFolder ?? named ?? candidates.first).map { files[$0] }
        }
        return nil
    }

    func mentioned(_ word: String) -> LibraryFile? { indices[ArtifactName.key(of: word)]?.first.map { files[$0] } }

    func template(forDocument name: ArtifactName, isOwnPack: Bool) -> LibraryFile? {
        let key = name.key.split(separator: "/").last.map(String.init) ?? name.key
        let own = isOwnPack ? indices[key + "-tmpl"]?.first { files[$0].kind == .template } : nil
        let byFilename = templates[key] ?? []
        // Several templates may make documents of one name; the one that is called like it is meant.
        if let own, byFilename.isEmpty || byFilename.contains(own) { return files[own] }
        return (byFilename.first ?? own).map { files[$0] }
    }
}
