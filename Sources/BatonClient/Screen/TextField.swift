/// Text that a person types, with a cursor in it.
package struct TextField: Sendable, Equatable {
    package private(set) var text = ""
    /// How many characters are before the cursor.
    private var cursor = 0

    /// More is not taken: what a comment may have at most, with room for what JSON makes of it.
    static let maxBytes = WireLimits.commentBytes / 4

    /// - Returns: whether the key meant something here.
    mutating func press(_ key: Key) -> Bool {
        switch key {
        case .character(let character): insert(String(character))
        case .paste(let pasted): insert(pasted)
        case .backspace: if cursor > 0 { delete(from: cursor - 1, to: cursor) }
        case .delete: if cursor < text.count { delete(from: cursor, to: cursor + 1) }
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = text.count
        case .control("u"): delete(from: 0, to: cursor)
        case .control("k"): delete(from: cursor, to: text.count)
        case .control("w"): delete(from: wordBeforeCursor, to: cursor)
        default: return false
        }
        return true
    }

    /// The text as it is shown, with a mark where the cursor is.
    func lines(width: Int) -> [String] {
        let place = text.index(text.startIndex, offsetBy: cursor)
        return TextWrap.lines(text[..<place] + "▏" + text[place...], width: width)
    }

    /// What a terminal would not show is not typed either.
    private mutating func insert(_ more: String) {
        let clean = TerminalText.lines(more).replacing("\t", with: " ")
        guard text.utf8.count + clean.utf8.count <= Self.maxBytes else { return }
        let place = text.index(text.startIndex, offsetBy: cursor)
        let (front, back) = (text[..<place] + clean, text[place...])
        // An accent joins the letter before it.
        cursor = front.count
        text = String(front + back)
        cursor = min(cursor, text.count)
    }

    private mutating func delete(from start: Int, to end: Int) {
        let first = text.index(text.startIndex, offsetBy: start)
        text.removeSubrange(first..<text.index(first, offsetBy: end - start))
        cursor = start
    }

    private var wordBeforeCursor: Int {
        var characters = Array(text.prefix(cursor))
        while characters.last?.isWhitespace == true { characters.removeLast() }
        while let last = characters.last, !last.isWhitespace { characters.removeLast() }
        return characters.count
    }
}
