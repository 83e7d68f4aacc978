import BatonEngine

/// The values that keys of a template may have.
extension TemplateReader {
    /// A text, or a number or boolean as text; nil when nothing is written.
    mutating func text(_ key: String, of parent: JSON, at path: String) -> String? {
        guard let value = parent[key], !value.isNull else { return nil }
        guard let text = Self.scalar(value) else {
            report("\(path).\(key)", "must be text, not \(value.kind)")
            return nil
        }
        let isBlank = text.allSatisfy(\.isWhitespace)
        return isBlank ? nil : text
    }

    mutating func flag(_ key: String, of parent: JSON, at path: String) -> Bool {
        guard let value = parent[key], !value.isNull else { return false }
        guard let flag = value.bool else {
            report("\(path).\(key)", "must be true or false, not \(value.kind)")
            return false
        }
        return flag
    }

    mutating func list(_ key: String, of parent: JSON, at path: String) -> [String] {
        guard let value = parent[key], !value.isNull else { return [] }
        if let text = value.string { return [text] }
        let texts = value.array?.compactMap(Self.scalar)
        guard let texts, texts.count == value.array?.count else {
            report("\(path).\(key)", "must be a list of texts, not \(value.kind)")
            return []
        }
        return texts
    }

    /// A list, or a mapping of names to lists.
    mutating func choices(of parent: JSON, at path: String) -> [OutlineSection.Choices] {
        guard let names = parent["choices"]?.object else {
            let options = list("choices", of: parent, at: path)
            return options.isEmpty ? [] : [OutlineSection.Choices(options: options)]
        }
        let choices = JSON.object(names)
        return names.keys.map { name in
            OutlineSection.Choices(name: name, options: list(name, of: choices, at: "\(path).choices"))
        }
    }

    /// Rows are lists of cells, or `{category, items: [row]}`.
    mutating func rows(of parent: JSON, at path: String) -> [OutlineSection.Row] {
        guard let value = parent["rows"], !value.isNull else { return [] }
        guard let elements = value.array else {
            report("\(path).rows", "must be a list, not \(value.kind)")
            return []
        }
        var rows: [OutlineSection.Row] = []
        for (index, element) in elements.enumerated() {
            let place = "\(path).rows[\(index)]"
            if let cells = cells(element) {
                rows.append(.cells(cells))
            } else if let category = text("category", of: element, at: place) {
                rows.append(.category(category))
                let items = element["items"]?.array ?? []
                let read = items.compactMap(cells)
                if read.count != items.count || read.isEmpty { report(place, "items must be a list of rows") }
                rows += read.map { .cells($0) }
            } else {
                report(place, "must be a list of cells, or have a category and items")
            }
        }
        return rows
    }

    private func cells(_ element: JSON) -> [String]? {
        if let text = Self.scalar(element) { return [text] }
        guard let elements = element.array else { return nil }
        let cells = elements.map { $0.isNull ? "" : Self.scalar($0) }
        return cells.contains(nil) ? nil : cells.compactMap(\.self)
    }

    /// Items are texts, or `{id?, template}`; what YAML takes for a mapping because of a colon is text again.
    mutating func items(of parent: JSON, at path: String) -> [String] {
        guard let value = parent["items"], !value.isNull else { return [] }
        guard let elements = value.array else {
            report("\(path).items", "must be a list, not \(value.kind)")
            return []
        }
        var items: [String] = []
        for (index, element) in elements.enumerated() {
            if let text = Self.scalar(element) ?? element["template"].flatMap(Self.scalar) {
                items.append(text)
            } else if let object = element.object, object.count == 1, let (name, member) = object.elements.first,
                let text = Self.scalar(member)
            {
                items.append("\(name): \(text)")
            } else {
                report("\(path).items[\(index)]", "must be text, or have a template")
            }
        }
        return items
    }

    static func scalar(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): String(flag)
        case .null, .array, .object: nil
        }
    }
}
