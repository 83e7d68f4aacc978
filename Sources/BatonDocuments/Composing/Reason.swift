/// Why a result does not fit its template, so that an agent, or the language model behind it, can put it right.
public struct Reason: Sendable, Hashable, CustomStringConvertible {
    /// The id of the section; `sections`, `values` or `title` for the document as a whole.
    public let place: String
    /// What is wrong and what is expected, in one clause.
    public let text: String

    public init(place: String, text: String) {
        self.place = Self.shortened(InertText.line(place), to: 120)
        self.text = InertText.line(text)
    }

    /// One line: `goals: the required section “Goals” is missing; …`.
    public var description: String { "\(place): \(text)" }

    /// The most reasons that are given at once.
    static let limit = 50

    /// Names in a sentence, the first few of them.
    static func list(_ names: some Collection<String>) -> String {
        let shown = names.prefix(8).map { shortened($0, to: 60) }.joined(separator: ", ")
        return names.count > 8 ? "\(shown), … (\(names.count) in all)" : shown
    }

    static func shortened(_ text: String, to count: Int) -> String {
        text.count > count ? text.prefix(count - 1) + "…" : text
    }
}
