import BatonClient

/// Markup that is safe to send: literals of this program, and text from outside that was escaped on its way in.
///
/// ```swift
/// let row: HTML = "<td>\(name)</td>"   // `name` is text, and stays text
/// ```
///
/// There is no way to put a string in as markup but to write it in the program.
struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    private(set) var markup: String

    init() { markup = "" }

    init(stringLiteral value: StaticString) { markup = "\(value)" }

    init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

    /// A text, escaped.
    init(text: String) { markup = Self.escape(text) }

    /// A sentence, escaped, in which commands stand between backticks.
    init(sentence: String) {
        let parts = Self.escape(sentence).split(separator: "`", omittingEmptySubsequences: false)
        // One that nothing closes is a character like any other.
        let pairs = (parts.count - 1) / 2
        markup = parts.enumerated().reduce(into: "") { text, part in
            let (place, words) = part
            if place > 0 { text += place > 2 * pairs ? "`" : place.isMultiple(of: 2) ? "</code>" : "<code>" }
            text += words
        }
    }

    var isEmpty: Bool { markup.isEmpty }

    static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: StaticString) { markup += "\(literal)" }
        mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
        mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { markup += part.markup } }
        mutating func appendInterpolation(_ number: some BinaryInteger) { markup += "\(number)" }
        mutating func appendInterpolation(_ text: some StringProtocol) { markup += HTML.escape(String(text)) }
        mutating func appendInterpolation(_ text: (some StringProtocol)?) {
            if let text { markup += HTML.escape(String(text)) }
        }
        /// Identifiers and times: their text has nothing to escape, and is escaped all the same.
        mutating func appendInterpolation(_ value: Identifier) { markup += HTML.escape(value.description) }
        mutating func appendInterpolation(_ value: Timestamp) { markup += HTML.escape(value.description) }
    }

    /// Text as it may stand between tags and in quoted attributes.
    ///
    /// Control characters, escape sequences of terminals and what reorders text are taken out: a line must not read as
    /// something else than it is.
    static func escape(_ text: String) -> String {
        let clean = TerminalText.lines(text)
        var result = ""
        result.reserveCapacity(clean.utf8.count)
        for scalar in clean.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Sequence where Element == HTML {
    /// One after the other.
    func joined() -> HTML { reduce(into: HTML()) { $0 += $1 } }
}
