import BatonEngine

extension Outline {
    /// The sections as they stand in a task command under `template.outline`.
    public var json: JSON { .array(sections.map(\.json)) }
}

extension OutlineSection {
    /// `{id, title?, instruction?, type?, repeatable?, condition?, owner?, editors?, template?, sections?}`; what does
    /// not apply is left out.
    public var json: JSON {
        var members: [(String, JSON)] = [("id", .string(id))]
        func add(_ name: String, _ value: String?) {
            if let value { members.append((name, .string(value))) }
        }
        add("title", title)
        add("instruction", instruction)
        add("type", type)
        if isRepeatable { members.append(("repeatable", true)) }
        add("condition", condition)
        add("owner", owner)
        if !editors.isEmpty { members.append(("editors", .array(editors.map { .string($0) }))) }
        add("template", template)
        if !sections.isEmpty { members.append(("sections", .array(sections.map(\.json)))) }
        return .object(.init(uniqueKeysWithValues: members))
    }
}
