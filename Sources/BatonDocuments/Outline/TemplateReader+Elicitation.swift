import BatonEngine

/// How a template's sections are talked over, and what people are offered then.
extension TemplateReader {
    mutating func elicitation(_ workflow: JSON?) -> Elicitation {
        guard let workflow, !workflow.isNull else { return Elicitation() }
        guard workflow.object != nil else {
            report("workflow", "must be a mapping, not \(workflow.kind)")
            return Elicitation()
        }
        let menu = menu("custom_elicitation", of: workflow, at: "workflow")
        readNamedMenus(workflow["custom_elicitation"]?["sections"], title: menu?.title)
        return Elicitation(
            mode: text("mode", of: workflow, at: "workflow"), method: text("elicitation", of: workflow, at: "workflow"),
            allowsSkipping: flag("allow_skip", of: workflow, at: "workflow"), menu: menu)
    }

    /// What a section says itself, or the name of what the head says.
    mutating func offer(of section: JSON, at path: String) -> Elicitation.Menu? {
        let key = "custom_elicitation"
        guard let name = section[key].flatMap(Self.scalar) else { return menu(key, of: section, at: path) }
        if let menu = namedMenus[name] { return menu }
        let others = namedMenus.isEmpty ? "" : "; it has \(Reason.list(namedMenus.keys))"
        report("\(path).\(key)", "workflow.\(key) has no section \(name.prefix(60))\(others)")
        return nil
    }

    private mutating func menu(_ key: String, of parent: JSON, at path: String) -> Elicitation.Menu? {
        guard let value = parent[key], !value.isNull else { return nil }
        if value.array != nil { return Elicitation.Menu(options: list(key, of: parent, at: path)) }
        guard value.object != nil else {
            report("\(path).\(key)", "must have a title and options, not be \(value.kind)")
            return nil
        }
        let place = "\(path).\(key)"
        return Elicitation.Menu(
            title: text("title", of: value, at: place), options: list("options", of: value, at: place))
    }

    /// `[{id, options}]`.
    private mutating func readNamedMenus(_ value: JSON?, title: String?) {
        guard let value, !value.isNull else { return }
        let path = "workflow.custom_elicitation.sections"
        guard let elements = value.array else { return report(path, "must be a list, not \(value.kind)") }
        for (index, element) in elements.enumerated() {
            let place = "\(path)[\(index)]"
            guard let id = text("id", of: element, at: place) else {
                report(place, "has no id")
                continue
            }
            if namedMenus[id] != nil { report(place, "the id \(id.prefix(60)) is used twice") }
            namedMenus[id] = Elicitation.Menu(title: title, options: list("options", of: element, at: place))
        }
    }
}
