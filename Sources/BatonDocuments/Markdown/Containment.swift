/// Keeps a text from an agent in the place where it stands.
///
/// In the finished document the text is what it was, but headings in it are below the heading of its section, a fence
/// that is open at its end is closed, and HTML that would swallow what follows, or run, is shown as text.
struct Containment {
    /// The level of the heading that the text stands under; 6: headings in it become bold lines.
    let level: Int
    /// Whether a heading could be taken for one of the document's own.
    var isReserved: (String) -> Bool = { _ in false }

    func contain(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard Self.needsLook(bytes) else { return text }
        let scanner = MarkdownScanner(bytes, isInert: true)
        var edits = Edits(bytes)
        demote(scanner, &edits)
        quoteTags(scanner, &edits)
        edits.sort()
        var contained = edits.applied()
        if let fence = scanner.openFence {
            if contained.last?.isLineEnd == false { contained.append(.newline) }
            contained += Array(repeating: fence.character, count: fence.length)
        }
        return String(decoding: contained, as: UTF8.self)
    }

    /// Most texts are plain; these need no scan.
    private static func needsLook(_ bytes: [UInt8]) -> Bool {
        bytes.contains { [.number, .less, .backtick, .tilde, .equals, .hyphen].contains($0) }
    }

    private func demote(_ scanner: MarkdownScanner, _ edits: inout Edits) {
        guard let top = scanner.headings.map(\.level).min() else { return }
        let shift = max(0, level + 1 - top)
        for heading in scanner.headings {
            let lines = scanner.bytes.text(heading.title).split(whereSeparator: \.isNewline)
            let title = lines.map { $0.trimmed }.joined(separator: " ")
            let depth = heading.level + shift
            let isTooDeep = depth > 6 || isReserved(title)
            guard isTooDeep || shift > 0 || heading.isUnderlined else { continue }
            let quoted = Self.withoutTags(title)
            let line = title.isEmpty ? "" : isTooDeep ? Self.bold(quoted) : Self.heading(quoted, level: depth)
            // A bold line is a paragraph, which must not run on from one before it, or into one behind it.
            let before: [UInt8] = isTooDeep && heading.range.lowerBound > 0 ? [.newline] : []
            edits.replace(
                heading.range, with: before + Array(line.utf8) + (isTooDeep ? [.newline, .newline] : [.newline]))
        }
    }

    /// The text of a line in which tags that must not run are text.
    static func withoutTags(_ line: String) -> String {
        let bytes = Array(line.utf8)
        guard bytes.contains(.less) else { return line }
        var edits = Edits(bytes)
        for angle in InlineScanner(bytes, in: 0..<bytes.count).angles
        where HTMLTag.disallowed.contains(HTMLTag.name(in: bytes, at: angle, before: bytes.count)) {
            edits.replace(angle..<(angle + 1), with: Array("&lt;".utf8))
        }
        return String(decoding: edits.applied(), as: UTF8.self)
    }

    static func heading(_ title: String, level: Int) -> String {
        guard level <= 6 else { return bold(title) }
        var words = title
        // A run of `#`s at the end would be taken for the closing sequence.
        if words.last == "#", let first = words.lastIndex(where: { $0 != "#" }), words[first] == " " {
            words.insert("\\", at: words.index(after: first))
        } else if words.allSatisfy({ $0 == "#" }), !words.isEmpty {
            words = "\\" + words
        }
        return String(repeating: "#", count: level) + " " + words
    }

    /// The title as a bold line.
    static func bold(_ title: String) -> String {
        var words = title.split(separator: "*").joined(separator: "\\*")
        // It would make the marker behind it a plain asterisk.
        while words.last == "\\" { words.removeLast() }
        return "**\(words.trimmed)**"
    }

    private func quoteTags(_ scanner: MarkdownScanner, _ edits: inout Edits) {
        let bytes = scanner.bytes
        guard bytes.contains(.less) else { return }
        for text in scanner.texts {
            for angle in InlineScanner(bytes, in: text).angles where isQuoted(angle, scanner) {
                edits.replace(angle..<(angle + 1), with: Array("&lt;".utf8))
            }
        }
        for block in scanner.html {
            for index in block where bytes[index] == .less {
                if HTMLTag.disallowed.contains(tag(index, bytes)) {
                    edits.replace(index..<(index + 1), with: Array("&lt;".utf8))
                }
            }
        }
    }

    private func isQuoted(_ angle: Int, _ scanner: MarkdownScanner) -> Bool {
        let bytes = scanner.bytes
        let name = tag(angle, bytes)
        if HTMLTag.disallowed.contains(name) { return true }
        if name == "pre" { return scanner.unclosed.isUnclosed(.raw, at: angle) }
        if bytes.has("<!--", at: angle, before: bytes.count) { return scanner.unclosed.isUnclosed(.comment, at: angle) }
        if bytes.has("<?", at: angle, before: bytes.count) {
            return scanner.unclosed.isUnclosed(.instruction, at: angle)
        }
        if bytes.has("<![CDATA[", at: angle, before: bytes.count) {
            return scanner.unclosed.isUnclosed(.characterData, at: angle)
        }
        return bytes.has("<!", at: angle, before: bytes.count) && scanner.unclosed.isUnclosed(.declaration, at: angle)
    }

    private func tag(_ index: Int, _ bytes: [UInt8]) -> String {
        HTMLTag.name(in: bytes, at: index, before: bytes.count)
    }
}
