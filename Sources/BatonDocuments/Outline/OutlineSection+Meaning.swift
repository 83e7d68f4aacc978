/// What follows from what the template says of a section.
extension OutlineSection {
    /// The kind of its content; nil is prose, and a list when its template is one line of a list for each entry.
    public var kind: Kind? {
        if let kind = type.flatMap(Kind.init) { return kind }
        guard isRepeatable, let template, sections.isEmpty, ListMarker.isSingleItem(template) else { return nil }
        return .bulletList
    }

    /// Whether each entry has a heading of its own: otherwise all entries stand below one.
    public var hasVariableTitle: Bool { title.map { TemplateText(title: $0).hasVariables } ?? false }

    /// Whether the entries are parts of the document, each with its own values and sections, and not items of a list.
    var repeatsAsWhole: Bool {
        guard isRepeatable else { return false }
        switch kind {
        case .bulletList, .numberedList, .checklist, .table: return hasVariableTitle
        default: return true
        }
    }

    /// Whether what is in it belongs to one of its entries, and can't be given beside them.
    var hasOwnEntries: Bool { repeatsAsWhole && hasVariableTitle }

    /// Whether it only tells the author something: no heading, nothing to fill, nothing that belongs to it.
    public var isGuidance: Bool {
        title == nil && type == nil && template == nil && itemTemplate == nil && content == nil && items.isEmpty
            && sections.isEmpty
    }

    /// Whether the template itself writes it: there is text, with nothing for an author to decide.
    var isFixed: Bool {
        if content != nil && template == nil && type == nil { return true }
        guard instruction == nil else { return false }
        if let template { return !TemplateText(template).hasVariables }
        if !items.isEmpty { return kind == .checklist || !items.contains { TemplateText($0).hasVariables } }
        return !rows.isEmpty && !rows.contains(where: \.hasVariables)
    }

    /// Whether it wants content of its own, beside that of the sections in it.
    var wantsContent: Bool {
        if isGuidance || isFixed { return false }
        return sections.isEmpty || template != nil || type != nil
    }

    /// Whether `role` may write it; `nil` is a writer without a role, who may.
    public func isWritable(by role: String?) -> Bool {
        guard let role, !writers.isEmpty else { return true }
        return writers.contains(RoleName.normalized(role))
    }

    /// The roles that may write it, as they are compared; empty: any.
    public var writers: [String] {
        var roles: [String] = []
        for name in (owner.map { [$0] } ?? []) + editors {
            let role = RoleName.normalized(name)
            if !roles.contains(role) { roles.append(role) }
        }
        return roles
    }

    /// Whether a result of `role` without it is refused (unless a section around it is left out).
    public func isRequired(of role: String?) -> Bool {
        condition == nil && !isRepeatable && wantsContent && isWritable(by: role)
    }

    /// How people call it: its title without what is filled in, else its id.
    var label: String { title.map { TemplateText(title: $0).label } ?? id }
}

extension OutlineSection.Row {
    var texts: [String] {
        switch self {
        case .category(let name): [name]
        case .cells(let cells): cells
        }
    }

    var hasVariables: Bool { texts.contains { TemplateText($0).hasVariables } }
}
