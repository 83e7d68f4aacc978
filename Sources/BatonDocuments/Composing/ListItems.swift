/// Takes a text apart into the items of a list.
enum ListItems {
    /// - Returns: the items, without their markers; nil when the text is something else, which stays as it is written.
    static func read(_ text: String) -> [String]? {
        let lines = text.withoutBlankEnds.lines
        guard let first = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }) else { return [] }
        let indent = first.prefix { $0 == " " }.count
        if ListMarker(first.dropFirst(indent)) != nil { return marked(lines, indent: indent) }
        // Without markers, each line is an item; paragraphs are no list.
        let isPlain = lines.allSatisfy { line in
            !line.allSatisfy(\.isWhitespace) && ListMarker(line.trimmed) == nil
                && !["#", ">", "|", "```", "~~~"].contains { line.trimmed.hasPrefix($0) }
        }
        return isPlain ? lines.map { String($0.trimmed) } : nil
    }

    private static func marked(_ lines: [Substring], indent: Int) -> [String]? {
        var items: [[Substring]] = []
        var width = 0
        for line in lines {
            let blanks = line.prefix { $0 == " " }.count
            if line.allSatisfy(\.isWhitespace) {
                items[items.count - 1].append("")
            } else if blanks <= indent, let marker = ListMarker(line.dropFirst(blanks)) {
                width = blanks + marker.length
                items.append([Substring(line.utf8.dropFirst(width))])
            } else if blanks > indent, !items.isEmpty {
                items[items.count - 1].append(line.dropFirst(min(blanks, width)))
            } else {
                return nil
            }
        }
        return items.map { $0.joined(separator: "\n").withoutBlankEnds }
    }
}
