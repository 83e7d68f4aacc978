import BatonEngine
import OrderedCollections

extension Outline {
    /// Reads the tree of a template file (`*-tmpl.yaml`).
    ///
    /// - Returns: the outline, as much of it as can be read, and all that is wrong. The outline is nil only when the
    ///   tree is no document template at all.
    public static func read(_ structure: JSON) -> (outline: Outline?, problems: [TemplateProblem]) {
        var reader = TemplateReader()
        let outline = reader.read(structure)
        return (outline, reader.problems)
    }
}

/// Reads templates leniently: what has the wrong type is reported and left out.
struct TemplateReader {
    /// Keys that are no part of a document in YAML form.
    private static let settings: Set<String> = ["template", "workflow", "agent_config", "sections"]
    private static let guides: Set<String> = ["examples", "optional_fields_examples", "gate_decision_rules"]

    private(set) var problems: [TemplateProblem] = []
    private var ids: Set<String> = []
    /// What the template's head offers people, by the names under which sections ask for it.
    var namedMenus: OrderedDictionary<String, Elicitation.Menu> = [:]

    mutating func read(_ structure: JSON) -> Outline? {
        guard let template = structure["template"], template.object != nil else {
            report("", "no document template: the key template is missing or no mapping")
            return nil
        }
        let output = template["output"] ?? .null
        let id = text("id", of: template, at: "template")
        let name = text("name", of: template, at: "template")
        if id == nil && name == nil { report("template", "has neither id nor name") }
        let format = text("format", of: output, at: "template.output") ?? Outline.Format.markdown.rawValue
        if Outline.Format(rawValue: format) == nil {
            report("template.output.format", "\(format.prefix(60)) is neither markdown nor yaml")
        }
        let elicitation = elicitation(structure["workflow"])
        var sections = self.sections(of: structure, at: "sections", titled: "sections")
        if sections.isEmpty && format == Outline.Format.markdown.rawValue { report("sections", "there are none") }
        for index in sections.indices { Self.inherit(&sections[index], owner: nil, editors: [], isReadOnly: false) }
        protect(&sections, config: structure["agent_config"] ?? .null)
        let isYAML = format == Outline.Format.yaml.rawValue
        let keys = isYAML ? structure.object ?? [:] : [:]
        return Outline(
            id: id ?? name ?? "", name: name ?? id ?? "", version: text("version", of: template, at: "template"),
            format: Outline.Format(rawValue: format) ?? .markdown,
            filename: text("filename", of: output, at: "template.output"),
            title: text("title", of: output, at: "template.output"), elicitation: elicitation,
            sections: sections,
            fields: keys.filter { !Self.settings.contains($0.key) && !Self.guides.contains($0.key) },
            guides: keys.filter { Self.guides.contains($0.key) })
    }

    // MARK: Sections

    private mutating func sections(of parent: JSON, at path: String, titled key: String) -> [OutlineSection] {
        guard let value = parent[key], !value.isNull else { return [] }
        guard let elements = value.array else {
            report(path, "must be a list, not \(value.kind)")
            return []
        }
        var sections: [OutlineSection] = []
        var names: Set<String> = []
        for (index, element) in elements.enumerated() {
            if let section = section(element, at: path, index: index, beside: &names) { sections.append(section) }
        }
        return sections
    }

    private mutating func section(
        _ element: JSON, at parent: String, index: Int, beside names: inout Set<String>
    ) -> OutlineSection? {
        guard element.object != nil else {
            report("\(parent)[\(index)]", "must be a mapping, not \(element.kind)")
            return nil
        }
        guard let name = text("id", of: element, at: "\(parent)[\(index)]") else {
            report("\(parent)[\(index)]", "has no id")
            return nil
        }
        let path = "\(parent).\(name.prefix(60))"
        if !names.insert(name).inserted { report(path, "the id is used twice") }
        var section = OutlineSection(id: unique(name, below: parent), title: text("title", of: element, at: path))
        section.type = text("type", of: element, at: path)
        if let type = section.type, OutlineSection.Kind(rawValue: type) == nil {
            report(path, "the type \(type.prefix(60)) is not known")
        }
        readWriting(of: &section, element, at: path)
        readContent(of: &section, element, at: path)
        section.sections =
            sections(of: element, at: path, titled: "sections")
            + sections(of: element, at: path, titled: "subsections")
        return section
    }

