import BatonEngine

/// Puts values in the place of `{{variables}}`.
///
/// What a value says is never read as a template again. A variable without a value stays as it is written.
struct Filler {
    let scope: ComposingScope
    /// What stands for the choice in a title.
    var titleChoice: String??
    /// The position of a list's item, for `{{criterion_number}}` and the like.
    var itemNumber: Int?
    /// Variables without a value, each once.
    private(set) var missing: [String] = []
    /// Values that can't be used.
    private(set) var faults: [String] = []

    init(scope: ComposingScope) { self.scope = scope }

    /// The text on one line.
    mutating func line(_ text: TemplateText) -> String {
        var words = ""
        for piece in text.pieces {
            switch piece {
            case .text(let text): words += text
            case .choice where titleChoice != nil:
                // Without a choice, the colon before it goes too.
                guard let choice = titleChoice ?? nil else {
                    words = Self.withoutColon(words)
                    continue
                }
                words += choice
            case .variable, .choice: words += InertText.line(value(of: piece) ?? "")
            }
        }
        return InertText.line(words)
    }

    /// The text of a table's cell, in which values keep their lines.
    mutating func cell(_ text: TemplateText) -> String {
        text.pieces.map { piece in
            if case .text(let text) = piece { return text }
            return value(of: piece) ?? ""
        }.joined()
    }

    /// The text of several lines, for a place below a heading of `level`. Code keeps values as they are.
    mutating func block(_ template: String, level: Int, isCode: Bool = false) -> String {
        var lines: [String] = []
        for line in AuthorNotes.removed(from: template).withoutBlankEnds.lines {
            let text = TemplateText(String(line))
            if isDropped(text, line) { continue }
            lines.append(isCode ? codeLine(text) : blockLine(text, level: level))
        }
        return lines.joined(separator: "\n")
    }

    /// `- {{entry_2}}: …`: items beyond the first stand for as many as there are.
    private func isDropped(_ text: TemplateText, _ line: Substring) -> Bool {
        let names = text.variables
        guard !names.isEmpty, ListMarker(line.trimmed) != nil else { return false }
        return names.allSatisfy { name in
            let digits = name.reversed().prefix(while: \.isNumber)
            guard !digits.isEmpty, digits.count < name.count else { return false }
            return Int(String(digits.reversed())) != 1 && scope.value(of: name) == nil
        }
    }

    private mutating func codeLine(_ text: TemplateText) -> String {
        let indent = String(text.leadingBlanks)
        return text.pieces.map { piece in
            if case .text(let text) = piece { return text }
            let value = InertText.clean(value(of: piece) ?? "", keepsNotes: true).withoutBlankEnds
            return value.lines.joined(separator: "\n" + indent)
        }.joined()
    }

    private mutating func blockLine(_ text: TemplateText, level: Int) -> String {
        var words = ""
        let indent = text.contentIndent
        for (index, piece) in text.pieces.enumerated() {
            if case .text(let text) = piece {
                words += text
                continue
            }
            let value = InertText.clean(value(of: piece) ?? "").withoutBlankEnds
            let startsLine = ListMarker.stripped(Substring(words).trimmed).allSatisfy(\.isWhitespace)
            let isLast = text.pieces[(index + 1)...].allSatisfy(\.isBlank)
            guard value.contains("\n") || startsLine else {
                words += value
                continue
            }
            guard isLast else {
                words += InertText.line(value)
                continue
            }
            let level = indent.isEmpty ? level : 6
            let block = Containment(level: level).contain(value)
            if !startsLine, Self.startsBlock(block) { words = Substring(words).trimmed + "\n\n" + indent }
            words += Self.indented(block, by: indent)
        }
        return words
    }

    /// Whether the text starts with what can't go on in the middle of a line.
    private static func startsBlock(_ text: String) -> Bool {
        let line = text.prefix { $0 != "\n" }
        return ListMarker(line) != nil || ["|", ">", "```", "~~~", "    ", "#"].contains { line.hasPrefix($0) }
    }

    /// Indents all lines but the first, and no blank ones.
    static func indented(_ text: String, by indent: String) -> String {
        guard !indent.isEmpty, text.utf8.contains(.newline) else { return text }
        return text.lines.enumerated().map { index, line in
            index == 0 || line.allSatisfy(\.isWhitespace) ? String(line) : indent + line
        }.joined(separator: "\n")
    }

    private static func withoutColon(_ words: String) -> String {
        var words = Substring(words).trimmed
        while words.last == ":" { words.removeLast() }
        return String(words)
    }

    // MARK: Values

    /// The value as text; notes when there is none, or none that is text.
    private mutating func value(of piece: TemplateText.Piece) -> String? {
        guard let name = piece.name else { return nil }
        guard let value = scope.value(of: name) ?? number(for: name) ?? chosen(piece) else {
            if !missing.contains(name) { missing.append(name) }
            return "{{\(name)}}"
        }
        guard let text = Self.text(of: value) else {
            faults.append("the value of {{\(name)}} must be text or a list of texts, not \(value.kind)")
            return nil
        }
        guard case .choice(let options) = piece else { return text }
        if let option = options.first(where: { $0.lowercased() == text.trimmed.lowercased() }) { return option }
        faults.append("the value of {{\(name)}} must be one of \(Reason.list(options))")
        return text
    }

    private func number(for name: String) -> JSON? {
        guard let itemNumber, ComposingScope.isNumber(name) else { return nil }
        return .int(Int64(itemNumber))
    }

    /// A choice is also made by any value of the section that is one of the options.
    private func chosen(_ piece: TemplateText.Piece) -> JSON? {
        guard case .choice(let options) = piece else { return nil }
        let keys = Set(options.map { $0.lowercased() })
        return scope.ownValues.first { $0.string.map { keys.contains($0.trimmed.lowercased()) } == true }
    }

    static func text(of value: JSON) -> String? {
        if let text = TemplateReader.scalar(value) { return text }
        guard let elements = value.array else { return nil }
        let texts = elements.compactMap(TemplateReader.scalar)
        guard texts.count == elements.count else { return nil }
        return texts.contains { $0.contains("\n") || $0.count > 40 } && texts.count > 1
            ? texts.map { "- " + InertText.line($0) }.joined(separator: "\n") : texts.joined(separator: ", ")
    }
}

extension TemplateText {
    fileprivate var leadingBlanks: Substring {
        guard case .text(let text) = pieces.first else { return "" }
        return text.prefix { $0 == " " || $0 == "\t" }
    }

    /// What the content of the line is indented by: the width of its blanks and its list marker.
    fileprivate var contentIndent: String {
        guard case .text(let text) = pieces.first else { return "" }
        let blanks = leadingBlanks
        let marker = ListMarker(text.dropFirst(blanks.count))?.length ?? 0
        return String(repeating: " ", count: blanks.count + marker)
    }
}

extension TemplateText.Piece {
    fileprivate var isBlank: Bool {
        if case .text(let text) = self { text.allSatisfy(\.isWhitespace) } else { false }
    }
}
