/// A section of a document's outline.
public struct OutlineSection: Sendable, Equatable {
    /// The kinds of content that the language of templates knows.
    public enum Kind: String, Sendable, CaseIterable {
        case bulletList = "bullet-list"
        case numberedList = "numbered-list"
        case paragraphs
        case table
        case code
        case mermaid
        case checklist
        case choice
        case templateText = "template-text"
    }

    /// What may be chosen: one list, or several with names.
    public struct Choices: Sendable, Equatable {
        /// Nil when the template writes a plain list.
        public let name: String?
        public let options: [String]

        public init(name: String? = nil, options: [String]) {
            self.name = name
            self.options = options
        }
    }

    /// A line of a table that the template gives.
    public enum Row: Sendable, Equatable {
        /// Stands over the rows that follow.
        case category(String)
        case cells([String])
    }

    /// What a template may say of a section.
    public static let keys: Set<String> = [
        "id", "title", "type", "instruction", "repeatable", "condition", "owner", "editors", "readonly", "elicit",
        "custom_elicitation", "examples", "template", "item_template", "prefix", "content", "choices", "columns",
        "rows", "items", "language", "mermaid_type", "sections", "subsections",
    ]

    /// Names the section in results (`sections: {id: content}`); unique in the outline.
    public let id: String
    /// A section without a title has no heading.
    public var title: String?
    /// What its author has to write.
    public var instruction: String?
    /// One of ``Kind``; nil is plain prose.
    public var type: String?
    /// It occurs once for each entry.
    public var isRepeatable = false
    /// When its author writes it; leaving the section out means that it does not hold.
    public var condition: String?
    /// The role that writes it; nil is any.
    public var owner: String?
    /// Roles that may change it, beside its owner.
    public var editors: [String] = []
    /// Whether nobody changes it once it is written.
    public var isReadOnly = false
    /// Text with `{{variables}}`.
    public var template: String?
    /// Text with `{{variables}}` for each item of a list.
    public var itemTemplate: String?
    /// Stands before the number of each item: `FR` gives FR1, FR2, ….
    public var prefix: String?
    /// Text that stands in every document, with `{{variables}}`.
    public var content: String?
    public var choices: [Choices] = []
    /// The header of a table.
    public var columns: [String] = []
    public var rows: [Row] = []
    /// Items of a list or checklist that the template gives.
    public var items: [String] = []
    /// The language of a code block.
    public var language: String?
    /// The kind of a diagram, such as `graph` or `sequence`.
    public var mermaidType: String?
    /// Show the author what is meant; never part of the document.
    public var examples: [String] = []
    /// Its content wants to be talked over with the user before it counts.
    public var isElicited = false
    /// What the user is offered then, instead of the usual methods.
    public var elicitationMenu: Elicitation.Menu?
    public var sections: [OutlineSection] = []

    public init(id: String, title: String? = nil) {
        self.id = id
        self.title = title
    }

    func collect(into all: inout [OutlineSection]) {
        all.append(self)
        for section in sections { section.collect(into: &all) }
    }
}
