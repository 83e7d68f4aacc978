import BatonEngine

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
private struct TemplateReader {
    private(set) var problems: [TemplateProblem] = []
    private var ids: Set<String> = []

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
        let sections = self.sections(of: structure, at: "sections", titled: "sections")
        if sections.isEmpty && format == Outline.Format.markdown.rawValue { report("sections", "there are none") }
        return Outline(
            id: id ?? name ?? "", name: name ?? id ?? "", version: text("version", of: template, at: "template"),
            format: Outline.Format(rawValue: format) ?? .markdown,
            filename: text("filename", of: output, at: "template.output"),
            title: text("title", of: output, at: "template.output"), sections: sections)
    }

    private mutating func sections(of parent: JSON, at path: String, titled key: String) -> [OutlineSection] {
        guard let value = parent[key], !value.isNull else { return [] }
        guard let elements = value.array else {
            report(path, "must be a list, not \(value.kind)")
            return []
        }
        var sections: [OutlineSection] = []
        for (index, element) in elements.enumerated() {
            if let section = section(element, at: path, index: index) { sections.append(section) }
        }
        return sections
    }

    private mutating func section(_ element: JSON, at parent: String, index: Int) -> OutlineSection? {
        guard element.object != nil else {
            report("\(parent)[\(index)]", "must be a mapping, not \(element.kind)")
            return nil
        }
        guard let id = text("id", of: element, at: "\(parent)[\(index)]") else {
            report("\(parent)[\(index)]", "has no id")
            return nil
        }
        let path = "\(parent).\(id.prefix(60))"
        // A result names sections by id alone.
        if !ids.insert(id).inserted { report(path, "the id is used twice") }
        let type = text("type", of: element, at: path)
        if let type, !OutlineSection.knownTypes.contains(type) {
            report(path, "the type \(type.prefix(60)) is not known")
        }
        return OutlineSection(
            id: id, title: text("title", of: element, at: path),
            instruction: text("instruction", of: element, at: path), type: type,
            isRepeatable: flag("repeatable", of: element, at: path),
            condition: text("condition", of: element, at: path), owner: text("owner", of: element, at: path),
            editors: list("editors", of: element, at: path), template: text("template", of: element, at: path),
            isElicited: flag("elicit", of: element, at: path),
            sections: sections(of: element, at: path, titled: "sections")
                + sections(of: element, at: path, titled: "subsections"))
    }

    // MARK: Values

    /// A text, or a number or boolean as text; nil when nothing is written.
    private mutating func text(_ key: String, of parent: JSON, at path: String) -> String? {
        switch parent[key] {
        case nil, .null: return nil
        case .string(let text):
            let isBlank = text.allSatisfy(\.isWhitespace)
            return isBlank ? nil : text
        case .int(let number): return String(number)
        case .double(let number): return String(number)
        case .bool(let flag): return String(flag)
        case .some(let value):
            report("\(path).\(key)", "must be text, not \(value.kind)")
            return nil
        }
    }

    private mutating func flag(_ key: String, of parent: JSON, at path: String) -> Bool {
        guard let value = parent[key], !value.isNull else { return false }
        guard let flag = value.bool else {
            report("\(path).\(key)", "must be true or false, not \(value.kind)")
            return false
        }
        return flag
    }

    private mutating func list(_ key: String, of parent: JSON, at path: String) -> [String] {
        switch parent[key] {
        case nil, .null: return []
        case .string(let text): return [text]
        case .array(let elements) where elements.allSatisfy({ $0.string != nil }):
            return elements.compactMap(\.string)
        case .some(let value):
            report("\(path).\(key)", "must be a list of texts, not \(value.kind)")
            return []
        }
    }

    private mutating func report(_ path: String, _ message: String) {
        // A hostile template must not be answered with a report of its own size.
        guard problems.count < 200 else { return }
        problems.append(TemplateProblem(path: path, message: message))
    }
}