    /// A result names sections by id alone, so an id that is taken gets its parent's before it, or a number behind.
    private mutating func unique(_ name: String, below parent: String) -> String {
        if ids.insert(name).inserted { return name }
        let folder = parent.split(separator: ".").last.map(String.init) ?? parent
        let qualified = folder == "sections" ? name : "\(folder)/\(name)"
        if ids.insert(qualified).inserted { return qualified }
        var number = 2
        while !ids.insert("\(qualified)-\(number)").inserted { number += 1 }
        return "\(qualified)-\(number)"
    }

    private mutating func readWriting(of section: inout OutlineSection, _ element: JSON, at path: String) {
        section.instruction = text("instruction", of: element, at: path)
        section.isRepeatable = flag("repeatable", of: element, at: path)
        section.condition = text("condition", of: element, at: path)
        section.owner = text("owner", of: element, at: path)
        section.editors = list("editors", of: element, at: path)
        section.isReadOnly = flag("readonly", of: element, at: path)
        section.isElicited = flag("elicit", of: element, at: path)
        section.elicitationMenu = offer(of: element, at: path)
        section.examples = list("examples", of: element, at: path)
    }

    private mutating func readContent(of section: inout OutlineSection, _ element: JSON, at path: String) {
        section.template = text("template", of: element, at: path)
        section.itemTemplate = text("item_template", of: element, at: path)
        section.prefix = text("prefix", of: element, at: path)
        section.content = text("content", of: element, at: path)
        section.choices = choices(of: element, at: path)
        section.columns = list("columns", of: element, at: path)
        section.rows = rows(of: element, at: path)
        section.items = items(of: element, at: path)
        section.language = text("language", of: element, at: path)
        section.mermaidType = text("mermaid_type", of: element, at: path)
    }

    /// A section in an owned one belongs to the same roles, unless it says otherwise.
    private static func inherit(
        _ section: inout OutlineSection, owner: String?, editors: [String], isReadOnly: Bool
    ) {
        if section.writers.isEmpty {
            section.owner = owner
            section.editors = editors
        }
        section.isReadOnly = section.isReadOnly || isReadOnly
        for index in section.sections.indices {
            inherit(
                &section.sections[index], owner: section.owner, editors: section.editors,
                isReadOnly: section.isReadOnly)
        }
    }

    /// `agent_config.editable_sections`: of the sections that nobody owns, only these change once they are written.
    private mutating func protect(_ sections: inout [OutlineSection], config: JSON) {
        let titles = list("editable_sections", of: config, at: "agent_config")
        guard !titles.isEmpty else { return }
        let known = Set(sections.flatMap { section in all(in: section).compactMap(\.title) }.map(HeadingText.key))
        for title in titles where !known.contains(HeadingText.key(title)) {
            report("agent_config.editable_sections", "no section has the title \(title.prefix(60))")
        }
        let keys = Set(titles.map(HeadingText.key))
        for index in sections.indices { Self.protect(&sections[index], except: keys) }
    }

    private func all(in section: OutlineSection) -> [OutlineSection] {
        var all: [OutlineSection] = []
        section.collect(into: &all)
        return all
    }

    private static func protect(_ section: inout OutlineSection, except keys: Set<String>) {
        if let title = section.title, keys.contains(HeadingText.key(title)) { return }
        if section.writers.isEmpty, section.title != nil { section.isReadOnly = true }
        for index in section.sections.indices { protect(&section.sections[index], except: keys) }
    }

    mutating func report(_ path: String, _ message: String) {
        // A hostile template must not be answered with a report of its own size.
        guard problems.count < 200 else { return }
        problems.append(TemplateProblem(path: path, message: message))
    }
}
