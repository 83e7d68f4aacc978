import BatonEngine
import OrderedCollections

/// What an agent gives for a section: text | [content] | `{values, sections}`.
public indirect enum SectionContent: Sendable, Equatable {
    case text(String)
    case list([SectionContent])
    /// Values for the `{{variables}}` of the section, and content for the sections in it.
    case group(values: OrderedDictionary<String, JSON>, sections: OrderedDictionary<String, SectionContent>)
}

/// The form in which the names of sections and values are compared: case does not count, and `_` is `-`.
enum NameKey {
    static func of(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "_") && !(0x41...0x5A).contains($0) }
        if isPlain { return name }
        return String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    }
}

/// The sections of a result, by their ids, and the values that hold for the whole document.
public struct DocumentContent: Sendable, Equatable {
    /// By the ids of sections, as ``read(sections:values:)`` compares them.
    public var sections: OrderedDictionary<String, SectionContent>
    public var values: OrderedDictionary<String, JSON>
    /// The keys of a document in YAML.
    public var fields: OrderedDictionary<String, JSON>

    public init(
        sections: OrderedDictionary<String, SectionContent> = [:], values: OrderedDictionary<String, JSON> = [:],
        fields: OrderedDictionary<String, JSON> = [:]
    ) {
        self.sections = sections
        self.values = values
        self.fields = fields
    }

    /// The most contents that a document may have, all lists and groups counted.
    public static let maxContents = 50_000
    /// How deep contents may lie in one another.
    public static let maxDepth = 64
}

extension Outline {
    /// Reads the `sections` and the `values` of a result for this outline.
    ///
    /// - Returns: what could be read, and one reason for each place with a wrong shape.
    public func content(sections: JSON, values: JSON = .null) -> (content: DocumentContent, reasons: [Reason]) {
        var reader = ContentReader()
        var content = DocumentContent(values: reader.values(values, at: "values"))
        if format == .markdown {
            content.sections = reader.sections(sections, at: "sections")
        } else {
            content.fields = reader.values(sections, at: "sections")
        }
        return (content, reader.reasons)
    }
}

private struct ContentReader {
    private(set) var reasons: [Reason] = []
    private var count = 0

    mutating func sections(_ json: JSON, at place: String, depth: Int = 0) -> OrderedDictionary<String, SectionContent>
    {
        guard !json.isNull else { return [:] }
        guard let members = json.object else {
            report(place, "must be an object of contents by section id, not \(json.kind)")
            return [:]
        }
        var sections: OrderedDictionary<String, SectionContent> = [:]
        for (id, value) in members {
            // Null says what leaving out says.
            if value.isNull { continue }
            let name = NameKey.of(id)
            if sections[name] != nil { report(id, "the section is given twice") }
            sections[name] = content(value, at: id, depth: depth)
        }
        return sections
    }

    mutating func values(_ json: JSON, at place: String) -> OrderedDictionary<String, JSON> {
        guard !json.isNull else { return [:] }
        guard let members = json.object else {
            report(place, "values must be an object of values by name, not \(json.kind)")
            return [:]
        }
        return members.filter { !$0.value.isNull }
    }

    private mutating func content(_ json: JSON, at place: String, depth: Int) -> SectionContent? {
        count += 1
        guard count <= DocumentContent.maxContents else {
            if count == DocumentContent.maxContents + 1 {
                report("sections", "more than \(DocumentContent.maxContents) contents; send fewer, longer ones")
            }
            return nil
        }
        guard depth < DocumentContent.maxDepth else {
            report(place, "contents lie more than \(DocumentContent.maxDepth) deep")
            return nil
        }
        if let text = TemplateReader.scalar(json) { return .text(text) }
        if let elements = json.array {
            let kept = elements.filter { !$0.isNull }
            return .list(kept.compactMap { content($0, at: place, depth: depth + 1) })
        }
        let strangers = json.object?.keys.filter { $0 != "values" && $0 != "sections" } ?? []
        guard strangers.isEmpty else {
            report(
                place,
                "an object has only the keys values and sections, not \(Reason.list(strangers)); "
                    + "put what fills {{variables}} under values, and sections by id under sections")
            return nil
        }
        return .group(
            values: values(json["values"] ?? .null, at: place),
            sections: sections(json["sections"] ?? .null, at: place, depth: depth + 1))
    }

    private mutating func report(_ place: String, _ text: String) {
        guard reasons.count < Reason.limit else { return }
        reasons.append(Reason(place: place, text: text))
    }
}
