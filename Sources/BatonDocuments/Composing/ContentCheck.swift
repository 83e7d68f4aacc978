import BatonEngine
import OrderedCollections

/// Looks at what an agent gave before it is written: ids that are not there, places that are wrong, sections of others,
/// values that nothing asks for.
struct ContentCheck {
    private struct Entry {
        let section: OutlineSection
        /// The ids of the sections around it, from the outside in.
        let path: [String]
    }

    private let role: String?
    private var index: [String: Entry] = [:]
    private var titles: [String: String] = [:]
    private(set) var reasons: [Reason] = []

    init(outline: Outline, role: String?) {
        self.role = role
        for section in outline.sections { add(section, path: []) }
    }

    private mutating func add(_ section: OutlineSection, path: [String]) {
        index[NameKey.of(section.id)] = Entry(section: section, path: path)
        if let title = section.title { titles[NameKey.of(HeadingText.slug(title))] = section.id }
        for inner in section.sections { add(inner, path: path + [section.id]) }
    }

    mutating func check(_ content: DocumentContent) { check(content.sections, inside: nil, at: "") }

    private mutating func check(
        _ sections: OrderedDictionary<String, SectionContent>, inside parent: OutlineSection?, at place: String
    ) {
        for (id, content) in sections {
            guard reasons.count < Reason.limit else { return }
            let here = place.isEmpty ? id : "\(place)/\(id)"
            guard let entry = index[id] else {
                report(here, unknown(id))
                continue
            }
            if let parent, !entry.path.contains(parent.id) {
                report(here, "the section is not part of \(parent.id)")
                continue
            }
            if let entries = barrier(above: entry, below: parent) {
                report(
                    here,
                    "the section occurs in each entry of \(entries): give \(entries) as a list of "
                        + "{\"values\": {…}, \"sections\": {…}}")
                continue
            }
            check(content, of: entry.section, at: here)
        }
    }

    private func unknown(_ id: String) -> String {
        if let meant = titles[HeadingText.slug(id)] {
            return "no section has this id; the section with this title is \(meant)"
        }
        return
            "the template has no section with this id; it has \(Reason.list(index.values.map(\.section.id).sorted()))"
    }

    /// The section between `parent` and the entry that has entries of its own.
    private func barrier(above entry: Entry, below parent: OutlineSection?) -> String? {
        let start = parent.flatMap { entry.path.firstIndex(of: $0.id) }.map { $0 + 1 } ?? 0
        return entry.path[start...].first { id in
            index[NameKey.of(id)].map(\.section.hasOwnEntries) ?? false
        }
    }

    private mutating func check(_ content: SectionContent, of section: OutlineSection, at place: String) {
        if !section.isWritable(by: role) {
            report(
                place,
                "the section “\(section.label)” belongs to \(section.writers.joined(separator: ", ")); "
                    + "\(role.map(RoleName.normalized) ?? "nobody") may not write it")
            return
        }
        switch content {
        case .text: break
        case .list(let elements):
            // The elements of tables and lists are rows and items, which their writer looks at.
            guard section.repeatsAsWhole || section.hasVariableTitle else { break }
            for (number, element) in elements.enumerated() {
                check(element, of: section, at: "\(place)[\(number + 1)]")
            }
        case .group(let values, let sections):
            checkValues(values, of: section, at: place)
            check(sections, inside: section, at: place)
        }
    }

    private mutating func checkValues(
        _ values: OrderedDictionary<String, JSON>, of section: OutlineSection, at place: String
    ) {
        guard !values.isEmpty, section.kind != .table, section.kind != .checklist, section.kind != .choice else {
            return
        }
        var known = Set(section.askedNames.map(NameKey.of))
        known.formUnion(["choice", "text", "content"])
        let strangers = values.filter { name, value in
            !known.contains(NameKey.of(name)) && !section.offers(value) && !ComposingScope.isNumber(name)
        }
        guard !strangers.isEmpty else { return }
        let asked = Array(OrderedSet(section.askedNames))
        report(
            place,
            "the template does not ask for \(Reason.list(strangers.keys)); "
                + (asked.isEmpty ? "it asks for no values here: give a text" : "it asks for \(Reason.list(asked))"))
    }

    private mutating func report(_ place: String, _ text: String) { reasons.append(Reason(place: place, text: text)) }
}

extension OutlineSection {
    /// The variables of its texts, and of the sections in it.
    fileprivate var askedNames: [String] {
        var all: [OutlineSection] = []
        collect(into: &all)
        var names: [String] = []
        for section in all {
            if let title = section.title { names += TemplateText(title: title).variables }
            var texts = [section.template, section.itemTemplate, section.content].compactMap(\.self)
            texts += section.items + section.columns
            for row in section.rows { texts += row.texts }
            for text in texts { names += TemplateText(text).variables }
        }
        return names
    }

    /// Whether the value is one of the options of a choice in its texts.
    fileprivate func offers(_ value: JSON) -> Bool {
        guard let text = value.string?.trimmed.lowercased() else { return false }
        let texts = [title.map { TemplateText(title: $0) }, template.map { TemplateText($0) }].compactMap(\.self)
        return texts.flatMap(\.pieces).contains { piece in
            if case .choice(let options) = piece { options.contains { $0.lowercased() == text } } else { false }
        }
    }
}
