import BatonEngine
import OrderedCollections

/// Where a section looks for its content and its values: in the entry that it belongs to, then outward.
struct ComposingScope {
    /// In the order in which they were given, so that the same content gives the same text.
    private typealias Table = OrderedDictionary<String, JSON>

    /// The id of the section, with those of the entries around it: `epic-details[2]/story[1]`.
    private(set) var place = ""
    private var contents: [OrderedDictionary<String, SectionContent>]
    private var tables: [Table]
    /// Whether the section around repeats, and its sections with it.
    private var isInEntry = false

    init(content: DocumentContent, facts: OrderedDictionary<String, JSON>) {
        contents = [content.sections]
        tables = [Self.table(facts), Self.table(content.values)]
    }

    private static func table(_ values: OrderedDictionary<String, JSON>) -> Table {
        Table(values.map { (NameKey.of($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Content

    func content(of section: OutlineSection) -> SectionContent? {
        let key = NameKey.of(section.id)
        return contents.reversed().lazy.compactMap { $0[key] }.first
    }

    func hasContent(inside section: OutlineSection) -> Bool {
        guard contents.contains(where: { !$0.isEmpty }), !section.hasOwnEntries else { return false }
        return section.sections.contains { content(of: $0) != nil || hasContent(inside: $0) }
    }

    func place(of section: OutlineSection) -> String {
        place.isEmpty || !isInEntry ? section.id : "\(place)/\(section.id)"
    }

    /// A section with its own title for each entry repeats with the section around it, when it is given as a list.
    func repeats(_ section: OutlineSection, _ content: SectionContent?) -> Bool {
        guard isInEntry, section.hasVariableTitle, case .list = content else { return false }
        return true
    }

    /// The scope of a section, or of an entry of it.
    func inside(_ section: OutlineSection, _ content: SectionContent?, number: Int? = nil) -> ComposingScope {
        var scope = self
        scope.place = place(of: section)
        if let number {
            scope.place += "[\(number)]"
            scope.isInEntry = true
            // Each entry has its own contents: what lies outside belongs to all or to none.
            if section.hasVariableTitle || content != nil { scope.contents = [] }
            scope.tables.append(numbers(of: section, number))
        }
        if case .group(let values, let sections) = content {
            scope.contents.append(sections)
            scope.tables.append(Self.table(values))
        }
        return scope
    }

    /// The place of an entry as the value of `epic_number` and the like, where no value is given.
    private func numbers(of section: OutlineSection, _ number: Int) -> Table {
        var texts = [section.title.map { TemplateText(title: $0) }, section.template.map { TemplateText($0) }]
        // Below one heading, the number is in the titles of what the entry holds.
        if !section.hasVariableTitle {
            texts += section.sections.map { inner in inner.title.map { TemplateText(title: $0) } }
        }
        let names = texts.compactMap(\.self).flatMap(\.variables)
        var table: Table = [:]
        for name in names where Self.isNumber(name) && value(of: name) == nil {
            table[NameKey.of(name)] = .int(Int64(number))
        }
        return table
    }

    static func isNumber(_ name: String) -> Bool {
        guard let word = NameKey.of(name).split(separator: "-").last else { return false }
        return ["number", "num", "index"].contains(word)
    }

    // MARK: Values

    func value(of name: String) -> JSON? {
        let key = NameKey.of(name)
        return tables.reversed().lazy.compactMap { $0[key] }.first
    }

    /// The values that the innermost content brings.
    var ownValues: [JSON] { tables.last.map { Array($0.values) } ?? [] }

    func adding(_ values: OrderedDictionary<String, JSON>) -> ComposingScope {
        var scope = self
        scope.tables.append(Self.table(values))
        return scope
    }
}
