import BatonEngine
import OrderedCollections

extension SectionWriter {
    mutating func writeList(_ content: SectionContent?) {
        switch content {
        case nil:
            guard section.isFixed else { return reportMissing("a list of texts") }
            section.items.isEmpty ? addLines(of: section.template ?? "") : addList(templateItems())
        case .text(let text):
            guard let items = ListItems.read(InertText.clean(text)) else { return addWritten(text) }
            addList(listed(items.map { item(of: $0) }))
        case .list(let elements): addList(listed(items(of: elements)))
        case .group:
            let items = templateItems()
            if !items.isEmpty { return addList(items) }
            guard let template = section.itemTemplate ?? section.template else {
                return report("its items can't be given as values; give a list of texts")
            }
            if ListMarker.isSingleItem(template) || !template.trimmed.contains("\n") || section.isRepeatable {
                addList([MarkdownList.Item(text: filledItem(template, [:], number: 1))])
            } else {
                addLines(of: template)
            }
        }
    }

    /// A template of several lines is as many items, unless it is something else than a list.
    private mutating func addLines(of template: String) {
        guard let lines = ListItems.read(AuthorNotes.removed(from: template)), !lines.isEmpty else {
            return add(filled(template))
        }
        var filler = Filler(scope: scope)
        var items: [MarkdownList.Item] = []
        for line in lines {
            filler.itemNumber = items.count + 1
            // With a marker, so that a line that stands for more of its kind may be left out.
            let text = filler.block("- " + Filler.indented(withoutNumber(line), by: "  "), level: 6)
            guard !text.isEmpty else { continue }
            let (words, isChecked) = unboxed(Self.itemText(of: text)[...])
            items.append(MarkdownList.Item(text: String(words), isChecked: isChecked))
        }
        report(filler)
        addList(listed(items))
    }

    private mutating func addList(_ items: [MarkdownList.Item]) {
        guard !items.isEmpty else { return reportMissing("a list of texts with at least one") }
        var list = MarkdownList(items: items)
        if section.kind == .numberedList { list.marker = section.prefix.map { .prefix($0) } ?? .number }
        add(contained(list.text))
    }

    // MARK: Items

    /// The items that the template itself gives; one whose values nobody knows is left out.
    private mutating func templateItems() -> [MarkdownList.Item] {
        section.items.compactMap { item in
            var filler = Filler(scope: scope)
            let hasLines = item.withoutBlankEnds.contains("\n")
            let text = hasLines ? Self.itemText(of: filler.block(item, level: 6)) : filler.line(TemplateText(item))
            guard filler.missing.isEmpty else { return nil }
            guard section.kind == .checklist else { return MarkdownList.Item(text: text) }
            return MarkdownList.Item(text: text, isChecked: scope.value(of: text)?.bool ?? false)
        }
    }

    /// The first of the template's items that asks for all the values.
    private func templateItem(asking names: some Sequence<String>) -> String? {
        let keys = Set(names.map(NameKey.of))
        guard !keys.isEmpty else { return nil }
        return section.items.first { keys.isSubset(of: TemplateText($0).variables.map(NameKey.of)) }
    }

    private mutating func items(of elements: [SectionContent]) -> [MarkdownList.Item] {
        var items: [MarkdownList.Item] = []
        for element in elements {
            switch element {
            case .text(let text): items.append(item(of: text, number: items.count + 1))
            case .group(let values, _):
                let own = section.itemTemplate ?? section.template
                guard let template = own ?? templateItem(asking: values.keys) else {
                    report("item \(items.count + 1) can't be given as values; give a text")
                    continue
                }
                let text = filledItem(template, values, number: items.count + 1)
                // What the template lists is not done because it is filled.
                let isChecked: Bool? = section.kind == .checklist && own == nil ? false : nil
                items.append(MarkdownList.Item(text: text, isChecked: isChecked))
            case .list(let inner):
                let inner = self.items(of: inner)
                guard !section.isRepeatable, let last = items.indices.last else {
                    items += inner
                    continue
                }
                items[last].text += "\n" + MarkdownList(items: inner).text
            }
        }
        return items
    }

    private mutating func filledItem(
        _ template: String, _ values: OrderedDictionary<String, JSON>, number: Int
    ) -> String {
        var filler = Filler(scope: scope.adding(values))
        filler.itemNumber = number
        let text = filler.block(withoutNumber(template), level: 6)
        report(filler)
        return Self.itemText(of: text)
    }

    /// An item without its marker, and its further lines without the indentation for it.
    private static func itemText(of text: String) -> String {
        let items = ListItems.read(text) ?? []
        return items.count == 1 ? items[0] : String(ListMarker.stripped(Substring(text).trimmed))
    }

    /// A checklist's item without the box that is written before it.
    private func unboxed(_ text: Substring) -> (text: Substring, isChecked: Bool?) {
        guard section.kind == .checklist else { return (text, nil) }
        let boxes = [("[ ] ", false), ("[x] ", true), ("[X] ", true)]
        guard let box = boxes.first(where: { text.hasPrefix($0.0) }) else { return (text, nil) }
        return (text.dropFirst(box.0.count), box.1)
    }

    private mutating func item(of text: String, number: Int = 1) -> MarkdownList.Item {
        let clean = InertText.clean(text).withoutBlankEnds
        let item = unboxed(ListMarker.stripped(Substring(clean).trimmed))
        var words = item.text
        if section.kind == .numberedList { words = Self.withoutNumber(words) }
        guard let template = section.itemTemplate ?? section.template else {
            return MarkdownList.Item(text: String(words), isChecked: item.isChecked)
        }
        // A template of one variable says how each item looks; what the author wrote out stays.
        let bare = withoutNumber(template)
        let lead = TemplateText(String(ListMarker.stripped(Substring(bare).trimmed))).lead
        let isSingle = !bare.trimmed.contains("\n")
        guard isSingle, let name = openVariable(of: bare), lead.isEmpty || !words.hasPrefix(lead) else {
            return MarkdownList.Item(text: String(words), isChecked: item.isChecked)
        }
        let filled = filledItem(template, [name: .string(String(words))], number: number)
        return MarkdownList.Item(text: filled, isChecked: item.isChecked)
    }

    /// `{{criterion_number}}: {{criteria}}` in a numbered list is `{{criteria}}`: the list counts.
    private func withoutNumber(_ template: String) -> String {
        guard section.kind == .numberedList, case .variable(let name) = TemplateText(template).pieces.first,
            ComposingScope.isNumber(name), let end = template.firstRange(of: "}}")
        else { return template }
        return String(template[end.upperBound...].drop { ":.) ".contains($0) })
    }

    private static func withoutNumber(_ text: Substring) -> Substring {
        let rest = text.drop { ("0"..."9").contains($0) }
        guard rest.startIndex > text.startIndex, let mark = rest.first, ":.)".contains(mark),
            rest.dropFirst().first == " "
        else { return text }
        return rest.dropFirst(2)
    }

    // MARK: Checklists

    /// With a template's items, what is listed is ticked, and items of the author's own come behind.
    private mutating func listed(_ items: [MarkdownList.Item]) -> [MarkdownList.Item] {
        guard section.kind == .checklist else { return items }
        var all = templateItems()
        let places = Dictionary(
            all.enumerated().map { (HeadingText.key($0.element.text), $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for item in items {
            let isChecked = item.isChecked ?? !section.items.isEmpty
            if !places.isEmpty, let place = places[HeadingText.key(item.text)] {
                all[place].isChecked = isChecked
            } else {
                all.append(MarkdownList.Item(text: item.text, isChecked: isChecked))
            }
        }
        return all
    }
}
