/// The form that a section's type asks for, looked for in what its author wrote.
///
/// Text before and behind it is free, and so are the marks of a list: a numbered list may have bullets, as BMAD's own
/// instructions want it, a checklist of what applies may do without boxes, and a list may be a table.
struct SectionForm {
    private let section: OutlineSection

    init(_ section: OutlineSection) { self.section = section }

    /// What is expected and is not there, in one clause; nil when it is, or when nothing can be told.
    func fault(in text: String) -> String? {
        if section.kind != .choice, Placeholder.isOne(text.withoutBlankEnds) { return nil }
        let traits = Traits(text)
        switch section.kind {
        case .bulletList, .numberedList:
            let isList = traits.hasItems || traits.hasTable || section.kind == .numberedList && traits.hasNumbers
            guard !isList else { return nil }
            let first = section.kind == .bulletList ? "- …" : section.prefix.map { "\($0)1: …" } ?? "1. …"
            return "must hold a list, such as “\(first)”"
        case .checklist:
            return traits.hasItems ? nil : "must hold a checklist: “- [ ] …” or “- [x] …” for each item"
        case .table: return faultInTable(traits)
        case .code: return traits.hasCode ? nil : "must hold a block of code between ``` fences"
        case .mermaid:
            return traits.hasCode || traits.hasImage ? nil : "must hold a diagram between ```mermaid and ```"
        case .choice:
            let options = section.choices.flatMap(\.options)
            guard !options.isEmpty, !options.contains(where: { Self.says($0, in: text) }) else { return nil }
            return "must hold one of \(Reason.list(options))"
        case .paragraphs, .templateText, nil: return nil
        }
    }

    /// The header is told beforehand where it has no variables. Half of its columns are enough: a table for each
    /// category needs no column for it.
    private func faultInTable(_ traits: Traits) -> String? {
        let header = section.columns
        let shape = header.isEmpty ? "" : " with the columns \(Reason.list(header))"
        guard traits.hasTable else { return "must hold a table\(shape)" }
        guard !traits.headers.isEmpty, !header.contains(where: { TemplateText($0).hasVariables }) else { return nil }
        let wanted = header.map { (name: $0, words: HeadingText.words($0)) }
        let lacks = traits.headers.map { cells in
            let known = Set(cells.map(HeadingText.words))
            return wanted.filter { !$0.words.isEmpty && !known.contains($0.words) }.map(\.name)
        }
        guard let least = lacks.min(by: { $0.count < $1.count }), 2 * least.count > header.count else { return nil }
        return "must hold a table\(shape); it lacks \(Reason.list(least))"
    }

    /// Whether a text has the words of an option, whatever is between them: `In Progress` says `InProgress`.
    private static func says(_ option: String, in text: String) -> Bool {
        let wanted = HeadingText.words(option).filter { $0 != " " }
        guard !wanted.isEmpty else { return text.contains(option) }
        let words = HeadingText.words(text).split(separator: " ")
        return words.indices.contains { start in
            var rest = wanted[...]
            for word in words[start...] {
                guard rest.hasPrefix(word) else { return false }
                rest = rest.dropFirst(word.count)
                if rest.isEmpty { return true }
            }
            return false
        }
    }
}

/// Which blocks a text has, at any depth.
private struct Traits {
    private(set) var hasItems = false
    /// Lines that begin with a number or a name with a number: `FR1: …`, `**AC 2** …`.
    private(set) var hasNumbers = false
    private(set) var hasCode = false
    private(set) var hasTable = false
    private(set) var hasImage = false
    /// Of the tables in markdown.
    private(set) var headers: [[String]] = []

    init(_ text: String) {
        var fence: Character?
        var last: Substring = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.drop { $0 == ">" || $0.isWhitespace }
            if let open = fence {
                if words.hasPrefix(String(repeating: open, count: 3)) { fence = nil }
                continue
            }
            if words.hasPrefix("```") || words.hasPrefix("~~~") {
                fence = words.first
                hasCode = true
                continue
            }
            if line.hasPrefix("    ") || line.hasPrefix("\t") || words.hasPrefix("<pre") { hasCode = true }
            if words.contains("![") || words.contains("<img") || words.contains("<svg") { hasImage = true }
            if words.hasPrefix("<table") { hasTable = true }
            readList(words)
            if Self.isDelimiter(words), last.contains("|") {
                hasTable = true
                headers.append(Self.cells(of: last))
            }
            last = words
        }
    }

    private mutating func readList(_ line: Substring) {
        let item = Self.bullets.contains(line.first ?? " ") ? line.dropFirst() : ListMarker.stripped(line)
        if item.startIndex != line.startIndex || line.hasPrefix("<li") { hasItems = true }
        let words = item.drop { $0.isWhitespace || "*_`#".contains($0) }
        if ["[ ]", "[x]", "[X]"].contains(where: words.hasPrefix) || words.first.map(Self.boxes.contains) == true {
            hasItems = true
        }
        let name = words.prefix(while: \.isLetter)
        let number = words.dropFirst(name.count).drop { " -".contains($0) }
        let rest = number.drop { $0.isNumber || $0 == "." }
        guard name.count <= 5, number.first?.isNumber == true else { return }
        if number[..<rest.startIndex].last == "." || rest.first.map(":)-–—*".contains) == true { hasNumbers = true }
    }

    private static let bullets: Set<Character> = ["•", "◦", "▪", "–"]
    private static let boxes: Set<Character> = ["☐", "☑", "☒", "✅", "❌", "✔", "✓", "✗", "⬜"]

    /// `|---|:-:|`; the bars at its ends may be left out.
    private static func isDelimiter(_ line: Substring) -> Bool {
        line.contains("-") && line.contains("|") && line.allSatisfy { "|-: ".contains($0) }
    }

    private static func cells(of line: Substring) -> [String] {
        MarkdownTable.cells(of: line.trimmed.hasPrefix("|") ? line : "|" + line)
    }
}
