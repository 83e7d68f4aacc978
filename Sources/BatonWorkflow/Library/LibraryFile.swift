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

    /// Those that steps may name, in the order in which names are looked up.
    static let lookupOrder: [Attachment.Kind] = [.template, .task, .checklist, .data]
}
