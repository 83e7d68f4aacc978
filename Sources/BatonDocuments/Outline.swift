import BatonEngine

/// The shape of a document, as its template gives it: what an agent is told, and what its result is read against.
public struct Outline: Sendable, Equatable {
    /// What the finished document is.
    public enum Format: String, Sendable {
        case markdown
        /// The template's other keys are the document; there are no sections.
        case yaml
    }

    public let id: String
    /// What the template is called.
    public let name: String
    /// The template's own version.
    public let version: String?
    public let format: Format
    /// A path that may hold `{{variables}}`; nil when the template leaves it open.
    public let filename: String?
    /// The document's title, which may hold `{{variables}}`: `output.title`, else the name.
    public let title: String
    /// The sections at the top, in order.
    public let sections: [OutlineSection]

    public init(
        id: String, name: String, version: String? = nil, format: Format = .markdown, filename: String? = nil,
        title: String? = nil, sections: [OutlineSection] = []
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.format = format
        self.filename = filename
        self.title = title ?? name
        self.sections = sections
    }

    /// Every section at any depth, parents before children, in the order of the document.
    public var allSections: [OutlineSection] { sections.flatMap(\.withDescendants) }
}

/// A section of a document's outline.
public struct OutlineSection: Sendable, Equatable {
    /// The kinds of content that the language of templates knows.
    public static let knownTypes: Set<String> = [
        "bullet-list", "numbered-list", "paragraphs", "table", "code", "mermaid", "checklist", "choice",
        "template-text",
    ]

    /// Names the section in results (`sections: {id: content}`).
    public let id: String
    /// A section without a title has no heading.
    public let title: String?
    /// What its author has to write.
    public let instruction: String?
    /// One of ``knownTypes``; nil is plain prose.
    public let type: String?
    /// It occurs once for each entry.
    public let isRepeatable: Bool
    /// When its author writes it; leaving the section out means that it does not hold.
    public let condition: String?
    /// The role that writes it; nil is any.
    public let owner: String?
    /// Roles that may change it, beside its owner.
    public let editors: [String]
    /// Text with `{{variables}}`.
    public let template: String?
    /// Its content wants to be talked over with the user before it counts.
    public let isElicited: Bool
    public let sections: [OutlineSection]

    public init(
        id: String, title: String? = nil, instruction: String? = nil, type: String? = nil, isRepeatable: Bool = false,
        condition: String? = nil, owner: String? = nil, editors: [String] = [], template: String? = nil,
        isElicited: Bool = false, sections: [OutlineSection] = []
    ) {
        self.id = id
        self.title = title
        self.instruction = instruction
        self.type = type
        self.isRepeatable = isRepeatable
        self.condition = condition
        self.owner = owner
        self.editors = editors
        self.template = template
        self.isElicited = isElicited
        self.sections = sections
    }

    var withDescendants: [OutlineSection] { [self] + sections.flatMap(\.withDescendants) }
}
