import BatonEngine

/// A text of a template, taken apart: its words, its `{{variables}}` and its choices.
///
/// `[[LLM: …]]` is said to the author and is no part of the text.
struct TemplateText: Equatable {
    enum Piece: Equatable {
        case text(String)
        case variable(String)
        /// `{{a|b}}`, and `{A|B}` in titles: one of the options.
        case choice([String])
    }

    private(set) var pieces: [Piece] = []

    init(_ text: String) { self.init(text, isTitle: false) }

    /// A title, in which single braces hold choices.
    init(title: String) { self.init(title, isTitle: true) }

    private init(_ text: String, isTitle: Bool) {
        let bytes = Array(AuthorNotes.removed(from: text).utf8)
        var start = 0
        var index = 0
        func words(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        while index < bytes.count {
            guard let slot = Self.slot(in: bytes, at: index, isTitle: isTitle) else {
                index += 1
                continue
            }
            if start < index { pieces.append(.text(words(start..<index))) }
            pieces.append(slot.piece)
            index = slot.end
            start = index
        }
        if start < bytes.count { pieces.append(.text(words(start..<bytes.count))) }
    }

    var hasVariables: Bool {
        pieces.contains { if case .text = $0 { false } else { true } }
    }

    /// The names of the variables, in order; a choice is named by its options as they are written.
    var variables: [String] { pieces.compactMap(\.name) }

    /// The words alone.
    var label: String {
        let words = pieces.map { if case .text(let text) = $0 { text } else { "" } }.joined()
        return String(words.onOneLine.reversed().drop { ".:-–— ".contains($0) }.reversed())
    }

    /// The variables in all texts of a tree.
    static func variables(in value: JSON) -> [String] {
        switch value {
        case .string(let text): TemplateText(text).variables
        case .array(let elements): elements.flatMap(variables)
        case .object(let members): members.values.flatMap(variables)
        default: []
        }
    }

    // MARK: Reading

    /// The variable or choice that starts at a byte, and where it ends; nil when none does.
    static func slot(in bytes: [UInt8], at index: Int, isTitle: Bool) -> (piece: Piece, end: Int)? {
        guard bytes[index] == UInt8(ascii: "{") else { return nil }
        let isDouble = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{")
        guard isDouble || isTitle else { return nil }
        let start = isDouble ? index + 2 : index + 1
        var end = start
        while end < bytes.count, end - start <= 256, bytes[end] != UInt8(ascii: "}") {
            // No name: code such as `style={{ color: "red" }}` stays what it is.
            if [0x0A, UInt8(ascii: "{"), UInt8(ascii: "\""), UInt8(ascii: ":")].contains(bytes[end]) { return nil }
            end += 1
        }
        let close = isDouble ? 2 : 1
        guard end > start, end + close <= bytes.count, bytes[end..<(end + close)].allSatisfy({ $0 == 0x7D }) else {
            return nil
        }
        let name = String(decoding: bytes[start..<end], as: UTF8.self).trimmed
        let options = name.split(separator: "|").map { String($0).trimmed }.filter { !$0.isEmpty }
        guard let first = options.first, isDouble || options.count > 1 else { return nil }
        return (options.count > 1 ? .choice(options) : .variable(first), end + close)
    }
}

extension TemplateText.Piece {
    /// The name under which a value is given.
    var name: String? {
        switch self {
        case .text: nil
        case .variable(let name): name
        case .choice(let options): options.joined(separator: "|")
        }
    }
}

/// What templates say to the author in the middle of a text: `[[LLM: …]]`.
enum AuthorNotes {
    static func removed(from text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "[")) else { return text }
        let bytes = Array(text.utf8)
        let opening = Array("[[LLM:".utf8)
        var kept: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == opening[0], bytes[index...].starts(with: opening) else {
                kept.append(bytes[index])
                index += 1
                continue
            }
            var end = index + opening.count
            while end + 1 < bytes.count, !(bytes[end] == 0x5D && bytes[end + 1] == 0x5D) { end += 1 }
            // Without an end it is a text like any other; so is each that follows.
            guard end + 1 < bytes.count else {
                kept += bytes[index...]
                break
            }
            index = end + 2
            // The blank before a note at the end of a line goes with it.
            if index == bytes.count || bytes[index] == 0x0A {
                while kept.last == 0x20 { kept.removeLast() }
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
