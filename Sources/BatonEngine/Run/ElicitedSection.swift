import OrderedCollections

/// A section of a document that a person is asked about while it is written (`elicit: true` in its template).
public struct ElicitedSection: Sendable, Equatable {
    /// A longer draft is cut; the document has it all.
    public static let maxDraftBytes = 8192

    /// The document's name, in full.
    public let document: ArtifactName
    /// Its id in the template.
    public let section: String
    /// Its heading.
    public let title: String
    /// What it says, with the sections in it.
    public let draft: String

    public init(document: ArtifactName, section: String, title: String, draft: String) {
        self.document = document
        self.section = section
        self.title = title
        self.draft = draft
    }

    func isSame(as other: ElicitedSection) -> Bool { document.key == other.document.key && section == other.section }
}

// MARK: - The form in which the store keeps it

extension ElicitedSection {
    public var json: JSON {
        [
            "document": .string(document.text), "section": .string(section), "title": .string(title),
            "draft": .string(draft),
        ]
    }

    /// Reads it back; nil when it is none that this engine wrote.
    public init?(_ json: JSON) {
        guard let document = json["document"]?.string, let section = json["section"]?.string else { return nil }
        self.init(
            document: ArtifactName(document), section: section, title: json["title"]?.string ?? section,
            draft: json["draft"]?.string ?? "")
    }

    static func list(_ json: JSON?) -> [ElicitedSection] { (json?.array ?? []).compactMap { ElicitedSection($0) } }
}
