/// Renders a document for reading: the part of CommonMark that documents use, with tables, tasks and strikethrough.
///
/// What it does not know stays text. Nothing of the source becomes markup but by the tags that this program writes:
/// HTML in a document is shown as it stands there, images are links, and only links to `http`, `https` and `mailto`
/// can be followed.
struct Markdown {
    /// Longer documents are shown as their source.
    static let maxBytes = 1 << 20
    /// How deep quotes and lists may lie in each other; deeper ones are text.
    static let maxDepth = 6

    private var lines: ArraySlice<Substring>
    private let depth: Int
    private var result = HTML()

    static func render(_ text: String) -> HTML {
        let lines = text.split(separator: /\r\n|\n|\r/, omittingEmptySubsequences: false)
        return render(lines[...], depth: 0)
    }

    private static func render(_ lines: ArraySlice<Substring>, depth: Int) -> HTML {
        var renderer = Markdown(lines: lines, depth: depth)
        renderer.blocks()
        return renderer.result
    }

    private init(lines: ArraySlice<Substring>, depth: Int) {
        self.lines = lines
        self.depth = depth
    }

    private mutating func blocks() {
        skipFrontMatter()
        while let line = lines.first {
            let trimmed = line.trimmed
            if trimmed.isEmpty {
                lines.removeFirst()
            } else if let fence = Fence(line) {
                code(fence)
            } else if let (level, text) = Self.heading(trimmed) {
                lines.removeFirst()
                // The page's own headings are above those of the document.
                heading(min(6, level + 1), text)
            } else if Self.isRule(trimmed) {
                lines.removeFirst()
                result += "<hr>"
            } else if trimmed.hasPrefix(">"), depth < Self.maxDepth {
                quote()
            } else if ListMark(line) != nil, depth < Self.maxDepth {
                list()
            } else if MarkdownTable.begins(lines) {
                result += MarkdownTable.take(&lines)
            } else {
                paragraph()
            }
        }
    }

    private mutating func skipFrontMatter() {
        guard depth == 0, lines.first?.trimmed == "---" else { return }
        guard let end = lines.dropFirst().prefix(200).firstIndex(where: { $0.trimmed == "---" }) else { return }
        let body = lines[(lines.startIndex + 1)..<end].joined(separator: "\n")
        result += "<pre class=\"front\">\(body)</pre>"
        lines = lines[(end + 1)...]
    }

    private mutating func heading(_ level: Int, _ text: Substring) {
        let inline = MarkdownText.render(text)
        switch level {
        case 2: result += "<h2>\(inline)</h2>"
        case 3: result += "<h3>\(inline)</h3>"
        case 4: result += "<h4>\(inline)</h4>"
        case 5: result += "<h5>\(inline)</h5>"
        default: result += "<h6>\(inline)</h6>"
        }
    }

    private static func heading(_ line: Substring) -> (Int, Substring)? {
        let level = line.prefix { $0 == "#" }.count
        guard (1...6).contains(level) else { return nil }
        let rest = line.dropFirst(level)
        guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
        var text = rest.trimmed
        // A closing run of hashes is no part of the title.
        let bare = text.reversed().drop { $0 == "#" }
        if bare.first == " " { text = text.prefix(bare.count).trimmed }
        return (level, text)
    }

    private static func isRule(_ line: Substring) -> Bool {
        let marks = line.filter { $0 != " " }
        guard marks.count >= 3, let first = marks.first, "-*_".contains(first) else { return false }
        return marks.allSatisfy { $0 == first }
    }

    private mutating func code(_ fence: Fence) {
        lines.removeFirst()
        var body: [Substring] = []
        while let line = lines.popFirst(), !fence.isClosed(by: line) { body.append(line) }
        result += "<pre class=\"code\" tabindex=\"0\"><code>\(body.joined(separator: "\n"))</code></pre>"
    }

    private mutating func quote() {
        var body: [Substring] = []
        while let line = lines.first, line.trimmed.hasPrefix(">") {
            lines.removeFirst()
            let rest = line.trimmed.dropFirst()
            body.append(rest.first == " " ? rest.dropFirst() : rest)
        }
        result += "<blockquote>\(Self.render(body[...], depth: depth + 1))</blockquote>"
    }

    private mutating func list() {
        guard let first = lines.first.flatMap(ListMark.init) else { return }
        var items: [HTML] = []
        while let line = lines.first, let mark = ListMark(line), mark.isOrdered == first.isOrdered {
            lines.removeFirst()
            var body = [mark.rest]
            while let next = lines.first {
                if next.trimmed.isEmpty {
                    // An empty line belongs to the item when what follows is indented.
                    guard let after = lines.dropFirst().first, after.indent >= mark.width, !after.trimmed.isEmpty
                    else { break }
                } else if next.indent < mark.width {
                    // A line that only goes on with the item's paragraph.
                    let isText = ListMark(next) == nil && Fence(next) == nil && Self.heading(next.trimmed) == nil
                    guard isText, body.last?.trimmed.isEmpty == false, !next.trimmed.hasPrefix(">") else { break }
                }
                body.append(next.dropIndent(mark.width))
                lines.removeFirst()
            }
            items.append(Self.item(body, depth: depth + 1))
            // Empty lines between items.
            let blank = lines.prefix { $0.trimmed.isEmpty }.count
            if lines.dropFirst(blank).first.flatMap(ListMark.init) != nil { lines = lines.dropFirst(blank) }
        }
        result += first.isOrdered ? "<ol>\(items)</ol>" : "<ul>\(items)</ul>"
    }

    private static func item(_ lines: [Substring], depth: Int) -> HTML {
        var lines = lines
        var box = HTML()
        let first = lines[0].trimmed
        for (mark, done) in [("[ ] ", false), ("[x] ", true), ("[X] ", true)] where first.hasPrefix(mark) {
            lines[0] = first.dropFirst(mark.count)
            box = done ? "<span class=\"task done\">done</span> " : "<span class=\"task\">open</span> "
        }
        // An item of one line is no paragraph.
        if lines.count == 1 { return "<li>\(box)\(MarkdownText.render(lines[0].trimmed))</li>" }
        return "<li>\(box)\(render(lines[...], depth: depth))</li>"
    }

    private mutating func paragraph() {
        var body: [Substring] = []
        while let line = lines.first {
            let trimmed = line.trimmed
            if trimmed.isEmpty { break }
            if !body.isEmpty {
                // What ends a paragraph without an empty line.
                if Fence(line) != nil || Self.heading(trimmed) != nil || trimmed.hasPrefix(">") { break }
                if ListMark(line) != nil || Self.isRule(trimmed) { break }
            }
            body.append(trimmed)
            lines.removeFirst()
        }
        result += "<p>\(MarkdownText.render(body.joined(separator: "\n")[...]))</p>"
    }
}
