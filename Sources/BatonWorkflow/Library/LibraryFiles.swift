import BatonEngine

/// A file that steps may name: a template, task, checklist or piece of data.
public struct LibraryFile: Sendable {
    /// Without its folder, with its extension.
    public let name: String
    public let kind: Attachment.Kind
    public let content: String
    /// The tree of a YAML file; nil for any other.
    public let structure: JSON?

    public init(name: String, kind: Attachment.Kind, content: String, structure: JSON? = nil) {
        self.name = name
        self.kind = kind
        self.content = content
        self.structure = structure
    }

    /// The name without extension, as names are compared.
    var key: String { ArtifactName.key(of: name) }

    /// A template whose shape can be told section by section.
    var hasSections: Bool { kind == .template && structure?["sections"]?.array?.isEmpty == false }

    /// For a document template: the key of the document's name in `output.filename`; nil if it holds variables.
    var documentKey: String? {
        guard kind == .template, let path = structure?["template"]?["output"]?["filename"]?.string else { return nil }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty || name.contains("{") ? nil : ArtifactName.key(of: name)
    }
}

/// The files beside the workflows of a library, looked up by name.
public struct LibraryFiles: Sendable {
    /// In the order in which names are looked up: `templates/ tasks/ checklists/ data/ agents/`.
    public let files: [LibraryFile]
    private let indices: [String: [Int]]
    private let templates: [String: [Int]]

    public init(_ files: [LibraryFile] = []) {
        self.files = files
        indices = Dictionary(grouping: files.indices.filter { files[$0].kind != .agent }, by: { files[$0].key })
        var templates: [String: [Int]] = [:]
        for (index, file) in files.enumerated() {
            if let key = file.documentKey { templates[key, default: []].append(index) }
        }
        self.templates = templates
    }

    /// The file that `uses: name` means: `name` itself with or without its extension and folder, else `name-tmpl`.
    public func find(_ name: String) -> LibraryFile? {
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

    /// The file whose stem is exactly `word`.
    func mentioned(_ word: String) -> LibraryFile? { indices[ArtifactName.key(of: word)]?.first.map { files[$0] } }

    /// The template for a document that names none: by `output.filename`, else `<stem>-tmpl`.
    func template(forDocument name: ArtifactName) -> LibraryFile? {
        let key = name.key.split(separator: "/").last.map(String.init) ?? name.key
        let own = indices[key + "-tmpl"]?.first { files[$0].kind == .template }
        let byFilename = templates[key] ?? []
        // Several templates may make documents of one name; the one that is called like it is meant.
        if let own, byFilename.isEmpty || byFilename.contains(own) { return files[own] }
        return (byFilename.first ?? own).map { files[$0] }
    }
}

extension Attachment.Kind {
    /// Where files of the kind lie, beside the workflows.
    var folder: String {
        switch self {
        case .template: "templates"
        case .task: "tasks"
        case .checklist: "checklists"
        case .data: "data"
        case .agent: "agents"
        }
    }

    /// In the order in which names are looked up.
    static let lookupOrder: [Attachment.Kind] = [.template, .task, .checklist, .data, .agent]
}
