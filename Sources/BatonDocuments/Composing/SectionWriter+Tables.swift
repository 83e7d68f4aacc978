import BatonEngine
import OrderedCollections

extension SectionWriter {
    mutating func writeTable(_ content: SectionContent?) {
        var layout = layout()
        switch content {
        case nil: return writeUngivenTable(layout)
        case .text(let text):
            guard let read = MarkdownTable.read(InertText.clean(text)) else { return addWritten(text) }
            // The author's own header counts where the template gives none.
            if layout.header.isEmpty { layout.header = read.header ?? read.rows.first ?? [] }
            let startsWithHeader = read.header == nil && read.rows.first.map { $0 == layout.header } == true
            addTable(layout, startsWithHeader ? Array(read.rows.dropFirst()) : read.rows)
        case .list(let elements): addTable(&layout, elements)
        case .group(let values, _):
            let fillsRows = asks(layout.rows, for: values) || columns(named: values, in: layout).isEmpty
            if fillsRows, !layout.rows.isEmpty {
                addTable(layout, layout.rows.map { templateRow($0, in: scope) })
            } else {
                addTable(&layout, [.group(values: values, sections: [:])])
            }
        }
    }

    // MARK: Layout

    /// The header and the rows that the template gives, in `columns` and `rows` or in its `template`.
    private struct Layout {
        var header: [String]
        var rows: [OutlineSection.Row]
    }

    private mutating func layout() -> Layout {
        var filler = Filler(scope: scope)
        var columns = section.columns
        var rows = section.rows
        if columns.isEmpty, let template = section.template, let table = MarkdownTable.read(template) {
            columns = table.header ?? []
            rows += table.rows.map { .cells($0) }
        }
        let header = columns.map { filler.line(TemplateText($0)) }
        report(filler)
        return Layout(header: header, rows: rows)
    }

    private mutating func writeUngivenTable(_ layout: Layout) {
        let isComplete =
            !layout.rows.isEmpty
            && layout.rows.flatMap(\.texts).allSatisfy { text in
                TemplateText(text).variables.allSatisfy { scope.value(of: $0) != nil }
            }
        if section.isFixed || isComplete && layout.rows.contains(where: \.hasVariables) {
            addTable(layout, layout.rows.map { templateRow($0, in: scope) })
        } else {
            let header = layout.header.isEmpty ? "" : ": " + Reason.list(layout.header)
            reportMissing("a list of rows, each a list of cells\(header)")
        }
    }

    private mutating func addTable(_ layout: Layout, _ rows: [[String]]) {
        for (index, row) in rows.enumerated() where row.count > layout.header.count && !layout.header.isEmpty {
            report(
                "row \(index + 1) has \(row.count) cells, but the table has \(layout.header.count) columns: "
                    + Reason.list(layout.header))
        }
        add(MarkdownTable(header: layout.header, rows: rows).text)
    }

    // MARK: Rows

    private mutating func addTable(_ layout: inout Layout, _ elements: [SectionContent]) {
        var rows: [[String]] = []
        for (index, element) in elements.enumerated() {
            switch element {
            case .text(let text):
                rows.append(text.hasPrefix("|") ? MarkdownTable.cells(of: InertText.line(text)[...]) : [text])
            case .list(let cells): rows.append(cells.map { cell($0) })
            case .group(let values, _): rows.append(row(of: values, at: index, layout))
            }
        }
        // Without a header of the template's, the first row is it.
        if layout.header.isEmpty, !rows.isEmpty { layout.header = rows.removeFirst() }
        addTable(layout, rows)
    }

    private mutating func cell(_ content: SectionContent) -> String {
        if case .text(let text) = content { return text }
        report("a cell must be text")
        return ""
    }

    /// A row from values: by the variables of the template's row, or by the names of the columns.
    private mutating func row(
        of values: OrderedDictionary<String, JSON>, at index: Int, _ layout: Layout
    ) -> [String] {
        let rows = layout.rows.filter { if case .cells = $0 { true } else { false } }
        let row = rows.indices.contains(index) ? rows[index] : rows.last
        let named = columns(named: values, in: layout)
        if let row, named.isEmpty || asks([row], for: values) { return templateRow(row, in: scope.adding(values)) }
        guard !named.isEmpty else {
            report("row \(index + 1): give a list of cells, or values by column: \(Reason.list(layout.header))")
            return []
        }
        let strangers = values.keys.filter { !named.values.contains($0) }
        // What is a variable at least is not what is wrong.
        let unknown = strangers.first { !asks(layout.rows, for: [$0: .null]) } ?? strangers.first
        if let unknown { report("row \(index + 1): no column is called \(Reason.shortened(unknown, to: 60))") }
        return layout.header.indices.map { column in
            named[column].flatMap { values[$0] }.flatMap(Filler.text) ?? ""
        }
    }

    /// Whether all the values are called like variables of the rows.
    private func asks(_ rows: [OutlineSection.Row], for values: OrderedDictionary<String, JSON>) -> Bool {
        let names = Set(rows.flatMap(\.texts).flatMap { TemplateText($0).variables }.map(NameKey.of))
        return values.keys.allSatisfy { names.contains(NameKey.of($0)) }
    }

    /// Which value is meant for which column.
    private func columns(named values: OrderedDictionary<String, JSON>, in layout: Layout) -> [Int: String] {
        let keys = Dictionary(
            layout.header.enumerated().map { (Self.columnKey($0.element), $0.offset) },
            uniquingKeysWith: { first, _ in first })
        let pairs = values.keys.compactMap { name in keys[Self.columnKey(name)].map { ($0, name) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private static func columnKey(_ name: String) -> String {
        String(HeadingText.key(name).map { $0 == "_" || $0 == "-" ? " " : $0 })
    }

    private mutating func templateRow(_ row: OutlineSection.Row, in scope: ComposingScope) -> [String] {
        switch row {
        case .category(let name):
            return ["**\(name)**"]
        case .cells(let cells):
            var filler = Filler(scope: scope)
            let texts = cells.map { filler.cell(TemplateText($0)) }
            report(filler)
            return texts
        }
    }
}
