/// What the author chose for a title such as `Accessibility: {None|WCAG AA|WCAG AAA}`.
///
/// The choice is a value of the section; or the first line of its text, if it is one of the options; or the whole text,
/// if that is a short line, since published examples go beyond the options.
struct TitleChoice {
    /// Outer nil: the title has no choice. Inner nil: none was made.
    let words: String??
    /// The content without the choice.
    let rest: SectionContent?
    /// Whether a choice was made, and nothing is left to say.
    var isAll: Bool {
        guard let words, words != nil else { return false }
        switch rest {
        case .text(let text): return text.isEmpty
        case .group(let values, let sections): return values.count <= 1 && sections.isEmpty
        case .list, nil: return false
        }
    }

    init(_ title: TemplateText, _ content: SectionContent?, _ scope: ComposingScope) {
        guard let options = title.titleOptions else {
            words = nil
            rest = content
            return
        }
        let keys = Dictionary(options.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        func option(_ text: String) -> String? { keys[text.trimmed.lowercased()] }
        let named = scope.value(of: "choice") ?? scope.value(of: options.joined(separator: "|"))
        if let value = named.flatMap(Filler.text) {
            words = .some(option(value) ?? InertText.line(value))
            rest = content
        } else if let value = scope.ownValues.lazy.compactMap({ $0.string.flatMap(option) }).first {
            words = .some(value)
            rest = content
        } else if case .text(let text) = content {
            let clean = InertText.clean(text).trimmed
            let line = clean.prefix { $0 != "\n" }
            if let value = option(String(line)) {
                words = .some(value)
                let left = clean.dropFirst(line.count).trimmed
                rest = left.isEmpty ? .text("") : .text(String(left))
            } else if line.count == clean.count, clean.count <= 80 {
                words = .some(InertText.line(clean))
                rest = .text("")
            } else {
                words = .some(nil)
                rest = content
            }
        } else {
            words = .some(nil)
            rest = content
        }
    }
}

extension TemplateText {
    fileprivate var titleOptions: [String]? {
        pieces.lazy.compactMap { if case .choice(let options) = $0 { options } else { nil } }.first
    }
}
