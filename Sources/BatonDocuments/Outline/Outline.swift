import BatonEngine
import OrderedCollections

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
    /// How the author and a person make it together, as the template proposes.
    public let elicitation: Elicitation
    /// The sections at the top, in order.
    public let sections: [OutlineSection]
    /// The keys of a document in YAML, with `{{variables}}` in their texts; empty for markdown.
    public let fields: OrderedDictionary<String, JSON>
    /// Keys of a document in YAML that only guide its author: examples, and the rules for decisions.
    public let guides: OrderedDictionary<String, JSON>

    public init(
        id: String, name: String, version: String? = nil, format: Format = .markdown, filename: String? = nil,
        title: String? = nil, elicitation: Elicitation = Elicitation(), sections: [OutlineSection] = [],
        fields: OrderedDictionary<String, JSON> = [:], guides: OrderedDictionary<String, JSON> = [:]
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.format = format
        self.filename = filename
        self.title = title ?? name
        self.elicitation = elicitation
        self.sections = sections
        self.fields = fields
        self.guides = guides
    }

    /// Every section at any depth, parents before children, in the order of the document.
    public var allSections: [OutlineSection] {
        var all: [OutlineSection] = []
        for section in sections { section.collect(into: &all) }
        return all
    }
}

/// How a document's sections are talked over while it is written: `workflow` of a template, or `custom_elicitation`.
public struct Elicitation: Sendable, Equatable {
    /// What a person is offered instead of the usual methods.
    public struct Menu: Sendable, Equatable {
        public let title: String?
        public let options: [String]

        public init(title: String? = nil, options: [String]) {
            self.title = title
            self.options = options
        }
    }

    /// `interactive`, `non-interactive` or `yolo`; nil when the template leaves it open.
    public let mode: String?
    /// The task that tells how, such as `advanced-elicitation`.
    public let method: String?
    /// Whether a person may skip sections.
    public let allowsSkipping: Bool
    public let menu: Menu?

    public init(mode: String? = nil, method: String? = nil, allowsSkipping: Bool = false, menu: Menu? = nil) {
        self.mode = mode
        self.method = method
        self.allowsSkipping = allowsSkipping
        self.menu = menu
    }
}
