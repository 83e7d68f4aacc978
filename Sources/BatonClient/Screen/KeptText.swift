/// What a person had typed when somebody else was first: it stays to be read, and copied, until it is dismissed.
package struct KeptText: Sendable, Equatable {
    let question: DecisionEntry
    let text: String
    /// Who was first, and with what.
    private(set) var why: String
    private var scrolled = ScrolledLines()

    init(_ text: String, of question: DecisionEntry, why: String) {
        self.text = text
        self.question = question
        self.why = why
    }

    /// Who it was became known.
    mutating func explain(_ why: String) { self.why = why }

    mutating func press(_ key: Key, width: Int, height: Int) {
        _ = scrolled.press(key, count: lines(width).count, height: room(width, height))
    }

    /// At most `height` lines.
    func lines(width: Int, height: Int, style: TerminalStyle) -> [String] {
        let text = scrolled.shown(lines(width), height: room(width, height))
        return Array((head(width).map(style.yellow) + [""] + text).prefix(height))
    }

    private func head(_ width: Int) -> [String] {
        TextWrap.lines(TerminalText.line("\(why). What you typed was not sent:"), width: width)
    }

    private func lines(_ width: Int) -> [String] { TextWrap.lines(text, width: width) }

    private func room(_ width: Int, _ height: Int) -> Int { max(1, height - head(width).count - 1) }
}
